"""What is in Weaviate is what the tables say: after each change, beside other builds, and after a stranger."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from weaviate.classes.query import Filter

from stages.core import collection
from stages.core.collection import CHUNKS, bring_up_to_date, open_index
from stages.core.collection import ledger as ledgers
from stages.core.collection import place as places
from stages.core.collection import write as writing
from stages.core.collection.place import Place, alias_name
from stages.core.collection.state import all_states, holds, read_state
from stages.core.run.errors import UserError
from stages.core.weaviate import serve
from stages.index import Config
from tests.index.room import build, chunk, needs_server

pytestmark = [needs_server, pytest.mark.xdist_group("weaviate")]
BEFORE = {"a.md": ["rope turns", "on a page"], "b.md": ["swiglu gates"], "empty.md": []}
AFTER = {"a.md": ["rope turns", "on another page"], "c.md": ["muon steps"], "b.md": ["swiglu gates"], "empty.md": []}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many objects each request writes."""
    found: list[int] = []
    insert = writing._insert
    monkeypatch.setattr(writing, "_insert", lambda *given: (found.append(len(given[1])), insert(*given)))
    return found


def test_only_the_difference_is_written(tmp_path: Path, shared: Config, sent: list[int]) -> None:
    before, after = build(tmp_path / "before", BEFORE), build(tmp_path / "after", AFTER)
    first = before.index(shared)
    assert first["chunks"]["count"] == sum(sent) == 3
    assert before.index(shared) == first and sum(sent) == 3, "nothing changed, nothing is written"
    second = after.index(shared)
    assert sum(sent) == 3 + 2, "one chunk of another text, one of a new document"
    folded = build(tmp_path / "folded", AFTER, "c.md").index(shared)
    assert folded["chunks"]["count"] == 3 and sum(sent) == 5, "a near-duplicate is taken out again"
    assert after.index(shared) == second
    with open_index(shared.index, after.sources, after.record) as opened:
        texts = sorted(str(one.properties["content"]) for one in opened.chunks.iterator())
    assert texts == ["muon steps", "on another page", "rope turns", "swiglu gates"]


def test_a_clean_build_gives_the_same_record(tmp_path: Path, shared: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path / "one", {"x.md": ["old"], **BEFORE}).index(shared)
    changed = build(tmp_path / "two", AFTER, task="position").index(shared)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setattr(Place, "find", lambda *_: None)
    assert build(tmp_path / "three", AFTER, task="position").index(shared) == changed


def test_chunks_and_figures_are_found_and_filtered(tmp_path: Path, shared: Config) -> None:
    made = build(
        tmp_path / "build", {"p.pdf": ["masks hide the page", "plain words"]}, pictures=("p.pdf",), task="mask"
    )
    made.index(shared)
    with open_index(shared.index, made.sources, made.record) as opened:
        found = opened.chunks.query.bm25("masks", limit=2).objects
        assert [one.properties["content"] for one in found] == ["masks hide the page"]
        near = opened.chunks.query.near_vector(chunk("plain words")["vector"], limit=1).objects[0]
        assert near.properties["content"] == "plain words"
        wanted = {"kind": "markdown", "task": "mask", "document": "p.pdf", "licence": "MIT", "page": 3}
        wanted |= {"model": ["Llama"], "section": ["b"]}
        for name, value in wanted.items():
            by = Filter.by_property(name)
            if isinstance(value, list):
                given, other = by.contains_any(value), by.contains_any(["none"])
            else:
                given, other = by.equal(value), by.equal(4 if name == "page" else "none")
            assert opened.chunks.query.fetch_objects(filters=given).objects, name
            assert not opened.chunks.query.fetch_objects(filters=other).objects, name
        figure = opened.figures.query.bm25("mask", limit=1, include_vector=True).objects[0]
        assert figure.properties["file"] == "assets/figures/f1.png"
        assert figure.properties["document"] == "p.pdf" and figure.properties["task"] == "mask"
        assert figure.vector["default"] == pytest.approx(chunk("masks hide the page")["vector"])


