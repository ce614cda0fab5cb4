"""What stands on pages beside the text: running heads and feet, page numbers, stamps in the margin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from stages.parse.elements import Piece
from stages.parse.structured.ink import SPACE, Page, Word
from stages.parse.structured.rows import Row, rows

EDGE = 0.085  # of the page's height, above and below: where running heads stand
LINES = 2  # that many lines at each edge
NUMBER = re.compile(r"(?:page\s*)?[-–—\s]*(?:\d{1,4}|[ivxlc]{1,6})[-–—\s]*(?:(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
DIGITS = re.compile(r"\d+")


def take_off(found: list[Page]) -> list[Piece]:
    """Take furniture off the pages; gives each running text once, of the page that has it first."""
    edges = [(page, row, foot) for page in found for row, foot in _edges(page)]
    repeated = Counter(key for key, _ in {(_key(row), page.number) for page, row, _ in edges})
    pieces: dict[str, Piece] = {}
    for page, row, foot in edges:
        number = NUMBER.fullmatch(row.text)
        if not number and (len(found) < 2 or repeated[_key(row)] < 2) and not _is_small(row, page, foot):
            continue
        _remove(page, row.words)
        if not number:
            pieces.setdefault(_key(row), Piece("Footer" if foot else "Header", row.text, page=page.number))
    for page in found:
        if page.side and page.words:
            pieces.setdefault(f"side {page.number}", Piece("Header", _turned(page.side), page=page.number))
    return list(pieces.values())


def _edges(page: Page) -> list[tuple[Row, bool]]:
    held = rows(page.words)
    head = [row for row in held[:LINES] if row.bottom < EDGE * page.height]
    foot = [row for row in held[-LINES:] if row.top > (1 - EDGE) * page.height]
    return [(part, False) for row in head for part in _parts(row)] + [
        (part, True) for row in foot for part in _parts(row)
    ]


def _parts(row: Row) -> Iterable[Row]:
    """A head at the left and a number at the right are two."""
    return [Row(words, row.page) for words in row.segments(3 * row.size)]


def _key(row: Row) -> str:
    return DIGITS.sub("0", row.text).casefold()


def _is_small(row: Row, page: Page, foot: bool) -> bool:
    """In type smaller than the page's, and apart from its text."""
    rest = [word for word in page.words if (word.bottom < row.top if foot else word.top > row.bottom)]
    if len(rest) < 20:
        return False
    body = sorted(word.size for word in rest)[len(rest) // 2]
    white = row.top - max(word.bottom for word in rest) if foot else min(word.top for word in rest) - row.bottom
    return row.size < 0.97 * body and white > 0.8 * row.size


def _remove(page: Page, words: list[Word]) -> None:
    gone = {id(word) for word in words}
    page.words = [word for word in page.words if id(word) not in gone]


def _turned(words: list[Word]) -> str:
    """Turned text reads upwards or downwards, its letters come one by one."""
    text = words[0].text
    for before, word in pairwise(words):
        gap = max(before.top - word.bottom, word.top - before.bottom)
        text += (" " if gap > SPACE * word.size else "") + word.text
    return text
