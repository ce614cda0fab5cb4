"""One worker, two, or a Ray cluster of two nodes: the same bytes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import ray
import ray.util
import yaml

from stages.compose.compose import compose
from stages.compose.write import write
from stages.core.run.errors import UserError
from stages.core.table import engine
from tests.core.computes import KEY
from tests.core.room import Room

ROOT = Path(__file__).parents[2]
DOCUMENTS = {f"d{n}": " ".join(["word"] * (n % 4)) for n in range(24)}
BUILD = (
    "from pathlib import Path; from stages.core.table import Limit; from tests.core.computes import *;"
    "from tests.core.room import Room; from tests.core.test_engine import DOCUMENTS;"
    "from stages.core.table import engine; engine.LIGHT = 0;"
    "Room(Path('room')).build(DOCUMENTS, compute={compute}, limit=Limit(60, 0, failed), environment=(KEY,))"
)
HUSH = "sk-of-nobody-else"


def build(folder: Path, compute: str = "split", **engine: object) -> Room:
    """A build in a process of its own, since Daft's runner is chosen once in a process."""
    (folder / "build/conf").mkdir(parents=True)
    (folder / "build/conf/engine.yaml").write_text(yaml.safe_dump(engine))
    command = [sys.executable, "-c", BUILD.format(compute=compute)]
    subprocess.run(command, cwd=folder, check=True, env=os.environ | {"PYTHONPATH": str(ROOT), KEY: HUSH})
    return Room(folder / "room")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Room:
    return build(tmp_path_factory.mktemp("one"), address="", workers=1)


def test_two_workers_give_what_one_gives(here: Room, tmp_path: Path) -> None:
    assert build(tmp_path, address="", workers=2).bytes() == here.bytes()


def test_another_engine_is_nobody_s_dependency(tmp_path: Path) -> None:
    """Compose writes it where no stage looks for what its bytes depend on."""
    for name in ("local", "ray"):
        write(compose(ROOT, [f"engine={name}"]), tmp_path / name)
    written = {
        name: {path.name: path.read_bytes() for path in (tmp_path / name / "conf").iterdir()}
        for name in ("local", "ray")
    }
    differ = {name for name, text in written["local"].items() if text != written["ray"][name]}
    assert differ == {"engine.yaml"}
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
    assert not any("engine.yaml" in str(stage.get("deps")) for stage in stages.values())


def test_a_cluster_that_is_not_there_is_a_user_s_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "build/conf").mkdir(parents=True)
    (tmp_path / "build/conf/engine.yaml").write_text(yaml.safe_dump({"address": "127.0.0.1:1", "workers": 0}))
    monkeypatch.setattr(engine, "LIGHT", 0)
    with pytest.raises(UserError, match=r"engine.address: no Ray cluster at '127.0.0.1:1'"):
        Room(tmp_path / "room").build(DOCUMENTS)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path]]:
    """A head and another node on this machine, each with one core: its address, and the folder with Ray's logs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", "0" * 64)  # not the one that may lie in the user's home
    folder = tempfile.mkdtemp(prefix="ray", dir="/tmp")  # sockets want a short path
    address = f"{ray.util.get_node_ip_address()}:{port}"
    nodes: list[subprocess.Popen[str]] = []
    try:
        nodes.append(node("--head", f"--port={port}", "--include-dashboard=false", f"--temp-dir={folder}"))
        nodes.append(node(f"--address={address}"))
        yield address, Path(folder)
    finally:
        for one in reversed(nodes):
            one.terminate()
            one.communicate(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def node(*settings: str) -> subprocess.Popen[str]:
    """A node that has started, and lives as long as its command."""
    common = ["--num-cpus=1", "--object-store-memory=80000000", "--disable-usage-stats", "--block"]
    started = subprocess.Popen(["ray", "start", *settings, *common], stdout=subprocess.PIPE, text=True)
    assert started.stdout
    assert any("Ray runtime started" in line for line in started.stdout), "it did not start"
    return started


@pytest.mark.xdist_group("ray")
def test_a_cluster_of_two_nodes_gives_what_this_machine_gives(
    here: Room, tmp_path: Path, cluster: tuple[str, Path]
) -> None:
    """Its workers have the keys that a stage names, and Ray's logs have not."""
    address, logs = cluster
    assert build(tmp_path / "split", address=address, workers=0).bytes() == here.bytes()
    keys = build(tmp_path / "keyed", compute="keyed", address=address, workers=0).rows("good")
    assert {word for row in keys.values() for word in row["words"]} == {HUSH}
    written = [path for path in logs.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(written) > 10
    assert not [path for path in written if HUSH.encode() in path.read_bytes()]