@pytest.mark.parametrize("elsewhere", [False, True])
def test_no_proxy_is_asked_for_a_server_on_this_machine(
    tmp_path: Path, shared: Config, monkeypatch: pytest.MonkeyPatch, *, elsewhere: bool
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    for name in ("no_proxy", "NO_PROXY", "no_grpc_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("weaviate.retry.time", SimpleNamespace(sleep=lambda _: None))
    index = replace(shared.index, url=f"http://127.0.0.1:{shared.index.port}") if elsewhere else shared.index
    made = build(tmp_path / "build", {"a.md": ["masks"]})
    made.index(replace(shared, index=index))
    with open_index(index, made.sources, made.record) as opened:
        assert opened.chunks.query.bm25("masks", limit=1).objects


def test_another_task_of_one_document_writes_that_document(tmp_path: Path, shared: Config, sent: list[int]) -> None:
    texts = {f"{number}.md": ["one", "two"] for number in range(6)}
    made = build(tmp_path / "build", texts)
    made.index(shared)
    clusters = [{"task": "attention", "documents": sorted(texts)[1:]}, {"task": "other", "documents": ["0.md"]}]
    (made.folder / "knowledge/clusters.json").write_text(json.dumps(clusters))
    sent.clear()
    made.index(shared)
    assert sum(sent) == 2


@pytest.mark.parametrize("change", ["update", "replace", "insert", "delete"])
def test_what_a_stranger_does_is_found_and_repaired(
    tmp_path: Path, shared: Config, change: str, sent: list[int]
) -> None:
    made = build(tmp_path / "build", {f"{change}.md": ["one", "two", "three"]})
    record = made.index(shared)
    with serve(shared.index) as client:
        held = client.collections.get(alias_name(CHUNKS, shared.index))
        victim = next(iter(held.iterator())).uuid
        if change == "update":
            held.data.update(victim, properties={"content": "forged"})  # count and stored digest stay as they were
        if change in ("delete", "replace"):
            held.data.delete_by_id(victim)
        if change in ("insert", "replace"):
            held.data.insert({"content": "foreign"}, vector=[1.0] * 6)
    sent.clear()
    with open_index(shared.index, made.sources, made.record) as opened:
        assert sorted(str(one.properties["content"]) for one in opened.chunks.iterator()) == ["one", "three", "two"]
    assert sum(sent) == (change != "insert"), "one object is put right, and only that"
    assert made.index(shared) == record


def test_opening_asks_little_and_says_when_it_is_of_other_tables(
    tmp_path: Path, shared: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, other = build(tmp_path / "build", {"open.md": ["one"]}), build(tmp_path / "other", {"open.md": ["two"]})
    made.index(shared)
    with monkeypatch.context() as patch:
        patch.setattr(collection.update, "bring_up_to_date", None)
        with open_index(shared.index, made.sources, made.record) as opened:
            assert len(opened.chunks) == 1
    record = json.loads(made.record.read_text())
    record["chunks"]["root"] = "0" * 64
    made.record.write_text(json.dumps(record))
    with pytest.raises(UserError, match="not of these tables"), open_index(shared.index, other.sources, made.record):
        pass


def test_a_lost_or_foreign_ledger_is_not_believed(tmp_path: Path, shared: Config, sent: list[int]) -> None:
    made = build(tmp_path / "build", {"ledger.md": ["one"], "b.md": ["two"]})
    made.index(shared)
    with serve(shared.index) as client:
        name = Place(client, CHUNKS, shared.index).current()
    path = ledgers._path(str(name))
    path.write_bytes(path.read_bytes()[:100])
    sent.clear()
    after = build(tmp_path / "after", {"ledger.md": ["one"], "b.md": ["two", "three"]})
    assert after.index(shared)["chunks"]["count"] == 3
    assert sum(sent) == 1


def test_a_change_of_many_batches_is_not_taken_for_a_strangers(
    tmp_path: Path, shared: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {f"batches {number}.md": ["one"] for number in range(3)}
    many = {"batches 0.md": [f"text {number}" for number in range(4 * writing.BATCH)]}
    build(tmp_path / "few", few).index(shared)
    made = build(tmp_path / "many", {**few, **many})
    made.index(shared)
    monkeypatch.setattr(collection.update, "bring_up_to_date", None)
    with open_index(shared.index, made.sources, made.record) as opened:
        assert len(opened.chunks) == 4 * writing.BATCH + 2


def test_a_node_that_lacks_the_last_write_is_not_believed(tmp_path: Path, shared: Config) -> None:
    build(tmp_path / "build", {"last.md": ["one", "two"]}).index(shared)
    with serve(shared.index) as client:
        held = client.collections.get(alias_name(CHUNKS, shared.index))
        state = read_state(held.config.get(simple=True).description)
        assert state and holds(held, state)
        later = datetime.fromisoformat(state.last) + timedelta(milliseconds=1)
        assert not holds(held, replace(state, last=later.isoformat())), "the count is right, the last write lacks"


def test_a_new_schema_is_built_beside_and_swapped(
    tmp_path: Path, shared: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = build(tmp_path / "build", {f"{number}.md": ["swapped words"] for number in range(300)})
    first = made.index(shared)
    other = Config(index=replace(shared.index, quantizer="binary", connections=16))
    empty: list[int] = []
    with serve(shared.index) as client:
        alias = client.collections.get(alias_name(CHUNKS, shared.index))
        insert = writing._insert

        def looked_at(*given: object) -> None:
            insert(*given)  # type: ignore[arg-type]
            empty.append(len(alias.query.bm25("swapped", limit=5).objects))

        monkeypatch.setattr(writing, "_insert", looked_at)
        names = {*all_states(client, "chunks")}
        second = made.index(other)
        assert set(empty) == {5}, "who asks by the alias has answers all the time"
        assert len({*all_states(client, "chunks")} - names) == 1
        assert second["chunks"]["root"] == first["chunks"]["root"] and second != first
        assert len(alias) == 300
        assert made.index(shared) == first, "the way back costs nothing"


def test_experiments_do_not_touch_each_others_data(
    tmp_path: Path, shared: Config, monkeypatch: pytest.MonkeyPatch, sent: list[int]
) -> None:
    ours, theirs = build(tmp_path / "ours", {"exp.md": ["one"]}), build(tmp_path / "theirs", {"exp.md": ["one"]})
    for name in ("w1", "w2"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "w1")
    record = ours.index(shared)
    sent.clear()
    monkeypatch.chdir(tmp_path / "w2")
    assert theirs.index(shared) == record and not sent, "the same contents are there already"
    changed = build(tmp_path / "changed", {"exp.md": ["two"]})
    assert changed.index(shared) != record
    monkeypatch.chdir(tmp_path / "w1")
    sent.clear()
    with open_index(shared.index, ours.sources, ours.record) as opened:
        assert [one.properties["content"] for one in opened.chunks.iterator()] == ["one"]
    assert not sent, "nobody changed ours"


def test_what_no_build_uses_is_pruned_and_what_one_uses_is_not(
    tmp_path: Path, shared: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(index=replace(shared.index, spare=0, construction=77))
    monkeypatch.setattr(places, "SECONDS_TO_SPARE", 0)
    for name in ("gone", "stays", "last"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        build(tmp_path / f"{name}-build", {f"{name}.md": [name]}).index(config)
    (tmp_path / "gone").rmdir()
    with serve(config.index) as client:
        bring_up_to_date(client, config.index, build(tmp_path / "again", {"last.md": ["again"]}).sources)
        words = {
            str(one.properties["content"])
            for name, state in all_states(client, "chunks").items()
            if state.schema == places.schema_digest(CHUNKS, config.index)
            for one in client.collections.get(name).iterator()
        }
    assert words == {"stays", "again"}
