"""Sharded tables: an update gives the bytes of a clean build, computes what changed, and links what did not."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages.core import table

SOURCE = pa.schema([pa.field("text", pa.string())])
WORDS = pa.schema([pa.field("words", pa.list_(pa.string()))])
BAD = pa.schema([pa.field("reason", pa.string())])
SHARDS = 3


def split(row: dict[str, Any]) -> dict[str, dict[str, Any] | None]:
    if not row["text"]:
        return {"good": None, "bad": {"reason": "empty"}}
    return {"good": {"words": row["text"].split()}, "bad": None}


class Room:
    """A source table and what is made of it, as the entry point lays them out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def build(self, documents: dict[str, str], code: str) -> table.Counts:
        source = self.folder / ".new" / "source"
        self.folder.joinpath(".new").mkdir(parents=True, exist_ok=True)
        table.write(source, ((key, {"text": text}) for key, text in documents.items()), SOURCE, SHARDS)
        self._put("source")
        outputs = {
            "good": table.Output(self.folder / ".new/good", WORDS),
            "bad": table.Output(self.folder / ".new/bad", BAD),
        }
        counts = table.update(self.folder / "source", outputs, split, stage_digest=code, what="test")
        self._put("good")
        self._put("bad")
        return counts

    def _put(self, name: str) -> None:
        shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / ".new" / name).rename(self.folder / name)

    def bytes(self) -> dict[str, str]:
        found = sorted(self.folder.rglob("*.parquet"))
        return {str(p.relative_to(self.folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


DOCUMENTS = st.dictionaries(st.sampled_from([f"d{n}" for n in range(8)]), st.sampled_from(["", "a", "a b"]), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(DOCUMENTS, st.sampled_from(["x", "y"])), min_size=2, max_size=4))
def test_incremental_equals_clean(tmp_path: Path, edits: list[tuple[dict[str, str], str]]) -> None:
    for name in ("one", "two"):
        shutil.rmtree(tmp_path / name, ignore_errors=True)
    incremental, clean = Room(tmp_path / "one"), Room(tmp_path / "two")
    for documents, code in edits:
        incremental.build(documents, code)
    clean.build(*edits[-1])
    assert incremental.bytes() == clean.bytes()


def test_work_is_proportional_to_the_change(tmp_path: Path) -> None:
    room = Room(tmp_path)
    documents = {f"d{n}": f"text {n}" for n in range(30)}
    assert room.build(documents, "x") == table.Counts(inputs=30, computed=30, kept=0)
    assert room.build(documents | {"d7": "other"}, "x") == table.Counts(inputs=30, computed=1, kept=29)
    del documents["d3"]
    assert room.build(documents | {"d7": "other"}, "x") == table.Counts(inputs=29, computed=0, kept=29)
    assert not any(row["document"] == "d3" for row in table.read(tmp_path / "good"))
    assert room.build(documents, "new code").computed == 29


def test_unchanged_shards_are_the_same_file(tmp_path: Path) -> None:
    room = Room(tmp_path)
    documents = {f"d{n}": f"text {n}" for n in range(9)}
    room.build(documents, "x")
    inodes = {path.name: path.stat().st_ino for path in (tmp_path / "good").iterdir()}
    room.build(documents | {"d0": "other"}, "x")
    changed = {path.name for path in (tmp_path / "good").iterdir() if path.stat().st_ino != inodes[path.name]}
    assert changed == {table.shard_name("d0", SHARDS)}


def test_a_worker_gives_what_this_process_gives(tmp_path: Path) -> None:
    few = {"d1": "one two"}
    many = few | {f"e{n}": "text" for n in range(10)}
    Room(tmp_path / "few").build(few, "x")
    Room(tmp_path / "many").build(many, "x")
    rows = {name: {row["document"]: row for row in table.read(tmp_path / name / "good")} for name in ("few", "many")}
    assert rows["few"]["d1"] == rows["many"]["d1"]
