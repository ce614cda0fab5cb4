"""Builds from collect to synthesize in this process, each in a folder of its own.

Worker processes are forks of a server that has the libraries loaded, as under `litmill watch`.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from stages.core import ready, table
from stages.core.run import execute

ROOT = Path(__file__).parents[2]
LINKED = ("conf", "stages", "dvc.yaml", "requirements.lock")
STAGES = ("collect", "parse", "extract", "embed", "organize", "synthesize")
ROWS = ("corpus", "elements", "figures", "quarantine", "duplicates.parquet", "facts", "chunks")
TABLES = ("corpus", "elements", "facts", "chunks", "knowledge", "docs")


@contextlib.contextmanager
def served(folder: Path) -> Iterator[None]:
    """While a server of ready processes is there for the builds in `folder`."""
    place = folder / ready.SOCKET
    place.parent.mkdir(parents=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen([sys.executable, "-m", "litmill.ready.server"], cwd=folder, env=environment)
    while not place.exists():
        assert server.poll() is None, "the server has ended"
        time.sleep(0.1)
    os.environ |= {"PYTHONPATH": str(ROOT)}  # the server asks for its own
    try:
        yield
    finally:
        server.terminate()
        server.wait()


@dataclass(frozen=True)
class Build:
    """A project folder with documents/ and build/."""

    project: Path

    @property
    def documents(self) -> Path:
        return self.project / "documents"

    @property
    def path(self) -> Path:
        return self.project / "build"

    @classmethod
    def of(cls, project: Path, documents: Path) -> Build:
        """A new project with a copy of these documents, composed and not built."""
        project.mkdir(parents=True)
        for name in LINKED:
            (project / name).symlink_to(ROOT / name)
        choices = {"documents": "documents", "corpus": "folder", "threads": 2}
        (project / "params.yaml").write_text(yaml.safe_dump({"profile": "sample", **choices}), encoding="utf-8")
        shutil.copytree(documents, project / "documents")
        (project / ready.SOCKET).parent.mkdir(parents=True)
        (project / ready.SOCKET).symlink_to(project.parent / ready.SOCKET)
        subprocess.run([sys.executable, "-m", "stages.compose"], cwd=project, check=True)
        return cls(project)

    def copy(self, project: Path) -> Build:
        """The same in another folder; a file is never altered in place, so tables are linked."""
        shutil.copytree(self.project, project, symlinks=True, copy_function=os.link)
        shutil.rmtree(project / "documents")
        shutil.copytree(self.documents, project / "documents")
        return Build(project)

    def clean(self, project: Path, *, whole: bool) -> Build:
        """A build of the same documents from nothing; or, if not `whole`, from the tables with a row a document."""
        new = Build.of(project, self.documents)
        if not whole:
            for name in ROWS:
                copy = shutil.copytree if (self.path / name).is_dir() else shutil.copy2
                copy(self.path / name, new.path / name)
        new.make(STAGES if whole else ("organize", "synthesize"))
        return new

    def make(self, stages: Sequence[str] = STAGES) -> None:
        """Bring the build up to date."""
        with contextlib.chdir(self.project), contextlib.redirect_stderr(io.StringIO()):
            for name in stages:
                if name == "synthesize":
                    chunks = sum(len(row["chunks"]) for row in table.read(Path("build/chunks"), ["chunks"]))
                    Path("build/index.json").unlink(missing_ok=True)
                    Path("build/index.json").write_text(json.dumps({"chunks": {"count": chunks}}), encoding="utf-8")
                execute(name, importlib.import_module(f"stages.{name}.__main__").stage)

    def remove(self) -> None:
        shutil.rmtree(self.project)


def differing(one: Path, other: Path) -> list[str]:
    """The tables that two builds do not have alike, byte for byte."""
    return [name for name in TABLES if _bytes(one / name) != _bytes(other / name)]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
