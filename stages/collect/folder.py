"""The user's documents: every file and every empty folder below a folder, hidden ones left out; or an archive's."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from stages.collect import Corpus
from stages.collect.archive import archive_rows
from stages.collect.content import Rows, documents, origin, taken
from stages.collect.document import row
from stages.collect.kinds import UNKNOWN, is_archive
from stages.core.run.errors import UserError

INSTALLED = "installed/"  # the keys of installed documents begin with it
DIRECTORY = ("unknown", "inode/directory")


def folder_rows(place: Path, corpus: Corpus) -> Rows:
    """Yield (key, row) for each document in the folder or archive `place` that the globs take.

    Raises UserError where there is neither.
    """
    if place.is_file() and is_archive(place.name):
        return _archive(place, corpus)
    if not place.is_dir():
        raise UserError(
            f"documents: no folder or archive {str(place)!r} (URLs go into corpus.remote.places); make it, or name"
            " another one in params.yaml"
        )
    return _folder(place, corpus)


def _archive(place: Path, corpus: Corpus) -> Rows:
    def held(name: str) -> tuple[str, dict[str, str | None]]:
        return name or place.name, origin("archive", name or place.name, place.name)

    def takes(name: str) -> bool:
        return taken(name, corpus.include, corpus.exclude)

    with place.open("rb") as file:
        yield from archive_rows(file, place.stat().st_size, held, takes, corpus.max_bytes)


def _folder(folder: Path, corpus: Corpus) -> Rows:
    root = folder.resolve()
    for path in _walk(folder):
        name = _name(path.relative_to(folder))
        if path.is_dir() and not path.is_symlink():
            name += "/"
        if name.startswith(INSTALLED):
            raise UserError(f"documents: {name}: {INSTALLED} is kept for installed libraries; rename that folder")
        if taken(name, corpus.include, corpus.exclude):
            yield from _rows(path, name, root, corpus.max_bytes)


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


def _rows(path: Path, name: str, root: Path, max_bytes: int) -> Rows:
    held = origin("folder", name)
    try:
        if not path.resolve(strict=True).is_relative_to(root):
            yield name, row(UNKNOWN, held, reason="link out of the folder", detail="its target is not read")
        elif path.is_symlink() and path.is_dir():
            detail = "its documents are taken where they lie"
            yield name, row(UNKNOWN, held, reason="link to a folder", detail=detail)
        elif stat.S_ISDIR((status := path.stat()).st_mode):
            yield name, row(DIRECTORY, held, reason="empty folder", detail="there is no document in it")
        elif not stat.S_ISREG(status.st_mode):
            yield name, row(UNKNOWN, held, reason="not a file", detail="a pipe, socket or device is not read")
        else:
            with path.open("rb") as file:
                yield from documents(name, file, status.st_size, held, max_bytes)
    except (OSError, RuntimeError) as error:
        detail = (error.strerror if isinstance(error, OSError) else None) or "a link that leads to itself"
        yield name, row(UNKNOWN, held, reason="unreadable", detail=detail)
