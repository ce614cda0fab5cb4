"""A PDF to pieces in reading order: pages, columns, tables, blocks; and what goes over a column's or a page's end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from stages.parse.elements import Piece
from stages.parse.structured import blocks as rules
from stages.parse.structured import furniture, tables
from stages.parse.structured.blocks import BULLET, FORMULA, NUMBER, Block, Body
from stages.parse.structured.columns import columns
from stages.parse.structured.ink import Page, pages
from stages.parse.structured.rows import Row, rows

TYPES = {"text": "NarrativeText", "item": "ListItem", "code": "CodeSnippet", "formula": "Formula", "figure": "Image"}
ENDS = (".", "!", "?", ":", ";")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
HYPHENS = ("-", "\u00ad", "\u2010")


def pieces(raw: bytes) -> list[Piece]:
    """The pieces of a PDF in reading order; running heads and feet come last, each once."""
    return of_pages(list(pages(raw)))


def of_pages(held: list[Page]) -> list[Piece]:
    """The pieces of these pages, whoever read them."""
    running = furniture.take_off(held)
    by_page = [(page, columns(page)) for page in held]
    body = rules.body_of([column for _, found in by_page for column in found])
    found = _joined([block for page, columns in by_page for block in _blocks(page, columns, body)])
    known = _known(found)
    levels = _levels(found, body)
    return [*(_piece(block, known, levels) for block in found), *running]


def _blocks(page: Page, found: list[list[Row]], body: Body) -> Iterator[Block]:
    for column in found:
        at = 0
        for table in tables.find(column, page.rules):
            yield from rules.blocks(column[at : table.start], body)
            yield Block("table", column[table.start : table.end], html=table.html, text=table.text)
            at = table.end
        yield from rules.blocks(column[at:], body)
    for figure in page.figures:
        yield Block("figure", rows(figure, page.number))


def _joined(found: list[Block]) -> list[Block]:
    """Paragraphs and items that go on in the next column or on the next page, past tables and figures, made one."""
    joined: list[Block] = []
    open_end: Block | None = None
    for block in found:
        if open_end and block.kind == "text" and _goes_on(open_end, block):
            open_end.begun = open_end.begun or len(open_end.rows)
            open_end.rows += block.rows
            open_end.column = block.column
            continue
        joined.append(block)
        if block.kind in ("text", "item"):
            open_end = block
        elif block.kind == "heading":
            open_end = None
    return joined


def _goes_on(block: Block, after: Block) -> bool:
    last, first = block.rows[-1], after.rows[0]
    if first.page == last.page and last.bottom < first.top and block.column == after.column:
        return False
    if abs(first.size - last.size) > 0.5 or last.text.endswith(ENDS) or last.x1 < block.column[1] - 4 * last.size:
        return False
    return first.text[0].islower() or last.text.endswith(HYPHENS) or first.x0 < after.column[0] + 2


def _levels(found: list[Block], body: Body) -> list[float]:
    """The sizes of headings, the largest first; those of the text's own size are one level."""
    sizes = {round(max(block.level, body.size), 1) for block in found if block.kind == "heading"}
    levels: list[float] = []
    for size in sorted(sizes, reverse=True):
        if not levels or levels[-1] - size > 0.2:
            levels.append(size)
    return levels


def _depth(block: Block, text: str, levels: list[float]) -> int:
    """By the number before it, else by the size of its type."""
    number = NUMBER.match(text)
    if number:
        return 1 + (number[1] or number[2] or "").count(".")
    return next((at for at, size in enumerate(levels) if block.level > size - 0.2), len(levels))


def _piece(block: Block, known: Counter[str], levels: list[float]) -> Piece:
    box = _box(block)
    if block.kind == "table":
        return Piece("Table", block.text, page=block.page, html=block.html, box=box)
    if block.kind in ("code", "figure"):
        return Piece(TYPES[block.kind], "\n".join(row.text for row in block.rows), page=block.page, box=box)
    text = _text([row.text for row in block.rows], known)
    if block.kind == "heading":
        return Piece("Title", text, depth=_depth(block, text, levels), page=block.page, box=box)
    if block.kind == "caption":
        return Piece("FigureCaption", text, page=block.page, box=box)
    kind = "formula" if block.kind == "text" and _is_formula(block, text) else block.kind
    bullet = BULLET.match(text)
    return Piece(TYPES[kind], text[bullet.end() :] if bullet else text, page=block.page, box=box)


def _is_formula(block: Block, text: str) -> bool:
    """A line or few, set in from the left, with signs and few words."""
    words = [word for word in WORD.findall(text) if len(word) > 3]
    inset = block.rows[0].x0 > block.column[0] + 1.5 * block.rows[0].size
    return inset and len(block.rows) < 6 and bool(FORMULA.search(text)) and len(words) <= 3


def _text(lines: list[str], known: Counter[str]) -> str:
    """One line of text; a hyphen at a line's end is taken out unless the word is spelt with it elsewhere, its parts
    are words themselves and the whole is none, or a digit or a capital follows, as in a name: `Llama-` and `7B`."""
    text = lines[0]
    for line in lines[1:]:
        head, first = text.rsplit(" ", 1)[-1], line.split(" ", 1)[0]
        named = head[-2:-1].isalnum() and first[:1].isalnum()
        if not (text.endswith(HYPHENS) and len(head) > 1 and (first[:1].islower() or named)):
            text = f"{text} {line}"
        elif not first[0].islower() or _keeps(head, first, known):
            text += line
        else:
            text = text[:-1] + line
    return text


def _known(found: list[Block]) -> Counter[str]:
    """The words of the document, without the halves at line ends."""
    known: Counter[str] = Counter()
    for block in found:
        parted = False
        for row in block.rows:
            words = [word.text for word in row.words][parted:]
            parted = row.text.endswith(HYPHENS)
            known.update(part.casefold() for word in words[: len(words) - parted] for part in WORD.findall(word))
    return known


def _keeps(head: str, first: str, known: Counter[str]) -> bool:
    one, other = WORD.findall(head[:-1])[-1:], WORD.findall(first)[:1]
    if not one or not other:
        return True
    whole, parted = f"{one[0]}{other[0]}".casefold(), f"{one[0]}-{other[0]}".casefold()
    if known[whole] or known[parted]:
        return known[parted] > known[whole]
    return min(len(one[0]), len(other[0])) > 3 and known[one[0].casefold()] > 0 and known[other[0].casefold()] > 0


def _box(block: Block) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the block where it begins: in its first column."""
    held = block.rows[: block.begun or len(block.rows)]
    edges = (
        min(row.x0 for row in held),
        min(row.top for row in held),
        max(row.x1 for row in held),
        max(row.bottom for row in held),
    )
    return tuple(round(edge, 1) for edge in edges)  # type: ignore[return-value]
