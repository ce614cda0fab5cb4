"""A stage over a table, as a command of its own that a test may kill: `python -m tests.core.killed` in its project."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from stages.core import table
from stages.core.run import execute, reads, writes
from stages.core.run.config import config
from stages.core.table import engine
from tests.core.computes import BAD, SOURCE, WORDS, slowly

ROOT = Path(__file__).parents[2]
SHARDS = 6


@config
class Config:
    revision: str
    """Stands for the stage's code and settings."""


def stage(
    config: Config,
    *,
    source: Path = reads("source"),
    good: Path = writes("good", persist=True),
    long: Path = writes("long", persist=True),
    bad: Path = writes("bad", persist=True),
) -> dict[str, Any]:
    outputs = {"good": table.Output(good, WORDS), "long": table.Output(long, WORDS), "bad": table.Output(bad, BAD)}
    counts = table.update(source, outputs, slowly, stage_digest=config.revision, what="killed")
    return {"documents": counts.inputs}


def documents(edit: int) -> dict[str, str]:
    """What the source holds after so many edits: some documents changed, some gone, one without text."""
    texts = {f"d{n}": f"text {n} {edit if n % 5 == edit % 5 else 0}" for n in range(30) if n % 7 != edit}
    return texts | {"d1": "", "d2": "one" if edit % 2 else "one two"}


def prepare(project: Path, edit: int, code: str = "x") -> None:
    """Lay out a project whose source has had so many edits."""
    (project / "build/conf").mkdir(parents=True, exist_ok=True)
    (project / "build/conf/killed.yaml").write_text(f"revision: {code}\nlibraries: {{}}\n")
    fresh = project / "build" / f"source-{edit}-{os.getpid()}"
    table.write(fresh, ((key, {"text": text}) for key, text in documents(edit).items()), SOURCE, SHARDS)
    old = project / "build/source"
    for path in table.shard_files(old) if old.exists() else []:
        path.unlink()
    old.mkdir(exist_ok=True)
    for path in table.shard_files(fresh):
        path.rename(old / path.name)
    fresh.rmdir()


def start(project: Path) -> subprocess.Popen[bytes]:
    """Run the stage there."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.core.killed"], cwd=project, env=environment, stderr=subprocess.DEVNULL
    )


def outputs(project: Path) -> dict[str, str]:
    """Every file under build/, and its hash."""
    found = sorted(path for path in (project / "build").rglob("*") if path.is_file())
    return {str(p.relative_to(project)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


if __name__ == "__main__":
    engine.FEW = 1000  # here, so that the kill takes the work, too
    execute("killed", stage)
