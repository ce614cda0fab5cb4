"""The tiny build, made once for all workers with the network cut off; each worker has a copy of its own."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.pipeline.project import ROOT, Project, copy_of_the_project


def free_port() -> int:
    with socket.socket() as handle:
        handle.bind(("127.0.0.1", 0))
        return int(handle.getsockname()[1])


@pytest.fixture(scope="session")
def ports() -> dict[str, int]:
    """Ports for the server; the same for all builds of the session, since they stand in a resolved config."""
    return {"port": free_port(), "grpc_port": free_port()}


def damaged_documents(folder: Path) -> None:
    """What a user's folder holds, too: a broken PDF, an empty file, an unknown type, an empty folder."""
    (folder / "empty-folder").mkdir(parents=True)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 9 0 R>>\n garbage \x00\xff\x13")
    (folder / "empty.md").write_bytes(b"")
    (folder / "unknown.xyz").write_bytes(bytes(range(256)) * 4)


def tiny_project(folder: Path, ports: dict[str, int], cache: Path) -> Project:
    """A copy of the project on the tiny profile, with damaged documents among the others."""
    project = copy_of_the_project(folder, LITMILL_CACHE=str(cache))
    tiny = yaml.safe_load((ROOT / "conf/corpus/tiny.yaml").read_text())
    project.params(profile="tiny", corpus={"include": [*tiny["include"], "damaged/*"]}, index=ports)
    damaged_documents(folder / "corpus" / "damaged")
    project.commit("tiny, with damaged documents")
    return project


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, ports: dict[str, int]) -> Iterator[Project]:
    """A project whose tiny build ran with nothing but the loopback device. Tests leave it as they found it.

    The tests that stand on it are two groups, one a worker. The worker that comes first makes the build; the other one
    copies it and gives its server ports of its own, which runs the stages that name them.
    """
    folder = tmp_path_factory.mktemp("built")
    original = shared(tmp_path_factory) / "tiny"
    ran = original / "ran.json"
    with original.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ran.exists():
            project = tiny_project(original / "project", ports, original / "cache")
            stages = project.repro(offline=True)
            project.commit("built")
            ran.write_text(json.dumps({"stages": stages, "ports": ports}))
    shutil.copytree(original, folder, symlinks=True, dirs_exist_ok=True)
    project = Project(folder / "project", LITMILL_CACHE=str(folder / "cache"))
    made = json.loads(ran.read_text())
    project.ran = made["stages"]
    if made["ports"] != ports:
        project.params(index=ports)
        project.repro()
        project.commit("ports of its own")
    yield project
    shutil.rmtree(folder, ignore_errors=True)


def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this run of the tests, which all its workers see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
