"""The index stage against a real Weaviate server: what is in it is what chunks/ holds, and mistakes are one line."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from pydantic import TypeAdapter

from stages.core import collection, table, weaviate
from stages.core.run.config import check
from stages.core.run.errors import UserError
from stages.embed.__main__ import SCHEMA
from stages.index import Config
from stages.index.__main__ import stage
from stages.parse.duplicates import write as write_folded

ROOT = Path(__file__).parents[2]
VERSION = yaml.safe_load((ROOT / "conf/index/embedded.yaml").read_text())["version"]
needs_server = pytest.mark.skipif(not weaviate.binary(VERSION).exists(), reason="no Weaviate server; run `make setup`")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((weaviate.HOST, 0))
        return int(probe.getsockname()[1])


def settings(**changes: Any) -> Config:
    index = {"version": VERSION, "port": free_port(), "grpc_port": free_port(), "connections": 16, "construction": 64}
    return check(TypeAdapter(Config), {"index": {**index, "made_from": {"corpus": "test"}, **changes}})


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LITMILL_CACHE", str(tmp_path / "cache"))
    yield tmp_path / "cache"
    assert not servers(tmp_path), "a server was left running"


def servers(folder: Path) -> list[psutil.Process]:
    """Weaviate servers whose data lies in `folder`."""
    found = []
    for one in psutil.process_iter(["name"]):
        with suppress(psutil.Error):  # gone, or a zombie that nobody reaps
            ours = one.info["name"].startswith("weaviate")
            if ours and one.environ().get("PERSISTENCE_DATA_PATH", "").startswith(str(folder)):
                found.append(one)
    return found


def write_chunks(folder: Path, texts: dict[str, list[str]]) -> Path:
    """A table of chunks: the texts of each document, with small vectors made from them."""
    rows = [(key, {"title": key, "kind": "markdown", "chunks": list(map(chunk, held))}) for key, held in texts.items()]
    table.write(folder, rows, SCHEMA, shards=2)
    return folder


def inputs(chunks: Path, *folded: str) -> dict[str, Path]:
    """The chunks, and the near-duplicates among their documents."""
    path = chunks.with_suffix(".parquet")
    write_folded([{"document": key, "duplicate_of": "a.md", "likeness": 1.0} for key in folded], path)
    return {"chunks": chunks, "duplicates": path}


def chunk(text: str) -> dict[str, Any]:
    vector = [0.1 + text.count(letter) for letter in "agmrsu"]
    own = {"id": text[:16], "text": text, "section": ["A", "B"], "page": 3 if "page" in text else None}
    return {**own, "elements": ["e1"], "vector": vector}


BEFORE = {"a.md": ["rope turns", "on a page"], "b.md": ["swiglu gates"], "empty.md": []}
AFTER = {"a.md": ["rope turns", "on another page"], "c.md": ["muon steps"], "empty.md": []}


@needs_server
def test_what_the_server_holds_is_what_the_chunks_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, out = settings(), tmp_path / "index.json"
    before, after = write_chunks(tmp_path / "before", BEFORE), write_chunks(tmp_path / "after", AFTER)
    assert stage(config, **inputs(before), index=out) == {"documents": 3, "objects": 3}
    first = json.loads(out.read_text())
    written: list[int] = []
    insert = collection._insert
    monkeypatch.setattr(collection, "_insert", lambda *given: (written.append(len(given[1])), insert(*given)))
    with weaviate.serve(config.index) as client:
        assert collection.bring_up_to_date(client, config.index, before) == first
        assert written == [], "nothing changed, nothing is written"
        second = collection.bring_up_to_date(client, config.index, after)
        assert written == [2], "one chunk of another text, one of a new document"
        assert second["collection"] == first["collection"]
        folded = collection.bring_up_to_date(client, config.index, after, {"c.md"})
        assert folded["count"] == 2, "a near-duplicate is taken out again"
        assert collection.bring_up_to_date(client, config.index, after) == second
        assert second["root"] != first["root"]

        held = client.collections.get(second["collection"])
        assert sorted(one.properties["text"] for one in held.iterator()) == [
            "muon steps",
            "on another page",
            "rope turns",
        ]
        nearest = held.query.near_vector(near_vector=chunk("muon steps")["vector"], limit=1).objects[0]
        assert nearest.properties["document"] == "c.md"
        assert held.query.bm25("rope", limit=1).objects[0].properties["section"] == ["A", "B"]

    monkeypatch.setenv("LITMILL_CACHE", str(tmp_path / "other"))
    stage(settings(), **inputs(after), index=out)
    assert json.loads(out.read_text()) == second, "a clean build on other ports gives the same"


@needs_server
def test_experiments_keep_to_their_own_collections_and_tampering_is_found(tmp_path: Path) -> None:
    ours, theirs = settings(), settings(made_from={"corpus": "other"})
    chunks, others = write_chunks(tmp_path / "ours", BEFORE), write_chunks(tmp_path / "theirs", AFTER)
    with weaviate.serve(ours.index) as client:
        first = collection.bring_up_to_date(client, ours.index, chunks)
        second = collection.bring_up_to_date(client, theirs.index, others)
        assert first["collection"] != second["collection"]
        held = client.collections.get(first["collection"])
        assert len(held) == first["count"] == 3

        victim = next(iter(held.iterator())).uuid
        held.data.update(victim, properties={"text": "forged"})  # its stored digest still fits
        with pytest.raises(UserError, match="1 of 3 chunks differ"):
            collection.bring_up_to_date(client, ours.index, chunks)
        held.data.delete_by_id(victim)
        assert collection.bring_up_to_date(client, ours.index, chunks) == first


@needs_server
def test_a_stage_that_is_killed_leaves_nothing_that_hinders_the_next(tmp_path: Path) -> None:
    config = settings()
    chunks = write_chunks(tmp_path / "chunks", BEFORE)
    for number in (signal.SIGTERM, signal.SIGKILL):
        with subprocess.Popen(
            [sys.executable, "-c", HOLD, json.dumps(vars(config.index))], cwd=ROOT, stdout=-1
        ) as process:
            assert process.stdout
            assert process.stdout.readline() == b"up\n"
            assert len(servers(tmp_path)) == 1
            process.send_signal(number)
        assert len(servers(tmp_path)) == (number == signal.SIGKILL)
    assert stage(config, **inputs(chunks), index=tmp_path / "index.json")["objects"] == 3


HOLD = """
import json, sys, time
from pydantic import TypeAdapter
from stages.core.weaviate import Index, serve
with serve(Index(**json.loads(sys.argv[1]))):
    print("up", flush=True)
    time.sleep(60)
