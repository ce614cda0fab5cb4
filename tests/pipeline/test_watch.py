"""`litmill watch`: what it builds after a change is what a clean build gives, byte for byte."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.pipeline.project import Project
from tests.weights.builders import contents

pytestmark = pytest.mark.xdist_group("build")
TABLES = {"parse": ["elements", "figures", "quarantine"], "extract": ["facts"], "embed": ["chunks"]}


@contextmanager
def watching(project: Project, *stages: str) -> Iterator[subprocess.Popen[str]]:
    """`litmill watch`, ended as by Ctrl-C."""
    command = [sys.executable, "-m", "litmill.cli", "watch", *stages]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=project.path, env=project.environment, stderr=pipe, text=True) as watch:
        try:
            yield watch
            watch.send_signal(signal.SIGINT)
            assert watch.wait(timeout=30) == 0
        finally:
            watch.kill()
    assert not (project.path / ".dvc/tmp/ready.sock").exists()


def until(watch: subprocess.Popen[str], *wanted: str) -> str:
    """What it says until all of `wanted` have been said."""
    assert watch.stderr
    said = ""
    for line in watch.stderr:
        said += line
        if all(re.search(one, said, re.MULTILINE) for one in wanted):
            return said
    raise AssertionError(f"it ended; it had said\n{said}")


def test_a_change_is_built_by_forks_and_gives_the_bytes_of_a_clean_build(built: Project, tmp_path: Path) -> None:
    note = built.path / "corpus/damaged/note.md"
    try:
        with watching(built, "extract", "embed") as watch:
            until(watch, "^ready", "up to date after")
            note.write_text("# A note\n\nThe model Nobody 3B has 12 layers and a context length of 2k tokens.\n")
            said = until(watch, "note.md changed", "up to date after")
        assert "1 of" in said
        build = built.path / "build"
        for stage, names in TABLES.items():
            other = [f"{name}={tmp_path / name}" for name in (*names, "metrics")]
            extra = [f"duplicates={tmp_path / 'd.parquet'}", f"plot={tmp_path / 'p.csv'}"] if stage == "parse" else []
            built.run(sys.executable, "-m", f"stages.{stage}", *other, *extra)
            for name in names:
                assert contents(build / name) == contents(tmp_path / name), name
    finally:
        note.unlink(missing_ok=True)
        built.repro()
