"""Columns of a page, in the order in which they are read: what goes over all columns parts the page into bands."""

from __future__ import annotations

from statistics import median

from stages.parse.structured.ink import Page, Rule, Word
from stages.parse.structured.rows import Row, rows

NARROW = 150.0  # points: text that is not wider is not parted
GUTTER = 7.0  # points of white between two columns, at least
CROSSED = 0.3  # of the text's height: as much may cross a gutter (titles, wide tables)
PROSE = 16  # letters that a line of a column has, at least, in the middle
LEAST = 4  # lines of a column


def columns(page: Page) -> list[list[Row]]:
    """The rows of each column; a column of the page that goes over it all comes several times."""
    return _columns(page.words, page.rules, page.number)


def _columns(words: list[Word], rules: list[Rule], page: int) -> list[list[Row]]:
    gutter = _gutter(words)
    if gutter is None:
        held = rows(words, page)
        return [held] if held else []
    found: list[list[Row]] = []
    for wide, band in _bands(words, rules, gutter):
        if wide:
            found.append(rows(band, page))
            continue
        middle = sum(gutter) / 2
        for side in ([word for word in band if word.middle_x < middle], [w for w in band if w.middle_x >= middle]):
            found += _columns(side, rules, page) if side else []
    return found


def _gutter(words: list[Word]) -> tuple[float, float] | None:
    """The white strip between two columns, if there is one."""
    if not words:
        return None
    left, right = min(word.x0 for word in words), max(word.x1 for word in words)
    if right - left < NARROW:
        return None
    cover = [0.0] * (int(right - left) + 2)
    for word in words:
        for at in range(int(word.x0 - left), int(word.x1 - left) + 1):
            cover[at] += word.size
    full = median(cover)
    best: tuple[float, float] | None = None
    start = None
    for at in range(int(0.2 * len(cover)), int(0.8 * len(cover)) + 1):
        if cover[at] <= CROSSED * full:
            start = at if start is None else start
            continue
        if start is not None and at - start >= GUTTER:
            strip = (left + start, left + at)
            if (best is None or strip[1] - strip[0] > best[1] - best[0]) and _is_between_columns(words, strip):
                best = strip
        start = None
    return best


def _is_between_columns(words: list[Word], strip: tuple[float, float]) -> bool:
    """Both sides are running text: enough lines, and long ones. Cells of a table are short."""
    for side in ([w for w in words if w.x1 <= strip[0] + 1], [w for w in words if w.x0 >= strip[1] - 1]):
        held = rows(side)
        if len(held) < LEAST or median(row.letters for row in held) < PROSE:
            return False
    return True


def _bands(words: list[Word], rules: list[Rule], gutter: tuple[float, float]) -> list[tuple[bool, list[Word]]]:
    """The page from top to bottom in bands that go over both columns, or do not."""
    held = rows(words)
    wide = [_crosses(row, gutter) for row in held]
    levels = sorted(
        rule.top for rule in rules if rule.top == rule.bottom and rule.x0 < gutter[0] - 5 and rule.x1 > gutter[1] + 5
    )
    for place, row in enumerate(held):
        if levels and levels[0] - 2 < row.middle < levels[-1] + 2:
            wide[place] = True
    bands: list[tuple[bool, list[Word]]] = []
    for row, over in zip(held, _filled(wide), strict=True):
        if not bands or bands[-1][0] != over:
            bands.append((over, []))
        bands[-1][1].extend(row.words)
    return bands


def _crosses(row: Row, gutter: tuple[float, float]) -> bool:
    return any(word.x0 < gutter[1] - 1 and word.x1 > gutter[0] + 1 for word in row.words)


def _filled(wide: list[bool]) -> list[bool]:
    """A row or two between wide ones go with them: rows of a table whose cells leave the gutter free."""
    filled = list(wide)
    over = [place for place, value in enumerate(wide) if value]
    for one, other in zip(over, over[1:], strict=False):
        if other - one <= 3:
            filled[one:other] = [True] * (other - one)
    return filled
