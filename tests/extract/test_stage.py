"""The stage over a table: one row a document, the same bytes however it was built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import stages.core.run.code
from stages.core import table
from stages.core.knowledge import Knowledge
from stages.extract import Config, Extractor
from stages.extract.__main__ import stage
from tests.extract.conftest import element

TEXT = pa.string()
ELEMENT = pa.struct(
    [("id", TEXT), ("type", TEXT), ("text", TEXT), ("section", pa.list_(TEXT)), ("page", pa.int32()), ("html", TEXT)]
)
ELEMENTS = pa.schema([("kind", TEXT), ("title", TEXT), ("elements", pa.list_(ELEMENT))])


def rows(count: int) -> dict[str, dict[str, Any]]:
    text = "Llama {} 8B has {} layers. It uses RoPE."
    return {
        f"{number}.md": {
            "kind": "markdown",
            "title": "",
            "elements": [element("NarrativeText", text.format(number, number + 20))],
        }
        for number in range(count)
    }


def test_incremental_equals_clean_and_counts_add_up(
    tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages.core.run.code, "stage_digest", lambda name: "code")
    config = Config(
        extractor=Extractor(method="rules", registry=False, sentence_characters=600, seconds=0, memory=0, llm=None),
        knowledge=knowledge,
    )
    table.write(tmp_path / "few", rows(2).items(), ELEMENTS, 2)
    table.write(tmp_path / "more", rows(4).items(), ELEMENTS, 2)
    build = tmp_path / "build"
    (build / ".new").mkdir(parents=True)
    stage(config, elements=tmp_path / "few", facts=build / "facts")
    metrics = stage(config, elements=tmp_path / "more", facts=build / ".new" / "facts")
    assert metrics == stage(config, elements=tmp_path / "more", facts=tmp_path / "clean")
    assert metrics == {"documents": 4, "mentions": 8, "parameters": 8, "relations": 4, "given_up": 0}
    for path in table.shard_files(tmp_path / "clean"):
        assert path.read_bytes() == (build / ".new" / "facts" / path.name).read_bytes()


def test_a_document_that_takes_too_much_is_given_up_and_counted(
    tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages.core.run.code, "stage_digest", lambda name: "code")
    long = {**rows(1)["0.md"], "elements": [element("NarrativeText", "A-7 layers " * 400_000)]}
    table.write(tmp_path / "elements", [("d0", long)], ELEMENTS, 1)
    extractor = Extractor(method="rules", registry=False, sentence_characters=600, seconds=0, memory=1, llm=None)
    config = Config(extractor=extractor, knowledge=knowledge)
    metrics = stage(config, elements=tmp_path / "elements", facts=tmp_path / "facts")
    assert metrics == {"documents": 1, "mentions": 0, "parameters": 0, "relations": 0, "given_up": 1}
    (row,) = table.read(tmp_path / "facts")
    assert row["given_up"] == "too much memory: more than 1 MB"
