"""A document's elements, cut by a window that moves over their sentences or words and repeats some of the last.

By sentences a window stays within its section (rows of tables and lines of code count as sentences); by words it knows
no sections, so headings are text in it, and its place is that of its first word. It ends before its size where the
model reads no more; a sentence that is too long alone is cut between two words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from stages.embed import Chunking
from stages.embed.cut import BY_LINE, LINE, SENTENCE, Piece, Words, readable, size, within

WORD = re.compile(r"\s*\S+\s*")


@dataclass(frozen=True)
class Unit:
    """A sentence or word with the element that it stands in, the white space after it, and its length in tokens."""

    text: str
    size: int
    element: dict[str, Any]


def windows(elements: list[dict[str, Any]], chunking: Chunking, limit: int, words: Words) -> list[Piece]:
    """Cut elements into pieces of at most `chunking.size` sentences or words and `limit` tokens."""
    text = readable(elements)
    if chunking.by == "words":
        groups = [text]
    else:
        body = [element for element in text if element["type"] != "Title"] or text
        groups = [list(held) for _, held in groupby(body, lambda element: element["section"])]
    pieces = []
    for held in groups:
        units = [unit for element in held for unit in _units(element, chunking.by, limit, words)]
        pieces += [_piece(units[start:end]) for start, end in spans(units, chunking.size, chunking.overlap, limit)]
    return pieces


def spans(units: Sequence[Unit], most: int, overlap: int, limit: int) -> Iterator[tuple[int, int]]:
    """Start and end of each window; the last one ends with the last unit."""
    start = end = 0
    while end < len(units):
        end, tokens = start, 0
        while end < len(units) and end - start < most and (end == start or tokens + units[end].size <= limit):
            tokens += units[end].size
            end += 1
        yield start, end
        start = max(start + 1, end - overlap)


def _units(element: dict[str, Any], by: str, limit: int, words: Words) -> Iterator[Unit]:
    text = element["text"].strip("\n")
    pattern = WORD if by == "words" else LINE if element["type"] in BY_LINE else SENTENCE
    found = [part for unit in pattern.findall(text) if unit.strip() for part in within(unit, limit, words)]
    for place, part in enumerate(found, start=1):
        yield Unit(part if place < len(found) else f"{part.rstrip()}\n\n", size(part, words), element)


def _piece(units: Sequence[Unit]) -> Piece:
    first = units[0].element
    return Piece(
        text="".join(unit.text for unit in units).rstrip(),
        section=list(first["section"]),
        page=first["page"],
        elements=list(dict.fromkeys(unit.element["id"] for unit in units)),
        size=sum(unit.size for unit in units),
    )
