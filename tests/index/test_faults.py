"""Faults, with the real server: the stage goes on where it was, or says in one line what to do; nothing is lost."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from stages.core.collection import open_index
from stages.core.collection import write as writing
from stages.core.run.errors import UserError
from stages.core.weaviate import Lost, binary, process, serve
from stages.index import Config
from tests.index.room import ROOT, Build, build, free_port, needs_server, servers, settings

pytestmark = [needs_server, pytest.mark.xdist_group("weaviate")]
MANY = {f"{number}.md": [f"text {number} {part}" for part in range(4)] for number in range(400)}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client tries again as often as ever, but waits a fiftieth of its 63 seconds between."""
    monkeypatch.setattr("weaviate.retry.time", SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / 50)))


def texts_of(made: Build, config: Config) -> list[str]:
    with open_index(config.index, made.sources, made.record) as opened:
        return sorted(str(one.properties["content"]) for one in opened.chunks.iterator())


@pytest.mark.usefixtures("impatient")
def test_a_server_killed_during_import_and_search(
    tmp_path: Path, alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config, made = settings(), build(tmp_path / "build", MANY)
    insert = writing._insert
    written: list[int] = []

    def killing(*given: object) -> None:
        insert(*given)  # type: ignore[arg-type]
        written.append(len(given[1]))  # type: ignore[arg-type]
        if len(written) == 3:
            servers(alone)[0].kill()

    with monkeypatch.context() as patch:
        patch.setattr(writing, "_insert", killing)
        record = made.index(config)
    assert record["chunks"]["count"] == sum(map(len, MANY.values()))
    assert "goes on where it stopped" in capsys.readouterr().err
    assert sum(written) < 1600 + 5 * writing.BATCH, "what was written is not written again"
    assert texts_of(made, config) == sorted(text for held in MANY.values() for text in held)

    with pytest.raises(Lost, match=r"Weaviate on this machine: .*run again"):  # noqa: SIM117
        with open_index(config.index, made.sources, made.record) as opened:
            servers(alone)[0].kill()
            opened.chunks.query.bm25("text", limit=1)
    assert len(texts_of(made, config)) == 1600
    assert made.index(config) == record


def test_a_stage_killed_during_import_goes_on(tmp_path: Path, alone: Path) -> None:
    config, made = settings(), build(tmp_path / "build", MANY)
    with subprocess.Popen(
        [sys.executable, "-c", SLOWLY, json.dumps(vars(config.index)), str(made.folder)],
        stdout=-1,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "LITMILL_CACHE": str(alone), "HOME": str(Path.home())},
    ) as run:
        assert run.stdout and run.stdout.readline() == b"written\n"
        run.kill()
    assert made.index(config)["chunks"]["count"] == 1600
    assert len(texts_of(made, config)) == 1600


SLOWLY = """
import json, sys, time
from pathlib import Path
from stages.core.collection import Sources, bring_up_to_date, write
from stages.core.weaviate import Index, serve
insert = write._insert
def slowly(*given):
    insert(*given)
    print("written", flush=True)
    time.sleep(30)
write._insert = slowly
with serve(Index(**json.loads(sys.argv[1]))) as client:
    bring_up_to_date(client, Index(**json.loads(sys.argv[1])), Sources.of(Path(sys.argv[2])))
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 96 MB; who may not mount one skips the test."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk wants root")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_named_and_with_room_the_rest_is_written(
    tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMILL_CACHE", str(small_disk))
    monkeypatch.chdir(tmp_path)
    config, few, made = settings(), build(tmp_path / "few", {"a.md": ["one"]}), build(tmp_path / "build", MANY)
    few.index(config)
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file:
        file.write(b"0" * (shutil.disk_usage(small_disk).free - 200_000))
    with pytest.raises(UserError, match="disk is full"):
        made.index(config)
    ballast.unlink()
    assert made.index(config)["chunks"]["count"] == 1600
    assert len(texts_of(made, config)) == 1600
    assert not servers(small_disk)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_user_that_is_killed_hinders_nobody(tmp_path: Path, alone: Path, number: signal.Signals) -> None:
    config, made = settings(), build(tmp_path / "build", {"a.md": ["one"]})
    with subprocess.Popen([sys.executable, "-c", HOLD, json.dumps(vars(config.index))], cwd=ROOT, stdout=-1) as user:
        assert user.stdout and user.stdout.readline() == b"up\n"
        assert len(servers(alone)) == 1
        user.send_signal(number)
    assert len(servers(alone)) == (number == signal.SIGKILL), "after SIGTERM nobody is left"
    assert made.index(config)["chunks"]["count"] == 1


HOLD = """
import json, sys, time
from stages.core.weaviate import Index, serve
with serve(Index(**json.loads(sys.argv[1]))):
    print("up", flush=True)
    time.sleep(60)
"""


def test_two_processes_share_the_server_and_the_last_one_stops_it(tmp_path: Path, alone: Path) -> None:
    ours, theirs = settings(), settings()  # other ports: those of the server that runs are taken
    with serve(ours.index):
        with subprocess.Popen(
            [sys.executable, "-c", HOLD, json.dumps(vars(theirs.index))], cwd=ROOT, stdout=-1
        ) as user:
            assert user.stdout and user.stdout.readline() == b"up\n"
            assert len(servers(alone)) == 1
            build(tmp_path / "build", {"a.md": ["one"]}).index(ours)
            user.terminate()
        assert len(servers(alone)) == 1, "we still use it"
    assert not servers(alone)


@pytest.mark.parametrize("key", ["port", "grpc_port"])
def test_a_taken_port_is_named(alone: Path, key: str) -> None:
    with socket.create_server((process.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(UserError, match=rf"index\.{key}: port {port} .*taken"),
            serve(settings(**{key: port}).index),
        ):
            pass


def test_a_server_that_dies_at_once_is_quoted(alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    server = binary(settings().index.version)
    server.write_text('#!/bin/sh\necho \'{"level": "fatal", "msg": "no room", "error": "disk"}\' >&2\nexit 1\n')
    server.chmod(0o755)
    with pytest.raises(UserError, match="no room disk"), serve(settings().index):
        pass


def test_a_missing_server_names_the_command(alone: Path) -> None:
    with (
        pytest.raises(UserError, match=r"weaviate-v9\.9\.9-.*make setup"),
        serve(settings(version="9.9.9").index),
    ):
        pass


def test_nobody_at_the_address(alone: Path) -> None:
    nobody = settings(url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(UserError, match=r"index\.url: http\S+: no Weaviate answers there"), serve(nobody.index):
        pass


def test_nothing_but_loopback_is_asked_for(tmp_path: Path) -> None:
    given = process.environment(tmp_path, 1)
    assert given["CLUSTER_ADVERTISE_ADDR"] == given["CLUSTER_BIND_ADDR"] == "127.0.0.1"
    assert given["DISABLE_TELEMETRY"] == "true"
