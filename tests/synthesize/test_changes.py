"""The page of changes between two builds."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stages.core.models import folder_sha256
from stages.core.run.errors import UserError
from stages.core.table import read
from stages.synthesize import Earlier
from stages.synthesize.__main__ import stage
from tests.synthesize.builders import build, document
from tests.synthesize.test_synthesize import BAD, CONFIG, DOCUMENTS, KNOWLEDGE, TWO, L, rows


@pytest.fixture
def earlier(tmp_path: Path) -> Earlier:
    """A build of the three documents, copied out of its folder."""
    held = build(tmp_path / "first", DOCUMENTS, KNOWLEDGE, BAD)
    stage(CONFIG, **held, docs=tmp_path / "kept/docs")
    for name in ("elements", "knowledge"):
        shutil.copytree(held[name], tmp_path / "kept" / name)
    return Earlier(path=str(tmp_path / "kept"), sha256=folder_sha256(tmp_path / "kept"))


def changed(root: Path, earlier: Earlier, documents: Any = DOCUMENTS, knowledge: Any = KNOWLEDGE) -> dict[str, Any]:
    config = replace(CONFIG, earlier=earlier)
    stage(config, **build(root / "second", documents, knowledge, BAD), docs=root / "docs")
    return {row["document"]: row for row in read(root / "docs")}


def test_what_is_new_changed_and_gone_is_told(earlier: Earlier, tmp_path: Path) -> None:
    documents = {**DOCUMENTS, "cards/two.md": document("Two", [TWO.replace("The card", "This card")], "two.md")}
    documents["notes/new.md"] = document("New", ["Nothing that anybody knows is in this one."], "new.md")
    del documents["installed/lib/README.md"]
    knowledge = json.loads(json.dumps(KNOWLEDGE))
    (layers,) = [one for one in knowledge["parameters"] if (one["entity"], one["name"]) == (L, "layers")]
    layers["value"] = "33"
    held = rows(changed(tmp_path, earlier, documents, knowledge)["changes"])
    assert ["cards/two.md", "changed"] in held and ["notes/new.md", "new"] in held
    assert ["installed/lib/README.md", "gone"] in held and ["markdown/one.md", "changed"] not in held
    assert ["Llama 2 7B", "layers", "32", "33"] in held
    assert ["Llama 2 7B", "Models", "changed"] in held and ["New", "Documents", "new"] in held
    told = [row[-1] for row in held if row[1:2] == ["Models"] or row[1:2] == ["Documents"]]
    assert told == sorted(told, key=("new", "gone", "changed").index), "what is new or gone comes first"


def test_the_same_build_has_nothing_to_tell(earlier: Earlier, tmp_path: Path) -> None:
    (note,) = changed(tmp_path, earlier)["changes"]["blocks"]
    assert note["text"] == "Nothing has changed."


def test_another_folder_than_the_pinned_one_is_refused(earlier: Earlier, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^earlier\.sha256: the folder's content is not .* set it to [0-9a-f]{64}$"):
        changed(tmp_path, replace(earlier, sha256="0" * 64))
    with pytest.raises(UserError, match=r"^earlier\.path: .* holds no docs"):
        changed(tmp_path / "other", Earlier(path=str(tmp_path / "nowhere"), sha256=""))
