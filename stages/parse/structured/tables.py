"""Tables of a column of text: rows whose words stand in columns, by ruling lines or by the white between them.

A table is a run of rows with white at the same places. Ruling lines say where it begins and ends, and lines between its
cells say where they part. The cells come out as HTML, with spans where a cell goes over several columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from statistics import median

from stages.parse.structured.cells import Cell, column_edges, row_cells
from stages.parse.structured.ink import Rule, Word
from stages.parse.structured.lines import CORRIDOR, SAME, levels, row_lines
from stages.parse.structured.rows import Row

APART = 0.75  # of the type's size: white that parts two cells of a row
NEAR = 2.6  # of the type's size: rows of one table are not further apart, from middle to middle
HEAD = 4  # lines that a head has, at most
TAIL = 3  # lines that the last row goes on for, at most
LINE = 1.35  # of the type's size: lines of one cell are not further apart, from middle to middle
NARROW = 0.4  # of a table's width: a line in one piece that is no wider may be of one cell
ITEM = re.compile(r"^(?:\(cid:\d+\)|[•▪◦‣∙·*–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\[\d+\])\s*$")
LEADER = re.compile(r"(?:\.\s?){5}")  # of a table of contents
CAPTION = re.compile(r"^(?:Table|Tab\.|TABLE)\s*\w{1,4}\s*[:.|]")


@dataclass
class Table:
    """Rows `start` to `end` (not with it) of a column, and the cells."""

    start: int
    end: int
    html: str
    text: str


def find(held: list[Row], rules: list[Rule]) -> list[Table]:
    """The tables of a column, from top to bottom."""
    if not held:
        return []
    left, right = min(row.x0 for row in held) - 6, max(row.x1 for row in held) + 6
    inside = [rule for rule in rules if rule.x0 >= left - 20 and rule.x1 <= right + 20]
    found: list[Table] = []
    taken = 0
    for start, end in _regions(held, inside):
        start = max(start, taken)
        table = _table(held, start, end, inside) if end - start >= 2 else None
        if table:
            found.append(table)
            taken = end
    return found


def _regions(held: list[Row], rules: list[Rule]) -> list[tuple[int, int]]:
    ruled = _ruled(held, rules)
    free = [True] * len(held)
    for start, end in ruled:
        free[start:end] = [False] * (end - start)
    found = sorted(ruled + _aligned(held, free))
    below = [*(start for start, _ in found[1:]), len(held)]
    return [(start, _with_tail(held, start, end, below[at])) for at, (start, end) in enumerate(found)]


def _with_tail(held: list[Row], start: int, end: int, below: int) -> int:
    """Where a table ends whose last row has a cell of several lines: the others of them follow at once."""
    left, right = min(row.x0 for row in held[start:end]) - 2, max(row.x1 for row in held[start:end]) + 2
    for at in range(end, min(below, end + TAIL)):
        row, before = held[at], held[at - 1]
        close = row.middle - before.middle <= LINE * row.size and abs(row.size - before.size) < 0.3
        inside = left <= row.x0 and row.x1 <= right and row.x1 - row.x0 < NARROW * (right - left)
        if not (close and inside) or is_parted(row) or CAPTION.match(row.text):
            break
        end = at + 1
    return end


# between ruling lines


def _ruled(held: list[Row], rules: list[Rule]) -> list[tuple[int, int]]:
    """Rows between level lines of the same width, as long as they stand in columns."""
    groups: list[list[Rule]] = []
    for level in levels(rules):
        if level.x1 - level.x0 < 40:
            continue
        for group in groups:
            if abs(group[0].x0 - level.x0) < SAME and abs(group[0].x1 - level.x1) < SAME:
                group.append(level)
                break
        else:
            groups.append([level])
    between = [(start, end, group[0]) for group in groups for start, end in _between(held, group)]
    found = sorted(between, key=lambda region: region[:2])
    above = [0, *(end for _, end, _ in found)]
    return [(_with_head(held, *region, above[at]), region[1]) for at, region in enumerate(found)]


def _between(held: list[Row], levels: list[Rule]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = end = None
    for one, other in pairwise(levels):
        between = [at for at, row in enumerate(held) if one.top - 2 < row.middle < other.top + 2]
        places = [at for at in between if one.x0 - 8 < held[at].x0 and held[at].x1 < one.x1 + 8]
        if places and (_in_columns(held, places, one) or (len(places) == 1 and start is not None)):
            start, end = (places[0] if start is None else start), places[-1] + 1
        elif between:
            if start is not None and end is not None:
                found.append((start, end))
            start = end = None
    if start is not None and end is not None:
        found.append((start, end))
    return found


def _in_columns(held: list[Row], places: list[int], level: Rule) -> bool:
    """Whether rows between two lines are of a table: many are parted, or one is and the rest are lines of its cells."""
    parted = [at for at in places if len(held[at].segments(APART * held[at].size)) > 1]
    narrow = all(at in parted or held[at].x1 - held[at].x0 < NARROW * (level.x1 - level.x0) for at in places)
    return len(parted) >= 0.4 * len(places) or (bool(parted) and narrow)


def _with_head(held: list[Row], start: int, end: int, line: Rule, above: int) -> int:
    """Where a table begins whose lines are drawn below its rows: the head stands above the first of them."""
    left, right = line.x0 - 8, line.x1 + 8
    columns, first = len(corridors(held[start:end])), start
    for at in range(start - 1, max(above, start - HEAD) - 1, -1):
        row, below = held[at], held[at + 1]
        near = below.middle - row.middle <= NEAR * max(row.size, below.size)
        if not near or row.x0 < left or row.x1 > right or CAPTION.match(row.text):
            break
        if is_parted(row) and len(corridors(held[at:end])) > columns / 2:
            first = at
        elif not is_parted(row) and row.x1 - row.x0 > NARROW * (right - left):
            break
    return first


# by the white between


def _aligned(held: list[Row], free: list[bool]) -> list[tuple[int, int]]:
    """Runs of rows with white at the same places, three at least, or two below a caption."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(held):
        end = _run(held, free, at)
        parted = sum(is_parted(row) for row in held[at:end])
        captioned = any(CAPTION.match(row.text) for row in [*held[max(0, at - 3) : at], *held[end : end + 1]])
        if parted >= (2 if captioned else 3) and corridors(held[at:end]):
            found.append((at, end))
            at = end
        else:
            at += 1
    return found


