"""Where the columns of a table part, and which cell of a row each piece of print is."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from statistics import median

from stages.parse.structured.ink import Rule, Word
from stages.parse.structured.lines import CORRIDOR
from stages.parse.structured.rows import Row

Cell = tuple[int, int, str]  # first column, number of columns, text


def column_edges(region: list[Row], rules: list[Rule]) -> list[float]:
    """Where one column ends and the next begins: at upright lines, else in the middle of the white.

    Lines may stand around groups of columns alone. Without any, a head over groups, which has far fewer cells than
    other rows, says nothing of where columns part.
    """
    lines = _upright(region, rules)
    cells = [len(row.segments(CORRIDOR * row.size)) for row in region]
    least = 2 if lines else max(2, max(cells) / 2)
    body = [row for row, number in zip(region, cells, strict=True) if number >= least]
    white = [strip for strip in _strips(body) if not any(strip[0] - 3 < x < strip[1] + 3 for x in lines)]
    middles = [sum(strip) / 2 for strip in white]
    return sorted([*lines, *_filled(middles, lines, body)]) if lines else middles


def _filled(white: list[float], lines: list[float], body: list[Row]) -> list[float]:
    """The white places beside lines that part columns with cells of their own, in half of the rows at least."""
    middles = [(words[0].x0 + words[-1].x1) / 2 for row in body for words in row.segments(CORRIDOR * row.size)]
    kept: list[float] = []
    for place in white:
        before = max((x for x in (*lines, *kept) if x < place), default=-inf)
        after = min((x for x in (*lines, *white) if x > place), default=inf)
        if min(_within(before, place, middles), _within(place, after, middles)) >= len(body) / 2:
            kept.append(place)
    return kept


def _within(left: float, right: float, middles: list[float]) -> int:
    return sum(left < middle <= right for middle in middles)


def _upright(region: list[Row], rules: list[Rule]) -> list[float]:
    """Where upright lines go through a good part of the rows."""
    left, right = min(row.x0 for row in region), max(row.x1 for row in region)
    high = region[-1].bottom - region[0].top
    upright: dict[int, float] = {}
    for rule in rules:
        if rule.x0 == rule.x1 and left + 3 < rule.x0 < right - 3:
            upright[round(rule.x0)] = upright.get(round(rule.x0), 0.0) + rule.bottom - rule.top
    tall = sorted(x for x, length in upright.items() if length > 0.4 * high)
    return [float(x) for at, x in enumerate(tall) if at == 0 or x - tall[at - 1] > 3]


def _strips(body: list[Row]) -> list[tuple[float, float]]:
    """White strips through a table; a few rows may cross one, since a cell of the head goes over several columns."""
    if not body:
        return []
    size = median(row.size for row in body)
    left = min(row.x0 for row in body)
    count = [0] * (int(2 * (max(row.x1 for row in body) - left)) + 3)
    for row in body:
        for words in row.segments(CORRIDOR * size):
            for at in range(int(2 * (words[0].x0 - left)), int(2 * (max(word.x1 for word in words) - left)) + 1):
                count[at] += 1
    allowed = len(body) // 5 if len(body) > 4 else (1 if len(body) > 2 else 0)
    found, start = [], None
    for at, held in enumerate(count):
        if held <= allowed:
            start = at if start is None else start
        elif start is not None:
            if start > 0 and (at - start) / 2 >= CORRIDOR * size:
                found.append((left + start / 2, left + at / 2))
            start = None
    return found


def row_cells(lines: list[Row], edges: list[float]) -> list[Cell]:
    """The cells of a row; words in one piece over an edge make a cell over both columns."""
    texts: dict[tuple[int, int], list[str]] = {}
    for row in lines:
        pieces = [part for words in row.segments(CORRIDOR * row.size) for part in _split(words, edges)]
        for first, last, part in _parted(pieces, edges):
            texts.setdefault((first, last), []).extend(word.text for word in part)
    spans = sorted(texts)
    merged: list[tuple[int, int, list[str]]] = []
    for first, last in spans:
        if merged and first <= merged[-1][1]:
            one = merged[-1]
            merged[-1] = (one[0], max(one[1], last), one[2] + texts[first, last])
        else:
            merged.append((first, last, texts[first, last]))
    return [(first, last - first + 1, " ".join(held)) for first, last, held in merged]


Part = tuple[int, int, list[Word]]  # first and last column, words


def _parted(parts: list[Part], edges: list[float]) -> list[Part]:
    """The pieces of a line; two that claim one column each get the column of their middle, if that is another one.

    A head is often wider than what stands below it, so it reaches over the edge that was found there.
    """
    middles = [sum(edge < (words[0].x0 + words[-1].x1) / 2 for edge in edges) for _, _, words in parts]
    found = []
    for at, (first, last, words) in enumerate(parts):
        others = [one for place, one in enumerate(parts) if place != at]
        shared = any(one[0] <= last and first <= one[1] for one in others)
        alone = middles.count(middles[at]) == 1
        found.append((middles[at], middles[at], words) if shared and alone else (first, last, words))
    return found


def _split(words: list[Word], edges: list[float]) -> list[Part]:
    crossed = [edge for edge in edges if any(word.x0 + 1 < edge < word.x1 - 1 for word in words)]
    within = [edge for edge in edges if words[0].x0 < edge < words[-1].x1]
    if crossed or (within and len(edges) > 1 and _is_centred(words, within, edges)):
        first = sum(edge <= words[0].x0 + 1 for edge in edges)
        return [(first, sum(edge < words[-1].x1 - 1 for edge in edges), words)]
    parts: dict[int, list[Word]] = {}
    for word in words:
        parts.setdefault(sum(edge < word.middle_x for edge in edges), []).append(word)
    return [(place, place, held) for place, held in sorted(parts.items())]


def _is_centred(words: list[Word], within: list[float], edges: list[float]) -> bool:
    """The words stand close together over an edge: no white there that parts cells."""
    gaps = [after.x0 - before.x1 for before, after in pairwise(words)]
    return bool(gaps) and max(gaps) < 0.4 * words[0].size
