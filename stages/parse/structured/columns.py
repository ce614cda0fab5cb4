"""One column or two, in the order in which they are read: what goes over both columns parts the page into bands."""

from __future__ import annotations

from itertools import pairwise

from stages.parse.structured.ink import Page, Rule, Word
from stages.parse.structured.rows import Row, rows
from stages.parse.structured.tables import APART, NEAR, corridors, is_parted

GUTTER = 6.0  # points of white between two columns, at least
CROSSED = 0.45  # of the rows may cross the middle: titles, wide tables, what stands above the columns
PROSE = 20  # letters that a line of running text has
SHARE = 0.3  # of a column's lines are such
LEAST, FULL = 4, 12  # such lines of a column, and of one beside which there is little
CELLS = 3  # of a row of a table that goes over both columns, at least

Strip = tuple[float, float]


def columns(page: Page) -> list[list[Row]]:
    """The rows of each part of the page that is one column wide, as they are read."""
    if not page.words:
        return []
    strip = _gutter(page)
    if strip is None:
        return [rows(page.words, page.number)]
    found: list[list[Row]] = []
    for wide, band in _bands(page.words, page.rules, strip):
        middle = sum(strip) / 2
        sides = (
            [band] if wide else [[w for w in band if w.middle_x < middle], [w for w in band if w.middle_x >= middle]]
        )
        found += [rows(side, page.number) for side in sides if side]
    return found


def _gutter(page: Page) -> Strip | None:
    """The white strip between two columns, if there is one in the middle of the page or of its text."""
    held = rows(page.words)
    text = (min(word.x0 for word in page.words) + max(word.x1 for word in page.words)) / 2
    for middle in (page.width / 2, text):
        free = [row for row in held if _white_at(row, middle) >= GUTTER]
        if len(free) < (1 - CROSSED) * len(held):
            continue
        words = [word for row in free for word in row.words]
        left = [word for word in words if word.x1 <= middle]
        right = [word for word in words if word.x0 >= middle]
        if left and right and _are_columns(left, right):
            return max(word.x1 for word in left), min(word.x0 for word in right)
    return None


def _white_at(row: Row, middle: float) -> float:
    """Points of white of a row at `middle`."""
    left = [word.x1 for word in row.words if word.x0 < middle]
    right = [word.x0 for word in row.words if word.x0 >= middle]
    return min(right, default=middle + GUTTER) - max(left, default=middle - GUTTER)


def _are_columns(left: list[Word], right: list[Word]) -> bool:
    """Both sides are running text: enough lines, and enough long ones. Cells of a table are short. Beside a column that
    is full, a few lines are enough: there the text ends."""
    one, other = _long_lines(left), _long_lines(right)
    return min(one, other) >= LEAST or (one >= FULL and other >= 1)


def _long_lines(words: list[Word]) -> int:
    """How many lines are long, if that is a good part of them."""
    held = rows(words)
    long = sum(row.letters >= PROSE for row in held)
    return long if long >= SHARE * len(held) else 0


def _bands(words: list[Word], rules: list[Rule], strip: Strip) -> list[tuple[bool, list[Word]]]:
    """The page from top to bottom in bands that go over both columns, or do not."""
    held = rows(words)
    middle = sum(strip) / 2
    levels = [
        rule.top for rule in rules if rule.top == rule.bottom and rule.x0 < strip[0] - 5 and rule.x1 > strip[1] + 5
    ]
    ruled = (min(levels), max(levels)) if levels else (0.0, 0.0)
    wide = [
        _white_at(row, middle) < min(GUTTER, strip[1] - strip[0]) or ruled[0] - 2 < row.middle < ruled[1] + 2
        for row in held
    ]
    bands: list[tuple[bool, list[Word]]] = []
    for row, over in zip(held, _with_table(held, _filled(wide)), strict=True):
        if not bands or bands[-1][0] != over:
            bands.append((over, []))
        bands[-1][1].extend(row.words)
    return bands


def _filled(wide: list[bool]) -> list[bool]:
    """A row or two between wide ones go with them: rows of a table whose cells leave the middle free."""
    filled = list(wide)
    for one, other in pairwise(place for place, value in enumerate(wide) if value):
        if other - one <= 3:
            filled[one:other] = [True] * (other - one)
    return filled


def _with_table(held: list[Row], wide: list[bool]) -> list[bool]:
    """Rows with the columns of a wide one next to them go with it: its table has no lines, and its head is wide."""
    found = list(wide)
    for order in (range(1, len(held)), range(len(held) - 2, -1, -1)):
        step = order.step
        run: list[Row] = []
        for at in order:
            row, before = held[at], held[at - step]
            run = [*run, before] if found[at - step] and _cells(before) >= CELLS else []
            near = abs(row.middle - before.middle) <= NEAR * max(row.size, before.size)
            if run and not found[at] and near and _in_line(run, row):
                found[at] = True
    return found


def _in_line(run: list[Row], row: Row) -> bool:
    """Whether a row has cells, with white between them where the rows of a run have it."""
    return is_parted(row) and _cells(row) >= CELLS and 2 * len(corridors([*run, row])) >= len(corridors(run)) > 1


def _cells(row: Row) -> int:
    return len(row.segments(APART * row.size))
