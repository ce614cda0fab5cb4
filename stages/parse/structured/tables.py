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

from stages.parse.structured.ink import Rule, Word
from stages.parse.structured.rows import Row

APART = 0.75  # of the type's size: white that parts two cells of a row
CORRIDOR = 0.42  # of the type's size: white that goes through all rows of a table between two columns
NEAR = 2.6  # of the type's size: rows of one table are not further apart, from middle to middle
SAME = 4.0  # points: two ruling lines of one table begin and end so close to each other
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
    return sorted(ruled + _aligned(held, free))


# between ruling lines


def _levels(rules: list[Rule]) -> list[Rule]:
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


def _ruled(held: list[Row], rules: list[Rule]) -> list[tuple[int, int]]:
    """Rows between level lines of the same width, as long as they stand in columns."""
    groups: list[list[Rule]] = []
    for level in _levels(rules):
        if level.x1 - level.x0 < 40:
            continue
        for group in groups:
            if abs(group[0].x0 - level.x0) < SAME and abs(group[0].x1 - level.x1) < SAME:
                group.append(level)
                break
        else:
            groups.append([level])
    found = []
    for group in groups:
        found += _between(held, group)
    return sorted(found)


def _between(held: list[Row], levels: list[Rule]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = end = None
    for one, other in pairwise(levels):
        places = [
            at
            for at, row in enumerate(held)
            if one.top - 2 < row.middle < other.top + 2 and one.x0 - 8 < row.x0 and row.x1 < one.x1 + 8
        ]
        parted = [at for at in places if len(held[at].segments(APART * held[at].size)) > 1]
        if places and (len(parted) >= 0.4 * len(places) or (len(places) == 1 and start is not None)):
            start, end = (places[0] if start is None else start), places[-1] + 1
        elif places:
            if start is not None and end is not None:
                found.append((start, end))
            start = end = None
    if start is not None and end is not None:
        found.append((start, end))
    return found


# by the white between


def _aligned(held: list[Row], free: list[bool]) -> list[tuple[int, int]]:
    """Runs of rows with white at the same places, three at least, or two below a caption."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(held):
        end = _run(held, free, at)
        parted = sum(_is_parted(row) for row in held[at:end])
        captioned = any(CAPTION.match(row.text) for row in [*held[max(0, at - 3) : at], *held[end : end + 1]])
        if parted >= (2 if captioned else 3) and _corridors(held[at:end]):
            found.append((at, end))
            at = end
        else:
            at += 1
    return found


def _is_parted(row: Row) -> bool:
    if LEADER.search(row.text):
        return False
    segments = row.segments(APART * row.size)
    return len(segments) > 1 and not (len(segments) == 2 and ITEM.match(" ".join(word.text for word in segments[0])))


def _run(held: list[Row], free: list[bool], start: int) -> int:
    """Where the run of rows ends that begins here. A row in one piece belongs to it as the second line of a cell."""
    end = start
    if not free[start] or not _is_parted(held[start]):
        return start
    for at in range(start + 1, len(held)):
        row, before = held[at], held[at - 1]
        if not free[at] or row.middle - before.middle > NEAR * max(row.size, before.size):
            break
        if _is_parted(row):
            if _corridors(held[start : at + 1]):
                end = at
                continue
            break
        if at - end > 2 or CAPTION.match(row.text) or row.x1 - row.x0 > 0.75 * _width(held[start : end + 1]):
            break
    return end + 1


def _width(held: list[Row]) -> float:
    return max(row.x1 for row in held) - min(row.x0 for row in held)


def _corridors(held: list[Row]) -> list[tuple[float, float]]:
    """White strips that go through all rows which are parted, between the first and the last word."""
    parted = [row for row in held if _is_parted(row)]
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
    edges = _edges(region, inner)
    if not edges:
        return None
    lines = _row_lines(region, inner)
    cells = [_cells(line, edges) for line in lines]
    if len(cells) < 2:
        return None
    return Table(start, end, _html(cells, region, inner, lines), _text(cells))


def _edges(region: list[Row], rules: list[Rule]) -> list[float]:
    """Where one column ends and the next begins: at upright lines, else in the middle of the white."""
    left, right = min(row.x0 for row in region), max(row.x1 for row in region)
    high = region[-1].bottom - region[0].top
    upright: dict[int, float] = {}
    for rule in rules:
        if rule.x0 == rule.x1 and left + 3 < rule.x0 < right - 3:
            upright[round(rule.x0)] = upright.get(round(rule.x0), 0.0) + rule.bottom - rule.top
    tall = sorted(x for x, length in upright.items() if length > 0.4 * high)
    if tall:
        return [float(x) for at, x in enumerate(tall) if at == 0 or x - tall[at - 1] > 3]
    body = [row for row in region if len(row.segments(CORRIDOR * row.size)) > 1]
    return [sum(strip) / 2 for strip in _strips(body)]


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


def _row_lines(region: list[Row], rules: list[Rule]) -> list[list[Row]]:
    """The lines of print of each row of the table."""
    levels = [level.top for level in _levels(rules)]
    inside = [y for y in levels if region[0].middle < y < region[-1].middle]
    groups: dict[int, list[Row]] = {}
    for row in region:
        groups.setdefault(sum(y < row.middle for y in inside), []).append(row)
    if len(groups) > 2 and len(groups) >= 0.4 * len(region):
        return list(groups.values())
    pairs = list(pairwise(region))
    crossed = [any(before.middle < y < row.middle for y in inside) for before, row in pairs]
    steps = [(row.middle - before.middle) / row.size for before, row in pairs]
    plain = [step for step, over in zip(steps, crossed, strict=True) if not over]
    tight, far = min(plain, default=0.0), max(plain, default=0.0)
    close = [row for row, step in zip(region[1:], steps, strict=True) if step < (tight + far) / 2]
    full = max(_parts(row) for row in region)
    if sum(_parts(row) > 0.6 * full for row in close) > 0.4 * len(close):
        far = tight  # the narrow step is the usual one: from row to row
    lines = [[region[0]]]
    for row, step, over in zip(region[1:], steps, crossed, strict=True):
        near = far - tight > 0.25 and step < min(1.35, tight + 0.45 * (far - tight))
        if near and not over and _parts(row) <= _parts(lines[-1][0]):
            lines[-1].append(row)
        else:
            lines.append([row])
    return lines


def _parts(row: Row) -> int:
    return len(row.segments(CORRIDOR * row.size))


Cell = tuple[int, int, str]  # first column, number of columns, text


def _cells(lines: list[Row], edges: list[float]) -> list[Cell]:
    """The cells of a row; words in one piece over an edge make a cell over both columns."""
    texts: dict[tuple[int, int], list[str]] = {}
    for row in lines:
        for words in row.segments(CORRIDOR * row.size):
            for first, last, part in _split(words, edges):
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


def _split(words: list[Word], edges: list[float]) -> list[tuple[int, int, list[Word]]]:
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