"""


@needs_server
@pytest.mark.parametrize("key", ["port", "grpc_port"])
def test_a_taken_port_is_named(tmp_path: Path, key: str) -> None:
    with socket.create_server((weaviate.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(UserError, match=rf"index\.{key}: port {port} .*taken"),
            weaviate.serve(settings(**{key: port}).index),
        ):
            pass


def test_a_missing_server_names_the_command() -> None:
    with (
        pytest.raises(UserError, match=r"weaviate-v9\.9\.9-.*make setup"),
        weaviate.serve(settings(version="9.9.9").index),
    ):
        pass


def test_a_server_that_dies_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("weaviate.embedded.EmbeddedV4.wait_till_listening", short_wait)
    server = weaviate.binary(VERSION)
    server.write_text(
        '#!/bin/sh\necho \'{"level": "fatal", "msg": "no room for data", "error": "disk"}\' >&2\nexit 1\n'
    )
    server.chmod(0o755)
    with pytest.raises(UserError, match="no room for data disk"), weaviate.serve(settings().index):
        pass


def short_wait(self: Any) -> None:
    """The client's own wait is half a minute; the error is the same."""
    from weaviate.exceptions import WeaviateStartUpError

    time.sleep(0.3)
    raise WeaviateStartUpError("Embedded DB did not start listening")


def test_the_data_is_one_process_at_a_time(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weaviate, "SECONDS_TO_WAIT", 1)
    home = cache / "weaviate"
    home.mkdir(parents=True)
    with weaviate._alone(home), pytest.raises(UserError, match="in use by another process"), weaviate._alone(home):
        pass


def test_names_follow_settings_not_ports() -> None:
    name = collection.collection_name
    assert name(settings().index) == name(settings().index)
    assert name(settings().index) != name(settings(made_from={"corpus": "other"}).index)
    assert name(settings().index) != name(settings(connections=32).index)


def test_nothing_but_loopback_is_asked_for(tmp_path: Path) -> None:
    given = weaviate._environment(tmp_path)
    assert given["CLUSTER_ADVERTISE_ADDR"] == given["CLUSTER_BIND_ADDR"] == "127.0.0.1"
    assert given["DISABLE_TELEMETRY"] == "true"
    assert "PATH" not in given and os.environ.get("PERSISTENCE_DATA_PATH") is None