def is_parted(row: Row) -> bool:
    """Whether a row stands in cells; an item of a list or a line of contents does not."""
    if LEADER.search(row.text):
        return False
    segments = row.segments(APART * row.size)
    return len(segments) > 1 and not (len(segments) == 2 and ITEM.match(" ".join(word.text for word in segments[0])))


def _run(held: list[Row], free: list[bool], start: int) -> int:
    """Where the run of rows ends that begins here. A row in one piece belongs to it as the second line of a cell."""
    end = start
    if not free[start] or not is_parted(held[start]):
        return start
    for at in range(start + 1, len(held)):
        row, before = held[at], held[at - 1]
        if not free[at] or row.middle - before.middle > NEAR * max(row.size, before.size):
            break
        if is_parted(row):
            if corridors(held[start : at + 1]):
                end = at
                continue
            break
        if at - end > 2 or CAPTION.match(row.text) or row.x1 - row.x0 > 0.75 * _width(held[start : end + 1]):
            break
    return end + 1


def _width(held: list[Row]) -> float:
    return max(row.x1 for row in held) - min(row.x0 for row in held)


def corridors(held: list[Row]) -> list[tuple[float, float]]:
    """White strips that go through all rows which are parted, between the first and the last word."""
    parted = [row for row in held if is_parted(row)]
    if not parted:
        return []
    size = median(row.size for row in parted)
    least = CORRIDOR * size if len(parted) > 3 else 0.7 * size
    return [(x0, x1) for x0, x1 in _white([word for row in parted for word in row.words]) if x1 - x0 >= least]


def _white(words: list[Word]) -> list[tuple[float, float]]:
    found = []
    reach = None
    for word in sorted(words, key=lambda word: word.x0):
        if reach is not None and word.x0 > reach:
            found.append((reach, word.x0))
        reach = word.x1 if reach is None else max(reach, word.x1)
    return found


# cells


def _table(held: list[Row], start: int, end: int, rules: list[Rule]) -> Table | None:
    region = held[start:end]
    top, bottom = region[0].top - 8, region[-1].bottom + 8
    inner = [rule for rule in rules if rule.top > top - 4 and rule.bottom < bottom + 4]
    edges = column_edges(region, inner)
    if not edges:
        return None
    lines = row_lines(region, inner, edges)
    cells = [row_cells(line, edges) for line in lines]
    if len(cells) < 2:
        return None
    return Table(start, end, _html(cells, region, inner, lines), _text(cells))


def _html(cells: list[list[Cell]], region: list[Row], rules: list[Rule], lines: list[list[Row]]) -> str:
    number = max(first + span for row in cells for first, span, _ in row)
    head = _head(rules, lines)
    made = []
    for at, row in enumerate(cells):
        tag, line, column = ("th" if at < head else "td"), [], 0
        for first, span, text in row:
            line += [f"<{tag}></{tag}>"] * (first - column)
            line.append(f"<{tag}{f' colspan={chr(34)}{span}{chr(34)}' if span > 1 else ''}>{escape(text)}</{tag}>")
            column = first + span
        line += [f"<{tag}></{tag}>"] * (number - column)
        made.append(f"<tr>{''.join(line)}</tr>")
    return f"<table>{''.join(made)}</table>"


def _head(rules: list[Rule], lines: list[list[Row]]) -> int:
    """Rows of the head: those that are bold, else those above the first inner line, else one."""
    bold = 0
    for line in lines:
        if line[0].share(0) < 0.8:
            break
        bold += 1
    if 0 < bold < len(lines):
        return bold
    inner = [
        rule.top for rule in rules if rule.top == rule.bottom and lines[0][0].middle < rule.top < lines[-1][0].middle
    ]
    return min(2, sum(line[0].middle < min(inner) for line in lines)) if inner else 1


def _text(cells: list[list[Cell]]) -> str:
    return "\n".join(" | ".join(text for _, _, text in row) for row in cells)
