"""The user's documents: every file and every empty folder below a folder, hidden ones left out; or an archive's."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from stages.collect import Corpus
from stages.collect.archive import archive_rows
from stages.collect.content import Rows, documents, origin, taken
from stages.collect.document import UNREADABLE, row
from stages.collect.files import Files, KeptRows
from stages.collect.kinds import UNKNOWN, is_archive
from stages.core.run.errors import UserError

INSTALLED = "installed/"  # the keys of installed documents begin with it
DIRECTORY = ("unknown", "inode/directory")


def folder_rows(place: Path, corpus: Corpus, files: Files) -> KeptRows:
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
    return _folder(place, corpus, files)


def _archive(place: Path, corpus: Corpus) -> Rows:
    def held(name: str) -> tuple[str, dict[str, str | None]]:
        return name or place.name, origin("archive", name or place.name, place.name)

    def takes(name: str) -> bool:
        return taken(name, corpus.include, corpus.exclude)

    with place.open("rb") as file:
        yield from archive_rows(file, place.stat().st_size, held, takes, corpus.max_bytes)


def _folder(folder: Path, corpus: Corpus, files: Files) -> KeptRows:
    root, start = folder.resolve(), len(os.path.join(folder, ""))
    for entry in _walk(folder):
        name = _name(entry.path[start:])
        if entry.is_dir(follow_symlinks=False):
            name += "/"
        if name.startswith(INSTALLED):
            raise UserError(f"documents: {name}: {INSTALLED} is kept for installed libraries; rename that folder")
        if not taken(name, corpus.include, corpus.exclude):
            continue
        rows = _rows(Path(entry.path), name, root, corpus.max_bytes)
        status = _status(entry)
        yield from files.rows(name, status, rows) if status else rows


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """Size, times and inode of a plain file that is still there; None for anything else."""
    try:
        return entry.stat(follow_symlinks=False) if entry.is_file(follow_symlinks=False) else None
    except OSError:
        return None


def _walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Files, links and empty folders below `folder`; a link to a folder is not entered."""
    waiting: list[os.DirEntry[str] | Path] = [folder]
    while waiting:
        at = waiting.pop()
        try:
            found = sorted(os.scandir(at), key=lambda entry: entry.name)
        except OSError:
            continue
        shown = [entry for entry in found if not entry.name.startswith(".")]
        folders = [entry for entry in shown if entry.is_dir(follow_symlinks=False)]
        yield from (entry for entry in shown if not entry.is_dir(follow_symlinks=False))
        if not shown and isinstance(at, os.DirEntry):
            yield at
        waiting += reversed(folders)


def _name(path: str) -> str:
    """The path with slashes; bytes that are no UTF-8 are spelt out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


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
        yield name, row(UNKNOWN, held, reason=UNREADABLE, detail=detail)
