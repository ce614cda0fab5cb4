"""From pieces of a document, in reading order, to elements: section path, identity, and text that Arrow can hold."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Piece:
    """A piece of a document before it knows where it stands."""

    type: str
    text: str
    depth: int | None = None
    """Level of a heading, 0 the highest; None: not a heading."""
    page: int | None = None
    html: str | None = None
    box: tuple[float, float, float, float] | None = None
    """Left, top, right, bottom on its page, in points from the upper left corner."""


def to_elements(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    """Give each piece its section path (the headings above it) and its id; pieces without text are dropped."""
    above: list[tuple[int, str]] = []
    seen: Counter[str] = Counter()
    elements = []
    for piece in pieces:
        text = clean(piece.text)
        if not text:
            continue
        if piece.depth is not None:
            above = [(depth, title) for depth, title in above if depth < piece.depth]
        section = [title for _, title in above]
        place = json.dumps([text, section])
        elements.append(
            {
                "id": element_id(text, section, seen[place]),
                "type": piece.type,
                "text": text,
                "section": section,
                "page": piece.page,
                "html": clean(piece.html) if piece.html else None,
                "box": piece.box and list(piece.box),
            }
        )
        seen[place] += 1
        if piece.depth is not None:
            above.append((piece.depth, text))
    return elements


def element_id(text: str, section: list[str], before: int) -> str:
    """16 hex digits of SHA-256 over text, section path and number of equal elements before: no position, no name."""
    return hashlib.sha256(json.dumps([text, section, before]).encode()).hexdigest()[:16]


def clean(text: str) -> str:
    """Without NUL, lone surrogates and surrounding space."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode().strip()
