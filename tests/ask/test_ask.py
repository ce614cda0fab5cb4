"""`litmill ask` over a small build: values with sources, what is not said, and SQL that reads nothing else."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from litmill.ask import main
from litmill.ask.free import asks_freely
from stages.collect.document import SCHEMA as CORPUS
from stages.core import table
from stages.core.knowledge import Knowledge, Names
from stages.core.run.config import part
from stages.core.run.errors import UserError
from stages.extract import Extractor
from stages.parse.parse import FIGURES
from tests.extract.conftest import knowledge as knowledge  # the fixture
from tests.extract.test_stage import ELEMENTS

ROOT = Path(__file__).parents[2]
QUOTES = {"e1": "context | 8,192", "e2": "max_position_embeddings | 32,768", "e3": "Mistral 7B uses RoPE."}


def entity(key: str, name: str, kind: str = "model", family: str = "") -> dict[str, Any]:
    return {"id": key, "name": name, "kind": kind, "family": family, "tasks": [], "aliases": [], "documents": ["a.md"]}


def source(element: str) -> dict[str, Any]:
    return {"document": "a.md", "element": element, "quote": QUOTES[element], "start": 0, "end": len(QUOTES[element])}


def value(key: str, name: str, text: str, number: float | None, element: str) -> dict[str, Any]:
    return {
        "entity": key,
        "name": name,
        "value": text,
        "number": number,
        "unit": "tokens",
        "detail": None,
        "disputed": True,
        "sources": [source(element)],
    }


@pytest.fixture
def build(tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Path:
    build = tmp_path / "build"
    (build / "conf").mkdir(parents=True)
    (build / "knowledge").mkdir()
    extractor = Extractor(method="rules", registry=False, sentence_characters=600, seconds=0, memory=0, llm=None)
    names = part(Names, dataclasses.asdict(knowledge))
    held = {"extractor": dataclasses.asdict(extractor), "knowledge": names, "libraries": {}}
    (build / "conf" / "extract.yaml").write_text(yaml.safe_dump(held))
    known = {
        "entities": [
            entity("mistral-7b", "Mistral 7B", family="Mistral"),
            entity("mistral-nemo", "Mistral Nemo", family="Mistral"),
            entity("mistral-7b-v0-1", "Mistral 7B v0.1", family="Mistral"),
            entity("mistral-7b-v0-3", "Mistral 7B v0.3", family="Mistral"),
            entity("zephyrette-3b", "Zephyrette 3B", family="Zephyrette"),
            entity("rope", "RoPE", "component"),
        ],
        "parameters": [
            value("mistral-7b", "context length", "8,192", 8192, "e1"),
            value("mistral-7b", "context length", "32,768", 32768, "e2"),
            value("mistral-7b-v0-1", "context length", "8,192", 8192, "e1"),
            value("mistral-7b-v0-1", "vocabulary", "32,000", 32000, "e1"),
            value("mistral-7b-v0-3", "vocabulary", "32,768", 32768, "e2"),
            value("zephyrette-3b", "context length", "32,768", 32768, "e2"),
        ],
        "relations": [{"subject": "mistral-7b", "predicate": "uses", "object": "rope", "sources": [source("e3")]}],
    }
    for name, content in known.items():
        (build / "knowledge" / f"{name}.json").write_text(json.dumps(content))
    elements = [
        {"id": key, "type": "Table", "text": text, "section": ["A", "B"], "page": 3, "html": None}
        for key, text in QUOTES.items()
    ]
    table.write(build / "elements", [("a.md", {"kind": "markdown", "title": "A", "elements": elements})], ELEMENTS, 2)
    raw = {**dict.fromkeys(CORPUS.names), "kind": "markdown", "raw": b"secret"}
    table.write(build / "corpus", [("a.md", raw)], CORPUS, 2)
    figure = {"id": "f", "element": None, "media_type": "image/png", "data": b"secret", "page": 1, "caption": ""}
    table.write(build / "figures", [("a.md", {"figures": [figure]})], FIGURES, 2)
    monkeypatch.chdir(tmp_path)
    return build


def test_values_that_disagree_are_both_shown_with_their_places(build: Path, capsys: Any) -> None:
    assert main(["context length of Mistral 7B"]) == 0
    shown = capsys.readouterr().out
    assert "Mistral 7B · context length   (2 values disagree)" in shown
    assert shown.index("8,192 tokens") < shown.index("32,768 tokens"), "in the order of knowledge"
    assert "a.md, A > B, page 3" in shown
    assert "“context | 8,192”" in shown


@pytest.mark.parametrize(
    ("question", "freely"),
    [
        ("What is the context length of Mistral 7B?", False),
        ("Which models use RoPE?", False),
        ("Why is RoPE used?", True),
        ("How does Mistral 7B reach its context length?", True),
        ("How long is the context length of Mistral 7B?", False),
        ("Mistral 7B", False),
    ],
)
def test_who_wants_it_explained_is_answered_by_the_documents(build: Path, question: str, freely: bool) -> None:
    (build / "search.json").write_text("{}")
    assert asks_freely(question) is freely


def test_what_the_corpus_does_not_say_is_said_and_exits_1(build: Path, capsys: Any) -> None:
    assert main(["layers of Mistral 7B"]) == 1
    assert capsys.readouterr().out == "The corpus does not say layers of Mistral 7B.\n"
    assert main(["context length of Mistral 7B and Mistral 9B"]) == 1, "one of two"
    shown = capsys.readouterr().out
    assert "8,192" in shown
    assert "The corpus does not say anything about Mistral 9B.\nIt has: Mistral 7B, Mistral 7B v0.1, Mistral" in shown


def test_what_is_not_said_of_a_name_is_given_of_the_names_that_go_on_from_it(build: Path, capsys: Any) -> None:
    assert main(["vocabulary size of Mistral 7B"]) == 0
    shown = capsys.readouterr().out
    assert shown.index("Mistral 7B v0.1 · vocabulary") < shown.index("Mistral 7B v0.3 · vocabulary")
    assert main(["context length of Mistral 7B"]) == 0
    assert "v0.1" not in capsys.readouterr().out, "of the name itself it is said"
    assert main(["vocabulary size of Mistral Nemo"]) == 1


def test_models_that_only_the_corpus_knows_and_names_that_are_near(build: Path, capsys: Any) -> None:
    assert main(["context window of zephyrette-3b"]) == 0
    assert "Zephyrette 3B" in capsys.readouterr().out
    with pytest.raises(UserError, match="did you mean 'Zephyrette 3B'"):
        main(["context window of Zefyrette 3B"])
    with pytest.raises(UserError, match="no name of a model"):
        main(["context window of Zephyrette 3B-4V"])


def test_who_uses_a_component(build: Path, capsys: Any) -> None:
    assert main(["--csv", "models that use RoPE"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["subject"], row["name"], row["value"], row["page"]) == ("Mistral 7B", "uses", "RoPE", "3")
    assert main(["--json", "Mistral 7B"]) == 0
    said = json.loads(capsys.readouterr().out)["said"]
    assert [(one["name"], one["rank"]) for one in said] == [("context length", 1), ("context length", 2), ("uses", 1)]
    assert said[0]["sources"][0]["section"] == ["A", "B"]


def test_sql_reads_the_tables(build: Path, capsys: Any) -> None:
    assert main(["--sql"]) == 0
    views = dict(line.split(": ") for line in capsys.readouterr().out.splitlines())
    assert {"corpus", "elements", "knowledge_parameters"} <= set(views)
    assert "raw" not in views["corpus"].split(", ")
    assert "data" not in views["figures"].split(", ")
    assert main(["--json", "--sql", "select document, id, page from elements order by id limit 1"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"document": "a.md", "id": "e1", "page": 3}]
    assert main(["--csv", "--sql", "select count(*) n from knowledge_parameters"]) == 0
    assert capsys.readouterr().out == "n\n6\n"


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_text('build/conf/extract.yaml')",
        "select * from read_parquet('build/corpus/*.parquet')",
        "select raw from corpus_shards",
        "copy (select 1) to 'build/out.csv'",
        "select 1; drop view elements",
        "set enable_external_access = true",
        "attach 'build/x.db'",
        "selec 1",
        "select * from nowhere",
    ],
)
def test_sql_reads_and_writes_nothing_else_and_is_wrong_in_one_line(build: Path, query: str) -> None:
    before = sorted(build.rglob("*"))
    with pytest.raises(UserError) as error:
        main(["--sql", query])
    assert "\n" not in str(error.value)
    assert sorted(build.rglob("*")) == before


def test_a_reader_that_has_had_enough_ends_it_without_a_word() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "litmill.cli", "ask", "--help"]
    done = subprocess.run(command, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, b"")


def test_help_loads_no_engine(capsys: Any) -> None:
    code = "import sys; from litmill.ask import main; main(['--help']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"duckdb", "pyarrow", "pydantic", "yaml"} & set(loaded)
