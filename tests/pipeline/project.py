"""A copy of the project in a folder of its own, and the commands that a user types there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CUT_OFF = Path(__file__).with_name("cut_off.py")
RAN = re.compile(r"^Running stage '([^']+)'", re.MULTILINE)


class Project:
    """A project folder under git, with the environment that its commands run in."""

    def __init__(self, path: Path, **environment: str) -> None:
        self.path = path
        self.ran: list[str] = []
        binaries = str(Path(sys.executable).parent)
        base = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "DVC"))}
        self.environment = base | {"PATH": f"{binaries}:{base['PATH']}", "DVC_NO_ANALYTICS": "1"} | environment

    def run(self, *command: str, offline: bool = False, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command here; `offline` leaves it nothing but the loopback device."""
        prefix = ["unshare", "-rn", sys.executable, str(CUT_OFF)] if offline else []
        done = subprocess.run(
            [*prefix, *command], cwd=self.path, env=self.environment, capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            raise AssertionError(
                f"{' '.join(command)} exited {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
            )
        return done

    def repro(self, *targets: str, offline: bool = False) -> list[str]:
        """`dvc repro`: the stages that ran."""
        return RAN.findall(self.run("dvc", "repro", *targets, offline=offline).stdout)

    def refusal(self, *command: str) -> str:
        """A command that must fail without a traceback: what it says."""
        done = self.run(*command, check=False)
        said = done.stdout + done.stderr
        assert done.returncode != 0, said
        assert "Traceback" not in said, said
        return said

    def params(self, **values: Any) -> None:
        """Set top-level keys of params.yaml."""
        path = self.path / "params.yaml"
        held = yaml.safe_load(path.read_text())
        path.write_text(yaml.safe_dump(held | values, sort_keys=False))

    def commit(self, message: str) -> None:
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "--allow-empty", "-m", message)

    def lock(self) -> dict[str, Any]:
        return yaml.safe_load((self.path / "dvc.lock").read_text())["stages"]


def copy_of_the_project(path: Path, **environment: str) -> Project:
    """The files that git tracks (and those not yet added), as they are in the working tree, in a new repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, path / name)
    (path / "dvc.lock").unlink(missing_ok=True)
    project = Project(path, **environment)
    project.run("git", "init", "-q")
    project.run("git", "config", "user.name", "Test")
    project.run("git", "config", "user.email", "test@example.org")
    project.commit("a copy")
    return project


@contextmanager
def ready_server(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """The server that `litmill watch` starts, from when it is ready until it has ended of itself."""
    command, pipe = [sys.executable, "-m", "litmill.ready.server"], subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=pipe, text=True) as server:
        assert server.stderr
        assert "ready" in server.stderr.readline()
        yield
        server.terminate()
        assert server.wait() == 0
