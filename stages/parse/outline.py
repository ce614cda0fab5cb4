"""The headings of a PDF as its own outline (the bookmarks) lists them, found again in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from stages.parse.elements import Piece

NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*|[A-Z](?:\.\d+)*)\.?\s+")  # "3.1 " or "A.2 " before a heading


def outline(reader: Any) -> list[tuple[int, int, str]]:
    """(page, level, title) of each bookmark of a pypdf reader, in order; empty if there are none or they are broken."""
    try:
        return list(_entries(reader, reader.outline, 0))
    except Exception:  # pypdf raises many kinds for broken bookmarks; the text does not need them
        return []


def _entries(reader: Any, entries: list[Any], level: int) -> Iterator[tuple[int, int, str]]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _entries(reader, entry, level + 1)
        else:
            page = reader.get_destination_page_number(entry)
            title = NUMBER.sub("", " ".join(str(entry.title).split()))
            if page is not None and title:
                yield page + 1, level, title


def with_outline(pieces: list[Piece], entries: list[tuple[int, int, str]]) -> Iterator[Piece]:
    """The pieces with the outline's headings as the only ones; a heading that ran into its paragraph is cut off it."""
    waiting = list(entries)
    for piece in pieces:
        found = next((entry for entry in waiting if entry[0] == piece.page and _begins(piece.text, entry[2])), None)
        if found is None:
            yield replace(piece, type="NarrativeText", depth=None) if piece.type == "Title" else piece
            continue
        waiting.remove(found)
        end = _begins(piece.text, found[2])
        yield replace(piece, type="Title", text=piece.text[:end], depth=found[1])
        if piece.text[end:].strip():
            yield replace(piece, type="NarrativeText", text=piece.text[end:], depth=None)


def _begins(text: str, title: str) -> int:
    """Where the heading ends that `text` begins with; 0: it does not."""
    words = r"\s+".join(re.escape(word) for word in title.split())
    found = re.match(rf"(?:{NUMBER.pattern[1:]})?{words}(?=\s|$)", text)
    return found.end() if found else 0
