"""Which lines of print make one row of a table: by ruling lines, by the space between them, by what fits a cell."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import mean

from stages.parse.structured.ink import Rule, Word
from stages.parse.structured.rows import Row

CORRIDOR = 0.42  # of the type's size: white that goes through all rows of a table between two columns
SAME = 4.0  # points: two ruling lines of one table begin and end so close to each other
UNLIKE = 0.25  # of the type's size: steps from line to line that differ by more tell rows from lines
BOLD = 0.8  # share of a line's letters that makes it one of the head
VALUE = re.compile(r"[~≈]?[-−–—+]?[$€]?\d[\d.,]*\s?(?:%|[KkMBT]|million|billion|trillion)?|[-–—]+|n/a|N/A|✓|✗")


def levels(rules: list[Rule]) -> list[Rule]:
    """Level lines from top to bottom, those that continue each other made one."""
    found: list[Rule] = []
    for rule in sorted(
        (rule for rule in rules if rule.top == rule.bottom), key=lambda rule: (round(rule.top), rule.x0)
    ):
        last = found[-1] if found else None
        if last and abs(last.top - rule.top) < 1.5 and rule.x0 - last.x1 < SAME:
            found[-1] = Rule(min(last.x0, rule.x0), last.top, max(last.x1, rule.x1), last.top)
        else:
            found.append(rule)
    return found


def row_lines(region: list[Row], rules: list[Rule], edges: list[float]) -> list[list[Row]]:
    """The lines of print of each row of the table."""
    heights = [level.top for level in levels(rules)]
    inside = [y for y in heights if region[0].middle < y < region[-1].middle]
    groups: dict[int, list[Row]] = {}
    for row in region:
        groups.setdefault(sum(y < row.middle for y in inside), []).append(row)
    full = max(_parts(row) for row in region)
    if len(groups) > 2 and len(groups) >= 0.4 * len(region):
        head, *others = groups.values()
        return [head, *(line for group in others for line in _with_values(group, full))]
    pairs = list(pairwise(region))
    crossed = [any(before.middle < y < row.middle for y in inside) for before, row in pairs]
    steps = [(row.middle - before.middle) / row.size for before, row in pairs]
    plain = [step for step, over in zip(steps, crossed, strict=True) if not over]
    tight, far = min(plain, default=0.0), max(plain, default=0.0)
    close = [row for row, step in zip(region[1:], steps, strict=True) if step < (tight + far) / 2]
    if sum(_parts(row) > 0.6 * full for row in close) > 0.4 * len(close):
        far = tight  # the narrow step is the usual one: from row to row
    if far - tight <= UNLIKE:
        return _wrapped(region, crossed, edges)
    lines = [[region[0]]]
    for row, step, over in zip(region[1:], steps, crossed, strict=True):
        near = step < min(1.35, tight + 0.45 * (far - tight))
        if near and not over and _parts(row) <= _parts(lines[-1][0]):
            lines[-1].append(row)
        else:
            lines.append([row])
    return lines


def _parts(row: Row) -> int:
    return len(row.segments(CORRIDOR * row.size))


def _with_values(group: list[Row], full: int) -> list[list[Row]]:
    """The rows between two ruling lines: one, unless line after line has values in most columns, of `full`."""
    lines = [[group[0]]]
    for before, row in pairwise(group):
        cells = [" ".join(word.text for word in words) for words in row.segments(CORRIDOR * row.size)][1:]
        values = sum(bool(VALUE.fullmatch(cell)) for cell in cells)
        if values > 1 and 2 * values >= len(cells) and min(_parts(before), _parts(row)) > 0.6 * full:
            lines.append([row])
        else:
            lines[-1].append(row)
    return lines


def _wrapped(region: list[Row], crossed: list[bool], edges: list[float]) -> list[list[Row]]:
    """Rows of a table whose lines all stand at one distance: a line goes on with the one above where it must.

    That is where none of its words would have fit behind the cell above, in a column as wide as the widest cell, and
    it has words for some of the cells above alone; or for all of them, if both lines are of the head.
    """
    held = [_by_column(row, edges) for row in region]
    width = {
        column: max(words[-1].x1 - words[0].x0 for line in held if (words := line.get(column)))
        for column in {column for line in held for column in line}
    }
    lines = [[region[0]]]
    above = dict(held[0])
    for row, line, over in zip(region[1:], held[1:], crossed, strict=True):
        last = lines[-1][-1]
        bold = row.share(0) >= BOLD and last.share(0) >= BOLD
        some = len(line) <= len(above) if bold else len(line) < len(above)
        if not over and some and line.keys() <= above.keys() and _goes_on(above, line, width, values=bold):
            lines[-1].append(row)
            above |= line
        else:
            lines.append([row])
            above = dict(line)
    return lines


def _by_column(row: Row, edges: list[float]) -> dict[int, list[Word]]:
    """The words of a line by the column that the middle of their piece stands in."""
    found: dict[int, list[Word]] = {}
    for words in row.segments(CORRIDOR * row.size):
        middle = mean((words[0].x0, words[-1].x1))
        found.setdefault(sum(edge < middle for edge in edges), []).extend(words)
    return found


def _goes_on(
    above: dict[int, list[Word]], line: dict[int, list[Word]], width: dict[int, float], *, values: bool
) -> bool:
    """Whether each piece of a line did not fit behind the piece above it, and is words (or `values`: anything)."""
    for column, words in line.items():
        before = above[column]
        together = before[-1].x1 - before[0].x0 + 0.25 * words[0].size + words[0].x1 - words[0].x0
        value = not values and VALUE.fullmatch(" ".join(word.text for word in words))
        if value or together <= width[column] + 1:
            return False
    return True
