"""Which files a stage's bytes stand on: its own folder, and every module of ours that it imports, at once or lazily.

Imports are found by their lines, without parsing: 200 files in a few hundredths of a second. Tests compare what is
found with `ast`, line by line, and with grimp's view of the whole (tests/pipeline/test_code.py).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stages.core.run.code import code_digest
from stages.core.run.errors import UserError

PACKAGE = "stages"
IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(stages[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]*)|import[ \t]+(stages[\w.]*))", re.MULTILINE
)
COMMENT = re.compile(r"#[^\n]*")


@dataclass(frozen=True)
class Source:
    """A file of code: its digest and the names that it imports from our packages."""

    digest: str
    imports: frozenset[str]


class Sources(dict[str, Source]):
    """The files by their path from the root, each read once, when it is asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = str(root)
        self._modules: dict[str, list[str]] = {}

    def __missing__(self, path: str) -> Source:
        content = Path(self._root, path).read_bytes()
        names = frozenset(imported(content.decode())) if path.endswith(".py") else frozenset[str]()
        self[path] = Source(code_digest(content), names)
        return self[path]

    def closure(self, stage: str) -> dict[str, str]:
        """The files that stage `stage` stands on, sorted, with their digests; empty ones say nothing."""
        found: set[str] = set()
        waiting = [*self._folder(f"{PACKAGE}/{stage}"), *self._files(f"{PACKAGE}.{stage}")]
        while waiting:
            path = waiting.pop()
            if path not in found:
                found.add(path)
                waiting.extend(file for name in self[path].imports for file in self._files(name))
        if not found:
            raise UserError(f"{PACKAGE}/{stage}: not there; run this in the root of the project")
        return {path: self[path].digest for path in sorted(found) if os.path.getsize(f"{self._root}/{path}")}

    def _folder(self, folder: str) -> Iterator[str]:
        """All files of a folder, templates and tables too, but for hidden and compiled ones."""
        for where, folders, files in os.walk(f"{self._root}/{folder}"):
            folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
            here = os.path.relpath(where, self._root)
            yield from (f"{here}/{name}" for name in files if not name.startswith(".") and not name.endswith(".pyc"))

    def _files(self, name: str) -> list[str]:
        """The file of a module, and those of the packages that Python imports on the way to it."""
        if name not in self._modules:
            parts = name.split(".")
            bases = ["/".join(parts[: end + 1]) for end in range(len(parts))]
            files = [file for base in bases for file in (f"{base}.py", f"{base}/__init__.py")]
            self._modules[name] = [file for file in files if os.path.isfile(f"{self._root}/{file}")]
        return self._modules[name]


def closures(stages: Iterable[str], root: Path) -> dict[str, dict[str, str]]:
    """For each stage the files of the project at `root` that its bytes stand on, with their digests."""
    sources = Sources(root)
    return {stage: sources.closure(stage) for stage in stages}


def imported(text: str) -> Iterator[str]:
    """The names that a module imports from our packages: modules, and what it takes from them, which may be modules."""
    for package, names, module in IMPORT.findall(text):
        yield package or module
        for name in COMMENT.sub("", names).strip("() \n").split(","):
            if words := name.split():
                yield f"{package}.{words[0]}"
