"""From an open file to rows: one document, or one for each record in it; what cannot be taken gets a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import chain
from typing import IO, Any

from stages.collect.document import row
from stages.collect.kinds import ARXIV, UNKNOWN, is_archive, kind_of
from stages.collect.records import Paper, atom, from_line

Rows = Iterator[tuple[str, dict[str, Any]]]
LINES = (".jsonl", ".ndjson", ".json")  # what may hold a record a line, as arXiv's bulk metadata does
LINE_BYTES = 1_000_000  # a longer line is no record


def origin(source: str, path: str, package: str | None = None, version: str | None = None) -> dict[str, str | None]:
    """Where a document comes from: the kind of source, path or address, what it belongs to, the revision of that."""
    return {"source": source, "path": path, "package": package, "version": version}


def taken(name: str, include: Iterable[str], exclude: Iterable[str]) -> bool:
    """Whether globs take a name; `*` crosses `/` too."""
    return any(fnmatchcase(name, glob) for glob in include) and not any(fnmatchcase(name, glob) for glob in exclude)


def hidden(name: str) -> bool:
    """Whether a part of the name says that it is not for people."""
    parts = [part for part in name.split("/") if part not in (".", "..")]
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def documents(
    key: str, file: IO[bytes], size: int, held: dict[str, str | None], max_bytes: int, *, licence: str | None = None
) -> Rows:
    """Yield (key, row) for what `file`, of `size` bytes as far as is known, holds under the name in its origin."""
    name = held["path"] or key
    first = b""
    if name.lower().endswith(LINES):
        first = file.readline(LINE_BYTES)
        if first.endswith(b"\n") and from_line(first):
            yield from record_rows(key, chain([first], lines(file)), held)
            return
    if size > max_bytes:
        yield key, too_large(name, held, size, max_bytes)
        return
    raw = first + file.read(max_bytes + 1 - len(first))
    if len(raw) > max_bytes:  # its size was a lie
        yield key, too_large(name, held, len(raw), max_bytes)
    else:
        yield key, document(name, held, raw, licence=licence)


def document(
    name: str, held: dict[str, str | None], raw: bytes, *, licence: str | None = None, media_type: str = ""
) -> dict[str, Any]:
    """The row of one document; an archive is none."""
    kind = kind_of(name, raw, media_type)
    if kind is UNKNOWN and is_archive(name):
        detail = "an archive in a folder or in another archive is not opened; name it in params.yaml"
        return row(kind, held, raw, licence=licence, reason="archive", detail=detail)
    return row(kind, held, raw, licence=licence)


def too_large(name: str, held: dict[str, str | None], size: int, max_bytes: int) -> dict[str, Any]:
    """The row of a document that is listed and not read."""
    detail = f"{size} bytes; corpus.max_bytes is {max_bytes}"
    return row(kind_of(name, b""), held, size=size, reason="too large", detail=detail)


def record_rows(key: str, rest: Iterable[bytes], held: dict[str, str | None]) -> Rows:
    """A row a line; what is no record gets one, too."""
    for number, line in enumerate(rest, start=1):
        paper = from_line(line)
        if paper:
            name = f"{key}#{paper.id or number}"
            yield name, paper_row(paper, {**held, "path": f"{held['path']}#{paper.id or number}"})
        elif line.strip():
            place = {**held, "path": f"{held['path']}#line-{number}"}
            detail = "other lines are objects with title and abstract"
            yield f"{key}#line-{number}", row(UNKNOWN, place, size=len(line), reason="not a record", detail=detail)


def paper_row(paper: Paper, held: dict[str, str | None]) -> dict[str, Any]:
    """The row of a paper's record, as an Atom entry."""
    return row(ARXIV, held, atom(paper), licence=paper.licence)


def lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file; the rest of one that is too long is passed over."""
    while line := file.readline(LINE_BYTES):
        whole = line
        while len(whole) == LINE_BYTES and not whole.endswith(b"\n"):
            whole = file.readline(LINE_BYTES)
        yield line
