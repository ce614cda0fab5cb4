"""A user's mistake, or a machine's trouble, ends in one clear line with what to do, and an exit code that is not 0."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline.project import CUT_OFF, Project

pytestmark = pytest.mark.xdist_group("commands")


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """The built project, copied, so that a failure leaves the one of the session as it was."""
    shutil.copytree(built.path, tmp_path / "project", symlinks=True, ignore=shutil.ignore_patterns("tmp"))
    copied = Project(tmp_path / "project")
    copied.environment = dict(built.environment)
    return copied


def test_a_misspelt_key(project: Project) -> None:
    project.params(modle="smollm2")
    assert "params.yaml: modle: no such key; did you mean 'model'?" in project.refusal("dvc", "repro")


def test_an_unknown_model(project: Project) -> None:
    project.params(model="tiny-lama")
    assert "params.yaml: model: no option 'tiny-lama' in conf/model/; did you mean 'tiny-llama'?" in project.refusal(
        "dvc", "repro"
    )


def test_no_documents_at_all(project: Project) -> None:
    (project.path / "nothing").mkdir()
    project.params(corpus="folder", documents="nothing")
    assert "no document in 'nothing'" in project.refusal("dvc", "repro")


def test_a_folder_that_is_not_there(project: Project) -> None:
    project.params(documents="nowhere")
    assert "nowhere" in project.refusal("dvc", "repro")


def test_a_taken_port(project: Project, ports: dict[str, int]) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", ports["port"]))
        taken.listen()
        said = project.refusal("python", "-m", "stages.index")
    assert f"port {ports['port']}" in said
    assert "index.port" in said


def test_a_missing_server_binary(project: Project, tmp_path: Path) -> None:
    project.environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert "make setup" in project.refusal("python", "-m", "stages.index")


def test_no_space_on_the_disk(project: Project) -> None:
    """The whole fresh output goes to a file system of 64 kB."""
    script = "mount -t tmpfs -o size=64k none build/.new && exec python -m stages.export"
    (project.path / "build/.new").mkdir(exist_ok=True)
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        cwd=project.path, env=project.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "no space left on the disk" in done.stderr.splitlines()[-1]


def test_the_wrong_python_says_what_to_do(project: Project) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "stages.collect"], cwd=project.path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "activate the environment first" in done.stderr


def test_cut_off_really_cuts_off() -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), 2)"
    done = subprocess.run(
        ["unshare", "-rn", sys.executable, str(CUT_OFF), sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "unreachable" in done.stderr
