"""Sharded tables: an update gives the bytes of a clean build, computes what changed, and links what did not."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages.core import table
from stages.core.table import engine, writer
from tests.core.computes import SOURCE
from tests.core.room import SHARDS, TABLES, Room

ROOT = Path(__file__).parents[2]
KEYS = [f"d{n}" for n in range(9)]
DOCUMENTS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["", "a", "a b", "c d e"]), max_size=9)
LOST = st.sets(st.tuples(st.sampled_from([*TABLES]), st.booleans()), max_size=2)
QUICK = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything in this process, which is quicker."""
    monkeypatch.setattr(engine, "FEW", 1000)


def clean(folder: Path, documents: dict[str, str], code: str) -> dict[str, str]:
    shutil.rmtree(folder, ignore_errors=True)
    room = Room(folder)
    room.build(documents, code)
    return room.bytes()


@settings(max_examples=60, **QUICK)
@given(edits=st.lists(st.tuples(DOCUMENTS, st.sampled_from(["x", "y"]), LOST), min_size=2, max_size=5))
def test_incremental_equals_clean(here: None, tmp_path: Path, edits: list) -> None:
    """Any edits of documents and code, with tables lost or put back to an older version on the way."""
    shutil.rmtree(tmp_path / "room", ignore_errors=True)
    room = Room(tmp_path / "room")
    for documents, code, lost in edits:
        older = {name: tmp_path / f"older-{name}" for name, _ in lost}
        for name, put_back in lost:
            if (room.folder / name).exists():
                if put_back and older[name].exists():
                    shutil.rmtree(room.folder / name)
                    shutil.copytree(older[name], room.folder / name)
                else:
                    shutil.rmtree(older[name], ignore_errors=True)
                    (room.folder / name).rename(older[name])
        room.build(documents, code)
    assert room.bytes() == clean(tmp_path / "clean", *edits[-1][:2])


@settings(max_examples=40, **QUICK)
@given(documents=DOCUMENTS, seed=st.integers(0, 5), group=st.integers(1, 4))
def test_order_does_not_matter(here: None, tmp_path: Path, documents, seed: int, group: int) -> None:
    """In any order, in row groups of any size: the same rows; in one size: the same bytes."""
    shutil.rmtree(tmp_path / "room", ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "GROUP_ROWS", group)
        wanted = clean(tmp_path / "clean", documents, "x")
        keys = sorted(documents)
        random.Random(seed).shuffle(keys)
        room = Room(tmp_path / "room")
        room.build({key: documents[key] for key in keys}, "x")
        assert room.bytes() == wanted
        assert room.build(documents, "x").computed == 0
        assert room.bytes() == wanted
    assert {key: row["text"] for key, row in room.rows("source").items()} == documents


def test_work_is_proportional_to_the_change(here: None, tmp_path: Path) -> None:
    room = Room(tmp_path)
    documents = {f"d{n}": f"text {n}" for n in range(30)}
    assert room.build(documents, "x") == table.Counts(inputs=30, computed=30, kept=0)
    assert room.build(documents | {"d7": "other"}, "x") == table.Counts(inputs=30, computed=1, kept=29)
    del documents["d3"]
    assert room.build(documents | {"d7": "other"}, "x") == table.Counts(inputs=29, computed=0, kept=29)
    assert not any(
        b"d3" in path.read_bytes() for path in tmp_path.rglob("*.parquet") if pq.read_metadata(path).num_rows
    )
    assert all("d3" not in room.rows(name) for name in TABLES)
    assert room.build(documents, "new code").computed == 29


def test_unchanged_shards_are_the_same_file(here: None, tmp_path: Path) -> None:
    room = Room(tmp_path)
    documents = {f"d{n}": f"text {n}" for n in range(9)}
    room.build(documents, "x")
    inodes = {path.name: path.stat().st_ino for path in (tmp_path / "good").iterdir()}
    room.build(documents | {"d0": "other"}, "x")
    changed = {path.name for path in (tmp_path / "good").iterdir() if path.stat().st_ino != inodes[path.name]}
    assert changed == {table.shard_name("d0", SHARDS)}


def test_a_worker_gives_what_this_process_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LIGHT", 0)
    few = {"d1": "one two"}
    many = few | {f"e{n}": "text" for n in range(10)}
    Room(tmp_path / "few").build(few)
    Room(tmp_path / "many").build(many)
    assert Room(tmp_path / "few").rows("good")["d1"] == Room(tmp_path / "many").rows("good")["d1"]


def test_counts_are_in_the_footers(here: None, tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.build({"d1": "", "d2": "", "d3": "a b a", "d4": "b"})
    assert table.tally(tmp_path / "bad") == {"reason": Counter(empty=2)}
    assert table.tally(tmp_path / "good") == {"words": Counter(a=2, b=2)}
    assert table.count(tmp_path / "good") == 2


def test_a_large_row_has_a_row_group_of_its_own(here: None, tmp_path: Path) -> None:
    large = "x" * (writer.GROUP_BYTES + 1)
    room = Room(tmp_path, shards=1)
    room.write({"a": "small", "b": large, "c": "small", "d": "small"})
    file = pq.ParquetFile(next((tmp_path / "source").iterdir()))
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [1, 1, 2]
    assert [len(row["text"]) for row in table.read(tmp_path / "source")] == [5, len(large), 5, 5]


def test_a_table_is_written_again_when_other_counts_are_wanted(here: None, tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.write({"a": "text"})
    rows = [("a", {"text": "text"})]
    table.write(tmp_path / ".new/source", rows, SOURCE, SHARDS, tally=("text",))
    room.put("source")
    assert table.tally(tmp_path / "source") == {"text": Counter(text=1)}


def test_tables_of_an_older_layout_are_written_anew(here: None, tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.build({"d1": "one two"})
    wanted = room.bytes()
    for path in tmp_path.rglob("*.parquet"):
        old = pq.ParquetFile(path).read().drop_columns(["size", "tables"])
        path.unlink()
        pq.write_table(old.replace_schema_metadata(None), path)
    room.build({"d1": "one two"})
    assert room.bytes() == wanted


def test_nothing_to_do_loads_nothing_heavy(here: None, tmp_path: Path) -> None:
    Room(tmp_path).build({"d1": "one two", "d2": ""})
    code = (
        "import sys; from pathlib import Path; from tests.core.room import Room;"
        f"assert Room(Path({str(tmp_path)!r})).update().computed == 0; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"daft", "ray", "pandas", "pyarrow.dataset"} & set(done.stdout.split())


def test_one_row_is_computed_and_written_without_pandas(here: None, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.core.room import Room;"
        f"Room(Path({str(tmp_path)!r})).build({{'d1': 'one two'}}); print('pandas' in sys.modules);"
        "import pyarrow; print(pyarrow.table({'a': [1]}).to_pandas()['a'][0])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "1"], "and who asks for a data frame still gets one"
