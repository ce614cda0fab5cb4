"""The sources of a paper (an e-print) as one LaTeX document: the main file, with the files that it names joined in.

arXiv serves an archive of files, one gzipped file, or a PDF where the authors gave no sources. Nothing is unpacked to
the disk, and what is joined is bounded: files that name one another grow without end otherwise.
"""

from __future__ import annotations

import gzip
import io
import json
import posixpath
import re
import zlib
from collections.abc import Iterator, Mapping

from stages.collect.archive import archive_rows
from stages.collect.content import origin

COMMENT = rb"(?<!\\)(?:\\\\)*%[^\n]*"
INPUT = re.compile(COMMENT + rb"|\\(?:input|include|subfile)\s*\{\s*([^{}%\\\s]+)\s*\}|\\input\s+([^\s{}%\\]+)")
DOCUMENT = re.compile(rb"\\document(?:class|style)\b")
NAMED_MAIN = ("main.tex", "ms.tex", "paper.tex", "article.tex")
TEXTS = (".tex", ".ltx", ".latex", ".txt", ".bbl", "readme.json", "readme.xxx")
FILES = 2_000  # files that are joined, one that is named often counted each time


class NoLatex(Exception):
    """An e-print without LaTeX: reason and detail."""


def join(raw: bytes, max_bytes: int) -> bytes:
    """The LaTeX of an e-print, at most `max_bytes` of it. Raises NoLatex."""
    files = _files(raw, max_bytes)
    parts: list[bytes] = []
    size = 0
    for number, part in enumerate(_parts(files, _main(files), ())):
        size += len(part)
        if size > max_bytes or number > 2 * FILES:
            raise NoLatex("too large", f"its files joined are over {max_bytes} bytes, or over {FILES} files")
        parts.append(part)
    return b"".join(parts)


def _files(raw: bytes, max_bytes: int) -> dict[str, bytes]:
    """The texts in an e-print by name; one gzipped file is `main.tex`."""
    if raw.startswith(b"%PDF-"):
        raise NoLatex("no LaTeX", "the authors gave a PDF alone")
    found = list(archive_rows(io.BytesIO(raw), len(raw), lambda name: (name, origin("", name)), _is_text, max_bytes))
    if [row["reason"] for _, row in found] == ["broken archive"]:
        return {"main.tex": _gunzipped(raw, max_bytes)}
    return {posixpath.normpath(name): row["raw"] for name, row in found if not row["reason"]}


def _is_text(name: str) -> bool:
    return name.lower().endswith(TEXTS)


def _gunzipped(raw: bytes, max_bytes: int) -> bytes:
    if raw.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(raw)) as file:
                raw = file.read(max_bytes + 1)
        except (OSError, EOFError, zlib.error):
            raise NoLatex("unreadable", "broken gzip data") from None
    if not DOCUMENT.search(raw) and b"\\begin" not in raw:
        raise NoLatex("no LaTeX", "neither an archive nor a LaTeX file")
    return raw


def _main(files: Mapping[str, bytes]) -> str:
    """The file that LaTeX is run on: what the authors state, else the one that looks most like it."""
    if stated := _stated(files):
        return stated
    found = sorted(name for name in files if DOCUMENT.search(re.sub(COMMENT, b"", files[name])))
    if not found:
        raise NoLatex("no LaTeX", "no file in it begins a document")
    named = [name for wanted in NAMED_MAIN for name in found if posixpath.basename(name).lower() == wanted]
    shallow = min(name.count("/") for name in found)
    return named[0] if named else max((n for n in found if n.count("/") == shallow), key=lambda n: (len(files[n]), n))


def _stated(files: Mapping[str, bytes]) -> str | None:
    """What arXiv's 00README says is the main file."""
    for name, raw in sorted(files.items()):
        base = name.lower()
        if base == "00readme.json":
            try:
                sources = json.loads(raw).get("sources", [])
                tops = [held["filename"] for held in sources if held.get("usage") == "toplevel"]
            except (ValueError, AttributeError, TypeError, KeyError):
                continue
        elif base == "00readme.xxx":
            words = [line.split() for line in raw.decode("utf-8", "replace").splitlines()]
            tops = [held[0] for held in words if held[1:2] == ["toplevelfile"]]
        else:
            continue
        if tops and tops[0] in files:
            return str(tops[0])
    return None


def _parts(files: Mapping[str, bytes], name: str, above: tuple[str, ...]) -> Iterator[bytes]:
    """A file in parts, those that it names in their place; one that names itself or is not there stays a name."""
    text, at = files[name], 0
    for found in INPUT.finditer(text):
        wanted = found[1] or found[2]
        inner = _found(files, wanted.decode("utf-8", "replace")) if wanted else None
        if inner is not None and inner not in (*above, name):
            yield text[at : found.start()]
            yield from _parts(files, inner, (*above, name))
            at = found.end()
    yield text[at:]


def _found(files: Mapping[str, bytes], name: str) -> str | None:
    """The file of a name as LaTeX looks for it: from the folder that it runs in."""
    path = posixpath.normpath(name)
    return next((held for held in (f"{path}.tex", path) if held in files), None)
