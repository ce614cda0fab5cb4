"""One worker, two, or a Ray cluster of two nodes: the same bytes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import ray
import ray.util
import yaml

from tests.core.room import Room

ROOT = Path(__file__).parents[2]
DOCUMENTS = {f"d{n}": " ".join(["word"] * (n % 4)) for n in range(24)}
BUILD = (
    "from pathlib import Path; from stages.core.table import Limit; from tests.core.computes import *;"
    "from tests.core.room import Room; from tests.core.test_engine import DOCUMENTS;"
    "Room(Path('room')).build(DOCUMENTS, compute=split, limit=Limit(60, 0, failed))"
)


def build(folder: Path, **engine: object) -> Room:
    """A build in a process of its own, since Daft's runner is chosen once in a process."""
    (folder / "build/conf").mkdir(parents=True)
    (folder / "build/conf/engine.yaml").write_text(yaml.safe_dump(engine))
    command = [sys.executable, "-c", BUILD]
    subprocess.run(command, cwd=folder, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    return Room(folder / "room")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Room:
    return build(tmp_path_factory.mktemp("one"), address="", workers=1)


def test_two_workers_give_what_one_gives(here: Room, tmp_path: Path) -> None:
    assert build(tmp_path, address="", workers=2).bytes() == here.bytes()


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A head and another node on this machine, each with one core."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tempfile.mkdtemp(prefix="ray", dir="/tmp")  # sockets want a short path
    head = ["--head", f"--port={port}", "--include-dashboard=false", f"--temp-dir={folder}"]
    nodes = [node(*head)]
    address = f"{ray.util.get_node_ip_address()}:{port}"
    try:
        wait(1, address)
        nodes.append(node(f"--address={address}"))
        wait(2, address)
        yield address
    finally:
        for one in reversed(nodes):
            one.terminate()
        for one in nodes:
            one.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def node(*settings: str) -> subprocess.Popen[bytes]:
    """A node that lives as long as its command."""
    common = ["--num-cpus=1", "--object-store-memory=80000000", "--disable-usage-stats"]
    return subprocess.Popen(["ray", "start", "--block", *settings, *common], stdout=subprocess.DEVNULL)


def wait(nodes: int, address: str) -> None:
    """Until so many nodes are there."""
    from ray._raylet import GcsClient

    until = time.monotonic() + 60
    while True:
        try:
            found = [one for one in GcsClient(address).get_all_node_info().values() if one.state == 0]
            if len(found) == nodes:
                return
        except Exception:
            pass
        assert time.monotonic() < until
        time.sleep(0.2)


@pytest.mark.xdist_group("ray")
def test_a_cluster_of_two_nodes_gives_what_this_machine_gives(here: Room, tmp_path: Path, cluster: str) -> None:
    assert build(tmp_path, address=cluster, workers=0).bytes() == here.bytes()
