"""What a citation leads to, opened anew from the parsed tables: the cited span and what stands at its head.

reads  build/elements/, build/docs/ and the names in build/knowledge/entities.json
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lxml.html

from benchmarks.citation.words import reworded
from stages.core.table import read

WORDS = 100  # of its section that stand before a span and belong to its passage: ALCE's passages have as many words


NUMBER = re.compile(r"[\d.,]+\s?[KMBT%]?$")  # a cell that is one


@dataclass(frozen=True)
class Column:
    """A cell of a cited row, with the heads of its column and the cells before it in the row."""

    text: str
    above: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of its column, one by one and as one that runs over two rows, and those of its row."""
        return (*self.above, " ".join(self.above), *self.left)

    def reworded(self, known: Mapping[str, str]) -> Column:
        """The cell and its heads with other words in place of some."""
        above, left = (tuple(reworded(text, known) for text in held) for held in (self.above, self.left))
        return Column(reworded(self.text, known), above, left)


@dataclass(frozen=True)
class Passage:
    """A cited span in its document."""

    kind: str
    span: str
    columns: tuple[Column, ...]
    """Of a span in a table: its cells."""
    before: str = ""
    """What its section says before it."""
    sections: tuple[str, ...] = ()
    title: str = ""
    document: str = ""
    beside: tuple[str, ...] = ()
    """The other spans of the same document that a statement cites."""

    @property
    def heads(self) -> tuple[str, ...]:
        """Headings from the innermost to the document's title, the nicknames in them left out: RWKV-7 "Goose" World."""
        return tuple(re.sub(r'"\w+" ?', "", text) for text in (*reversed(self.sections), self.title))

    def reworded(self, known: Mapping[str, str]) -> Passage:
        """The passage with other words in place of some."""
        columns = tuple(column.reworded(known) for column in self.columns)
        span, before, title = (reworded(text, known) for text in (self.span, self.before, self.title))
        sections = tuple(reworded(text, known) for text in self.sections)
        return replace(self, span=span, columns=columns, before=before, sections=sections, title=title)

    @property
    def bare(self) -> Passage:
        """The span alone, with the heads of its row and columns."""
        return Passage(self.kind, self.span, self.columns, document=self.document)


class Library:
    """The elements that pages cite."""

    def __init__(self, build: Path) -> None:
        self._elements: dict[tuple[str, str], tuple[Mapping[str, Any], str, Mapping[str, Any]]] = {}
        self._grids: dict[tuple[str, str], list[list[str]]] = {}
        for row in read(build / "elements", ["document", "title", "elements"]):
            section: list[str] | None = None
            said: list[str] = []
            grid: list[list[str]] = []
            for element in row["elements"]:
                if element["type"] == "Table" and element["html"]:
                    grid = self._grids[row["document"], element["id"]] = _continued(_written(element), grid)
                said = said if element["section"] == section else []
                section = element["section"]
                self._elements[row["document"], element["id"]] = (element, " ".join(said), row)
                said = [" ".join([*said, element["text"]])[-20 * WORDS :]]

    def open(self, citation: Mapping[str, Any]) -> Passage | None:
        """The passage at a citation's place, if there is one; what the citation calls its quote is not looked at."""
        held = self._elements.get((citation["document"], citation["element"]))
        if held is None:
            return None
        element, before, row = held
        text, start = element["text"], citation["start"]
        columns: tuple[Column, ...] = ()
        grid = self._grids.get((citation["document"], citation["element"]))
        if grid:
            first = len(grid) - text.count("\n") - 1  # rows that are an earlier table's heads
            lines = range(first + text.count("\n", 0, start), first + text.count("\n", 0, citation["end"]) + 1)
            columns = tuple(_columns(grid, lines))
        else:
            before = f"{before} {text[:start]}"
        last = " ".join(before.split()[-WORDS:])
        heads = (tuple(element["section"] or ()), row["title"] or "")
        return Passage(element["type"], text[start : citation["end"]], columns, last, *heads, citation["document"])


def _columns(grid: list[list[str]], lines: Iterable[int]) -> list[Column]:
    """The cells of some rows of a table."""
    heads = grid[: 2 if len(grid) > 1 and _is_head(grid[1], grid[0], len(grid[-1])) else 1]
    found = []
    for line in lines:
        row = grid[line] if line < len(grid) else []
        for place, text in enumerate(row):
            reach = [(head, place - max(0, len(row) - len(head))) for head in heads if head is not row]
            above = tuple(head[at] for head, at in reach if 0 <= at < len(head))
            found.append(Column(text, above, tuple(row[:place])))
    return found


def _continued(grid: list[list[str]], earlier: list[list[str]]) -> list[list[str]]:
    """A table that begins with a row of numbers goes on with the one before it, whose heads are its own."""
    if earlier and any(map(NUMBER.match, grid[0])) and len(earlier[0]) == len(grid[0]):
        heads = [row for row in earlier[:2] if not any(map(NUMBER.match, row))]
        return [*heads, *grid]
    return grid


def _is_head(row: list[str], first: list[str], width: int) -> bool:
    """Whether a second row heads columns too: no cell is a number, and groups stand above it or cells are missing."""
    grouped = len(set(first)) < len(first) or len(row) < width or not row[0] or row[0] == first[0]
    return grouped and not any(map(NUMBER.match, row))


def _written(element: Mapping[str, Any]) -> list[list[str]]:
    """The rows of a table that are lines of its text: some formats have no line for a row without words."""
    rows = _grid(element["html"])
    return rows if len(rows) == element["text"].count("\n") + 1 else [row for row in rows if any(row)]


def _grid(html: str) -> list[list[str]]:
    """The rows of a table, spans filled in: an own reading of its HTML."""
    rows: list[list[str]] = []
    hanging: dict[tuple[int, int], str] = {}  # (row, column) that a cell of an earlier row reaches into
    for number, row in enumerate(lxml.html.fragment_fromstring(html).iter("tr")):
        held: list[str] = []
        for cell in row.iter("td", "th"):
            while (number, len(held)) in hanging:
                held.append(hanging[number, len(held)])
            text = " ".join(cell.text_content().split())
            for _ in range(int(cell.get("colspan") or 1)):
                hanging |= {(number + down, len(held)): text for down in range(1, int(cell.get("rowspan") or 1))}
                held.append(text)
        while (number, len(held)) in hanging:
            held.append(hanging[number, len(held)])
        rows.append(held)
    return rows
