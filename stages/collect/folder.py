"""The documents in the user's folder: every file and every empty folder below it, hidden ones left out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from stages.collect import Corpus
from stages.collect.document import row
from stages.collect.kinds import UNKNOWN, kind_of
from stages.core.run.errors import UserError

DIRECTORY = ("unknown", "inode/directory")
INSTALLED = "installed/"  # the keys of installed documents begin with it


def folder_rows(folder: Path, corpus: Corpus) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (key, row) for each document below `folder` that the globs take. Raises UserError without such a folder."""
    if not folder.is_dir():
        raise UserError(f"documents: no folder {str(folder)!r}; make it, or name another one in params.yaml")
    root = folder.resolve()
    for path in _walk(folder):
        name = _name(path.relative_to(folder))
        if path.is_dir() and not path.is_symlink():
            name += "/"
        if name.startswith(INSTALLED):
            raise UserError(f"documents: {name}: {INSTALLED} is kept for installed libraries; rename that folder")
        if _taken(name, corpus):
            yield name, _row(path, name, root, corpus.max_bytes)


def _walk(folder: Path) -> Iterator[Path]:
    """Files, links and empty folders below `folder`; a link to a folder is not entered."""
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        names = [name for name in files if not name.startswith(".")]
        links = [name for name in folders if os.path.islink(os.path.join(at, name))]
        yield from (Path(at, name) for name in sorted([*names, *links]))
        if not names and not folders and Path(at) != folder:
            yield Path(at)


def _name(path: Path) -> str:
    """The path with slashes; bytes that are no UTF-8 are spelt out."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _taken(name: str, corpus: Corpus) -> bool:
    def fits(globs: list[str]) -> bool:
        return any(fnmatchcase(name, glob) for glob in globs)

    return fits(corpus.include) and not fits(corpus.exclude)


def _row(path: Path, name: str, root: Path, max_bytes: int) -> dict[str, Any]:
    origin = {"source": "folder", "path": name, "package": None, "version": None}
    try:
        if not path.resolve(strict=True).is_relative_to(root):
            return row(UNKNOWN, origin, reason="link out of the folder", detail="its target is not read")
        if path.is_symlink() and path.is_dir():
            return row(UNKNOWN, origin, reason="link to a folder", detail="its documents are taken where they lie")
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            return row(DIRECTORY, origin, reason="empty folder", detail="there is no document in it")
        if not stat.S_ISREG(status.st_mode):
            return row(UNKNOWN, origin, reason="not a file", detail="a pipe, socket or device is not read")
        if status.st_size > max_bytes:
            detail = f"{status.st_size} bytes; corpus.max_bytes is {max_bytes}"
            return row(kind_of(name, b""), origin, size=status.st_size, reason="too large", detail=detail)
        raw = path.read_bytes()
    except (OSError, RuntimeError) as error:
        detail = (error.strerror if isinstance(error, OSError) else None) or "a link that leads to itself"
        return row(UNKNOWN, origin, reason="unreadable", detail=detail)
    return row(kind_of(name, raw), origin, raw)
