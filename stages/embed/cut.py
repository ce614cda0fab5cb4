"""A document's elements, cut into pieces that fit what the model reads.

A table or a configuration class is a piece of its own; whatever else stands in one section is put together, in order,
as long as it fits. An element that is too long alone is cut between rows, lines or sentences (a table's parts repeat
its header), and only as a last resort between two words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Words = Callable[[str], list[tuple[int, int, int]]]
ALONE = {"Table", "ConfigClass"}
FURNITURE = {"Header", "Footer"}
BY_LINE = {"Table", "ConfigClass", "CodeSnippet", "FrontMatter"}
LINE = re.compile(r"[^\n]*\n?")
SENTENCE = re.compile(r".+?(?:[.!?](?=\s)|$)\s*", re.DOTALL)


@dataclass
class Piece:
    """Text of one section with the ids of the elements it comes from; `size` in tokens."""

    text: str
    section: list[str]
    page: int | None
    elements: list[str] = field(default_factory=list)
    size: int = 0
    alone: bool = False


def cut(elements: list[dict[str, Any]], limit: int, words: Words) -> list[Piece]:
    """Cut elements into pieces of at most `limit` tokens; `words` gives start, end and tokens of each word of a text.

    Headings are left out, since they stand in the section path of what follows, unless there is nothing else; and so
    is what stands at the edge of every page.
    """
    text = readable(elements)
    body = [element for element in text if element["type"] != "Title"] or text
    pieces: list[Piece] = []
    for part in (part for element in body for part in _parts(element, limit, words)):
        if pieces and _fits(pieces[-1], part, limit):
            _append(pieces[-1], part)
        else:
            pieces.append(part)
    return pieces


def readable(elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The elements that say something, without what stands at the edge of every page."""
    return [element for element in elements if element["type"] not in FURNITURE and element["text"].strip()]


def shorten(text: str, limit: int, words: Words) -> str:
    """The beginning of `text` that has at most `limit` tokens."""
    total = kept = 0
    for _, end, tokens in words(text):
        total += tokens
        if total > limit:
            return text[:kept]
        kept = end
    return text


def size(text: str, words: Words) -> int:
    """Length of a text in tokens."""
    return sum(tokens for _, _, tokens in words(text))


def _fits(piece: Piece, part: Piece, limit: int) -> bool:
    together = piece.section == part.section and not piece.alone and not part.alone
    return together and piece.size + part.size <= limit


def _append(piece: Piece, part: Piece) -> None:
    piece.text = f"{piece.text}\n\n{part.text}"
    piece.size += part.size
    piece.elements += [one for one in part.elements if one not in piece.elements]


def _parts(element: dict[str, Any], limit: int, words: Words) -> Iterator[Piece]:
    for text in _texts(element["text"].strip("\n"), element["type"], limit, words):
        yield Piece(
            text=text,
            section=list(element["section"]),
            page=element["page"],
            elements=[element["id"]],
            size=size(text, words),
            alone=element["type"] in ALONE,
        )


def _texts(text: str, kind: str, limit: int, words: Words) -> Iterator[str]:
    """An element's text in parts that fit."""
    if size(text, words) <= limit:
        yield text
        return
    header = ""
    if kind == "Table":
        first, _, rest = text.partition("\n")
        if rest and size(first, words) <= limit // 2:
            header, text, limit = f"{first}\n", rest, limit - size(first, words)
    units = (LINE if kind in BY_LINE else SENTENCE).findall(text)
    for part in _pack([piece for unit in units for piece in within(unit, limit, words)], limit, words):
        yield header + part


def within(unit: str, limit: int, words: Words) -> list[str]:
    """A row, line or sentence, cut between words where it is longer than the limit."""
    starts, held = [0], 0
    for start, _, tokens in words(unit):
        held += tokens
        if held > limit:
            starts.append(start)
            held = tokens
    return [unit[start:end] for start, end in zip(starts, [*starts[1:], len(unit)], strict=True)]


def _pack(units: list[str], limit: int, words: Words) -> Iterator[str]:
    held, total = "", 0
    for unit in units:
        length = size(unit, words)
        if held and total + length > limit:
            yield held.strip("\n")
            held, total = "", 0
        held, total = held + unit, total + length
    if held.strip():
        yield held.strip("\n")
