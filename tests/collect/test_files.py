"""Files that did not change are not read again, and nobody can tell from the bytes."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages.collect import Config, Corpus, folder
from stages.collect.collect import stage
from stages.core.run.errors import UserError

CONF = "build/conf/collect.yaml"
NAMES = ["a.md", "b.md", "in/a.md", "in/deep/c.html", "lines.jsonl", "more.jsonl", "of.py"]
LONG_AGO = 1_700_000_000
RECORD = '{"id": "%s", "title": "T", "abstract": "%s"}\n'
edits = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "touch", "remove", "now", "swap", "lose", "forget", "narrow", "run"]),
        st.sampled_from(NAMES),
        st.sampled_from(["one", "two", "ten"]),
    ),
    max_size=12,
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "build/conf").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("stages.collect.files.stage_digest", lambda stage: Path(CONF).read_text())  # without the code
    yield


def build(at: Path, max_bytes: int = 1000) -> dict[str, str]:
    """Run collect in `at`, as its entry point does. Returns what is there now, in full."""
    new = at / "build/.new/corpus"
    shutil.rmtree(new, ignore_errors=True)
    new.parent.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(include=["*"], exclude=[], packages=[], families=[], max_bytes=max_bytes, shards=3)
    Path(CONF).write_text(str(max_bytes))
    metrics = stage(Config(corpus=corpus, documents="documents"), corpus=new)
    shutil.rmtree(at / "build/corpus", ignore_errors=True)
    new.rename(at / "build/corpus")
    files = {path.name: path.read_bytes().hex() for path in sorted((at / "build/corpus").iterdir())}
    return files | {"metrics": json.dumps(metrics, sort_keys=True)}


def write(name: str, word: str, when: float | None = LONG_AGO) -> None:
    """Write a file whose text has one length for `one` and `two`, as old as is said."""
    path = Path("documents", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    same = (word, "a#1") if word == "ten" else (word, f"{name}#1")  # a key that another file may name, too
    text = "".join(RECORD % (key, word) for key in same) if name.endswith("jsonl") else f"# {word}\n"
    path.write_text(text)
    if when:
        os.utime(path, (when, when))


def edit(kind: str, name: str, word: str) -> None:
    path = Path("documents", name)
    if kind in ("write", "now"):
        write(name, word, LONG_AGO if kind == "write" else None)
    elif kind == "touch" and path.exists():
        os.utime(path, (LONG_AGO + random.random(), LONG_AGO))
    elif kind == "remove":
        path.unlink(missing_ok=True)
    elif kind == "swap" and path.exists():
        path.rename(path.with_name("swapped"))
        path.with_name("swapped").rename(Path("documents", "a.md"))
    elif kind == "lose":
        shutil.rmtree("build/corpus", ignore_errors=True)
    elif kind == "forget":
        Path("build/.new/corpus.files").unlink(missing_ok=True)


@given(edits=edits)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_can_tell_what_was_not_read(here: None, edits: list[tuple[str, str, str]]) -> None:
    shutil.rmtree("documents", ignore_errors=True)
    shutil.rmtree("build", ignore_errors=True)
    Path(CONF).parent.mkdir(parents=True)
    write("kept.md", "one")
    for kind, name, word in [*edits, ("run", "", "")]:
        edit(kind, name, word)
        if kind == "run":
            assert build(Path()) == build(Path("clean")), edits
            shutil.rmtree("clean")
        elif kind == "narrow":
            build(Path(), max_bytes=5)


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read from now on."""
    names: list[str] = []
    real = folder.documents

    def noted(key: str, *rest: object, **more: object) -> object:
        names.append(key)
        return real(key, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(folder, "documents", noted)
    return names


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at a time when no file here is new."""
    monkeypatch.setattr("time.time_ns", lambda: 2 * LONG_AGO * 10**9)


def test_what_did_not_change_is_not_read(here: None, later: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        write(name, "one")
    first = build(Path())
    names = reads(monkeypatch)
    assert build(Path()) == first
    assert names == []
    write("b.md", "two")
    assert build(Path()) != first
    assert names == ["b.md"]


def test_a_file_that_is_as_new_as_the_run_is_read_again(here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.md", "one", None)
    build(Path())
    status = Path("documents/a.md").stat()
    names = reads(monkeypatch)
    with Path("documents/a.md").open("r+") as file:  # as if both writes fell into one tick of the file system's clock
        file.write("# two\n")
    os.utime("documents/a.md", ns=(status.st_atime_ns, status.st_mtime_ns))
    build(Path())
    assert names == ["a.md"]


def test_a_name_that_another_file_had_first_is_not_remembered(here: None) -> None:
    write("lines.jsonl", "ten", None)  # too new to be remembered, and the first that names a#1
    write("more.jsonl", "ten")
    Path("documents/more.jsonl").write_text(RECORD % ("a#1", "other") + RECORD % ("b", "other"))
    os.utime("documents/more.jsonl", (LONG_AGO, LONG_AGO))
    build(Path())
    write("lines.jsonl", "two")
    assert build(Path()) == build(Path("clean"))


@pytest.mark.parametrize("held", ["", "{", "[]", '{"files": 1, "stands_on": 2}', '{"files": {"a.md": 1}}'])
def test_a_spoilt_memory_is_none(here: None, later: None, held: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.md", "one")
    first = build(Path())
    Path("build/.new/corpus.files").write_text(held)
    names = reads(monkeypatch)
    assert build(Path()) == first
    assert names == ["a.md"]


def test_other_code_reads_all_again(here: None, later: None, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.md", "one")
    build(Path())
    names = reads(monkeypatch)
    monkeypatch.setattr("stages.collect.files.stage_digest", lambda stage: "another")
    build(Path())
    assert names == ["a.md"]


def test_only_folders_are_no_documents(here: None) -> None:
    Path("documents/empty").mkdir(parents=True)
    with pytest.raises(UserError, match="no document in"):
        build(Path())
