"""Rows of a column to blocks: headings, paragraphs, items, captions, code, formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from stages.parse.structured.rows import Row

BULLET = re.compile(r"^(?:[•▪◦‣∙·●■–—*]|\(cid:\d+\))\s+(?=\S)")
NUMBERED_ITEM = re.compile(r"^(?:\(?\d{1,2}[.)]|\(?[a-z]\)|\[\d{1,3}\])\s+\S")
NUMBER = re.compile(
    r"^(?:(\d{1,2}(?:\.\d{1,2}){0,3})\.?|([A-Z](?:\.\d{1,2}){0,3})\.?|([IVX]{1,5})\.|Appendix\s+([A-Z])[:.]?)\s+(?=[A-Z“\"(])"
)
CAPTION = re.compile(
    r"^(?:Figure|Fig\.|FIGURE|Table|Tab\.|TABLE|Algorithm|Listing)\s*(?:[A-Z]?\.?\d+|[IVX]+)\s*[:.|—–]"
)
FORMULA = re.compile(r"[=≤≥≈∑∫∏√∈∝→←⊙⊗∂∇]")
PAGE = re.compile(r"\s\d{1,4}$")
LEADER = re.compile(r"(?:\.\s?){5}")
PLAIN = {"Abstract", "References", "Acknowledgements", "Acknowledgments", "Conclusion", "Introduction", "Bibliography"}
LARGER = 1.06  # a heading's type over the text's
LONGEST = 160  # letters of a heading
FAR = 1.45  # steps between lines over the usual one: a paragraph ends
INDENT = 0.7  # of the type's size: the first line of a paragraph, or the lines of an item


@dataclass
class Block:
    """Rows that belong together, with what they are."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    level: float = 0.0
    """Of a heading: the size of its type, the larger the higher."""
    column: tuple[float, float] = (0.0, 0.0)
    """Left and right edge of the column that it stands in."""
    html: str | None = None
    text: str = ""
    begun: int = 0
    """Rows in the column where it begins, if it goes on in another; else 0."""

    @property
    def page(self) -> int:
        return self.rows[0].page


@dataclass(frozen=True)
class Body:
    """The usual type of a document: its size and its step from line to line."""

    size: float
    step: float


def body_of(columns: list[list[Row]]) -> Body:
    """Size and step of most lines."""
    sizes: dict[float, int] = {}
    for row in (row for column in columns for row in column):
        sizes[round(row.size, 1)] = sizes.get(round(row.size, 1), 0) + row.letters
    size = max(sizes, key=lambda value: sizes[value]) if sizes else 10.0
    steps = [
        after.middle - before.middle
        for column in columns
        for before, after in pairwise(column)
        if abs(before.size - size) < 0.3 and abs(after.size - size) < 0.3
    ]
    return Body(size, median(steps) if steps else 1.2 * size)


def blocks(held: list[Row], body: Body) -> list[Block]:
    """The blocks of rows that stand in one column one below the other, without tables."""
    if not held:
        return []
    edges = (min(row.x0 for row in held), max(row.x1 for row in held))
    found: list[Block] = []
    for at, row in enumerate(held):
        before = held[at - 1] if at else None
        after = held[at + 1] if at + 1 < len(held) else None
        kind = _kind(row, before, after, body)
        last = found[-1] if found else None
        if last and before and _continues(last, kind, row, before, body):
            last.rows.append(row)
        else:
            found.append(Block(kind, [row], row.size, edges))
    return found


def _kind(row: Row, before: Row | None, after: Row | None, body: Body) -> str:
    text = row.text
    if CAPTION.match(text):
        return "caption"
    if row.share(2) > 0.8 and row.letters > 1:
        return "code"
    if BULLET.match(text + " x") and (BULLET.match(text) or len(text) == 1):
        return "item"
    if _is_heading(row, before, after, body):
        return "heading"
    if NUMBERED_ITEM.match(text):
        return "item"
    return "text"


def _is_heading(row: Row, before: Row | None, after: Row | None, body: Body) -> bool:
    text = row.text
    if not 2 < len(text) <= LONGEST or sum(letter.isalpha() for letter in text) < 0.5 * len(text.replace(" ", "")):
        return False
    numbered = NUMBER.match(text)
    if text.endswith((",", ";")) or (text.endswith(".") and not numbered) or FORMULA.search(text):
        return False
    if (
        numbered
        and PAGE.search(text)
        and any(LEADER.search(row.text) or PAGE.search(row.text) for row in (before, after) if row)
    ):
        return False  # a line of a table of contents
    if row.size > LARGER * body.size and row.share(2) < 0.5:
        return True
    if row.size < 0.93 * body.size:
        return False
    apart = before is None or row.middle - before.middle > 1.15 * body.step or before.page != row.page
    if row.share(0) > 0.9:
        return apart or bool(numbered) or (before is not None and before.share(0) > 0.9)
    if text in PLAIN or (numbered and row.share(1) > 0.8) or text.isupper():
        return apart
    short = after is None or row.x1 - row.x0 < 0.8 * (after.x1 - after.x0)
    worded = any(len(word.text) > 3 and word.text.isalpha() for word in row.words)
    return apart and row.share(1) > 0.9 and short and worded and text[0].isupper() and before is not None


def _continues(last: Block, kind: str, row: Row, before: Row, body: Body) -> bool:
    step = row.middle - before.middle
    if step > FAR * max(body.step, 1.15 * row.size) or step < 0:
        return False
    if last.kind == "code":
        return kind == "code"
    if kind in ("caption", "item", "code"):
        return False
    if last.kind == "heading":
        return kind == "heading" and _same_type(row, before) and not NUMBER.match(row.text) and step < 1.5 * row.size
    if kind == "heading":
        return False
    if last.kind == "caption":
        alike = row.share(1) == before.share(1) or row.size < 0.97 * body.size
        return alike and abs(row.size - before.size) < 0.4 and step < 1.35 * row.size
    if last.kind == "item":
        return row.x0 > last.rows[0].x0 + 0.3 * row.size or step < 1.1 * body.step
    return _goes_on(last, row, before, step, body)


def _goes_on(last: Block, row: Row, before: Row, step: float, body: Body) -> bool:
    """A paragraph goes on: no wider step, no indent after a line that ends short or at the usual edge."""
    if abs(row.size - before.size) > 0.12 * body.size and min(row.letters, before.letters) > 20:
        return False
    if step > 1.22 * body.step and step > 1.3 * row.size:
        return False
    left, right = last.column
    indented = row.x0 > min(before.x0, left + 2) + INDENT * row.size and row.x0 - before.x0 > INDENT * row.size
    if indented and len(last.rows) >= 1 and before.x0 < left + INDENT * row.size + 2:
        return False
    return not (
        before.x1 < right - 0.25 * (right - left)
        and before.text.endswith((".", "!", "?", ":"))
        and step > 1.08 * body.step
    )


def _same_type(row: Row, before: Row) -> bool:
    return abs(row.size - before.size) < 0.3 and abs(row.share(0) - before.share(0)) < 0.3
