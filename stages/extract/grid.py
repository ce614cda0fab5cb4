"""A table as lines of cells: its header, its body, and what a parser has glued, split or left out put right."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from stages.extract.facts import Document, Element
from stages.extract.labels import MARKUP, label
from stages.extract.lexicon import Lexicon
from stages.extract.subjects import model_of, models_in

ALONE = re.compile(r"(?:\s*\([^()]*\)|[*†‡]|\s+\[\d+\])*\s*")  # all that may follow a model's name in its cell
SIZE_LINE = re.compile(r"\s*\d+(?:\.\d+)?[BM]\s*")


@dataclass(frozen=True)
class Row:
    """One line of a table: its cells, and where the line stands in the element's text."""

    cells: list[str]
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """A table with what is needed to read it."""

    element: Element
    document: Document
    lexicon: Lexicon
    caption: str
    """The model that the caption names; empty: none, or several."""


def cut(text: str, reading: Reading) -> tuple[Row | None, list[Row]]:
    """Header and body of a table: the row with most labels or names of models, and the rows below that are as wide."""
    rows = _spread(_rows(text), reading)
    width = max((len(row.cells) for row in rows), default=0)
    if len(rows) < 2 or width < 2:
        return None, []
    rows = _padded([_split(row, width, reading) if at < 3 else row for at, row in enumerate(rows)], width)
    if len(rows[0].cells) == len(rows[1].cells) == width and (joined := _joined(rows, reading)):
        return joined, [row for row in rows[2:] if len(row.cells) == width]
    candidates = range(min(3, len(rows)) if width > 2 else 1)
    at = max(candidates, key=lambda at: (_heads(rows[at], reading), -at))
    body = [row for row in rows[at + 1 :] if len(row.cells) == width]
    return (rows[at] if len(rows[at].cells) == width else None), body


def _joined(rows: list[Row], reading: Reading) -> Row | None:
    """A header whose labels run over two lines, if more of them are labels when they are joined than in either line."""
    first, second = rows[:2]
    spanned = [below if below != above else "" for above, below in zip(first.cells, second.cells, strict=True)]
    joined = replace(first, cells=[f"{a} {b}".strip() for a, b in zip(first.cells, spanned, strict=True)])
    return joined if labelled(joined, reading) > max(1, *(labelled(row, reading) for row in rows[:2])) else None


def labelled(row: Row, reading: Reading) -> int:
    return sum(bool(label(cell, reading.lexicon)) for cell in row.cells)


def _split(row: Row, width: int, reading: Reading) -> Row:
    """A header whose labels a parser has glued together, `Heads KV heads`, taken apart if it fits the body then."""
    if len(row.cells) >= width:
        return row
    cells = [part for cell in row.cells for part in _apart(cell.split(), reading) or [cell]]
    return replace(row, cells=cells) if width - 1 <= len(cells) <= width else row


def _apart(words: list[str], reading: Reading) -> list[str]:
    """The fewest labels that the words are, in their order; empty if they are none."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(words) + 1):
        found = [
            [*before, part]
            for start in range(max(0, end - 6), end)
            if (before := best[start]) is not None and label(part := " ".join(words[start:end]), reading.lexicon)
        ]
        best.append(min(found, key=len, default=None))
    return best[-1] or []


def _heads(row: Row, reading: Reading) -> int:
    """How many of a row's cells name a parameter or a model: the row with most of them is the header."""
    return sum(bool(label(cell, reading.lexicon)) or named_in(cell, reading) != "" for cell in row.cells)


def _rows(text: str) -> list[Row]:
    """The lines with cells. For some a cell was too narrow: one that is but a size (70B) ends the name above, and what
    follows a list that ends in a comma goes on with it, as its label does."""
    rows: list[Row] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        cells = [cell.strip() for cell in line.split("|")]
        if rows and _goes_on(rows[-1], cells):
            joined = [f"{above} {below}".strip() for above, below in zip(rows[-1].cells, cells, strict=True)]
            rows[-1] = Row(joined, rows[-1].start, end)
        elif len(cells) > 1:
            rows.append(Row(cells, start, end))
        elif rows and rows[-1].end == start - 1 and SIZE_LINE.fullmatch(line):
            first, *values = rows[-1].cells
            rows[-1] = Row([f"{first} {line.strip()}", *values], rows[-1].start, end)
        start = end + 1
    return rows


def _goes_on(above: Row, cells: list[str]) -> bool:
    return len(above.cells) == len(cells) == 2 and above.cells[1].endswith(",") and cells[1][:1].isalpha()


def _padded(rows: list[Row], width: int) -> list[Row]:
    """Rows that lack their first cell, since the one above them spans them, get it back; where it heads, its text."""
    return [
        replace(row, cells=["" if at > 1 or not at else rows[0].cells[0], *row.cells])
        if len(row.cells) == width - 1 > 1
        else row
        for at, row in enumerate(rows)
    ]


def _spread(rows: list[Row], reading: Reading) -> list[Row]:
    """Columns that a parser has glued together, taken apart: so many models in the header, so many values below."""
    if not rows:
        return rows
    header = rows[0]
    counts = [_glued(cell, reading) for cell in header.cells]
    if all(count == 1 for count in counts):
        return rows
    spread = []
    for row in rows:
        parts = [
            _parts(cell, count, reading if row is header else None)
            for cell, count in zip(row.cells, counts, strict=False)
        ]
        whole = len(row.cells) == len(counts) and all(
            len(part) == count for part, count in zip(parts, counts, strict=True)
        )
        spread.append(replace(row, cells=[cell for part in parts for cell in part]) if whole else row)
    return spread


def _glued(cell: str, reading: Reading) -> int:
    models = list(models_in(cell, reading.document, reading.lexicon))
    rest = cell
    for model in reversed(models):
        rest = rest[: model.start] + rest[model.end :]
    return len(models) if len(models) > 1 and not rest.strip() else 1


def _parts(cell: str, count: int, header: Reading | None) -> list[str]:
    if count == 1:
        return [cell]
    if header:
        return [cell[model.start : model.end] for model in models_in(cell, header.document, header.lexicon)]
    return cell.split()


def named_in(cell: str, reading: Reading) -> str:
    """The model whose name a cell is."""
    text = MARKUP.sub("", cell).strip()
    model = model_of(text, reading.document, reading.lexicon)
    return model.entity if model and model.start == 0 and ALONE.fullmatch(text, model.end) else ""
