"""`python -m litmill.setup`: make the machine ready for a build, once; says nothing and takes no time when it is.

It puts the Weaviate server in place, and checks what the build needs besides: DVC's folder, a C++ compiler, disk space,
a git repository.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from stages.core.run.errors import UserError
from stages.core.weaviate import binary

GIGABYTES = 3
INDEX = Path("conf/index/embedded.yaml")


def main(arguments: list[str] | None = None) -> int:
    """Exit code 2, with one line that says what to do, where something is missing and cannot be had."""
    try:
        check(Path(), GIGABYTES)
        make_repository(Path())
        version = yaml.safe_load((Path() / INDEX).read_text(encoding="utf-8"))["version"]
        if not binary(version).exists():
            from litmill.server import put

            put(binary(version), version)
    except UserError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("setup: interrupted; nothing half done is left, run `make setup` again", file=sys.stderr)
        return 130
    return 0


def check(root: Path, gigabytes: float) -> None:
    """Raise UserError for what setup cannot get by itself."""
    for needed in (root / ".dvc" / "config", root / INDEX):
        if not needed.exists():
            raise UserError(f"{needed}: not there; run this in the root of a clone of the project")
    if not shutil.which("g++"):
        raise UserError("no g++ on PATH; DeepSpeed compiles an operation with it (Debian: apt install g++)")
    free = shutil.disk_usage(root).free / 1e9
    if free < gigabytes:
        raise UserError(f"{free:.1f} GB free on the disk of {root.resolve()}; a build wants {gigabytes:g} GB")


def make_repository(root: Path) -> None:
    """DVC builds in a git repository alone; a copy that was downloaded as an archive becomes one."""
    command = ["git", "-C", str(root), "rev-parse", "--git-dir"]
    found = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"}, check=False)
    if found.returncode and "not a git repository" in found.stderr:
        subprocess.run(["git", "-C", str(root), "init", "--quiet"], check=True)
        print("setup: no git repository here, which DVC needs; made one", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
