"""A line of text to words: where each stands, the size of its type, how heavy it is; all by the ink.

The boxes of the text detection are too rough for that: they say about where a line is, the reader about where its
letters are. The ink between says where words part, where the line stands, how high its capitals are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from stages.parse.ocr.engine import Line

LOW = set("acegmnopqrsuvwxyz.,:;-–—_~=+<>…·•*\"'`´")  # without these, a line has a letter as high as a capital
CAPITAL, SMALL = 0.70, 0.50  # of the size of type: how high capitals and small letters are
ABOVE, BELOW = 0.80, 0.22  # of the size: how far a line of type reaches over and under what its letters stand on
NEAR = 1.2  # of the line's height: so far the white between two words may be from where the reader says
HEAVY = 1.25  # times the usual weight: bold
ALIKE = 1.10  # sizes within this are one size
PLAIN, BOLD = "scan", "scan-bold"  # names of fonts, as `structured.ink.style` reads them


@dataclass
class Ink:
    """A word in pixels, its size and its strokes' width in parts of its size."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    weight: float


def inked(grey: Any, lines: list[Line]) -> list[Ink]:
    """The words of all lines."""
    return [word for line in lines for word in _line(grey, line)]


def levelled(words: list[Ink]) -> list[tuple[float, bool]]:
    """Size and boldness of each word, with the small differences of measuring taken out: sizes near each other are
    one, the most frequent first; bold is what is heavier than most."""
    letters: dict[float, int] = {}
    for word in words:
        letters[round(word.size, 1)] = letters.get(round(word.size, 1), 0) + len(word.text)
    levels: list[float] = []
    for size in sorted(letters, key=lambda held: (-_around(letters, held), held)):
        if not any(max(size, level) <= ALIKE * min(size, level) for level in levels):
            levels.append(size)
    usual = median([word.weight for word in words for _ in word.text]) if words else 0.0
    return [
        (min(levels, key=lambda level: max(level, word.size) / min(level, word.size)), word.weight > HEAVY * usual)
        for word in words
    ]


def _around(letters: dict[float, int], size: float) -> int:
    """Letters of this size, or near it."""
    return sum(count for held, count in letters.items() if max(size, held) <= 1.05 * min(size, held))


def _line(grey: Any, line: Line) -> Iterator[Ink]:
    import numpy as np

    height, width = grey.shape
    (left, top), (right, bottom) = line.corners.min(axis=0), line.corners.max(axis=0)
    x0, x1 = max(0, int(left)), min(width, int(right) + 1)
    y0, y1 = max(0, int(top)), min(height, int(bottom) + 1)
    if x1 - x0 < 2 or y1 - y0 < 4:
        return
    dark = _darkness(grey[y0:y1, x0:x1].astype(float))
    base, size = _type(dark, line.text)
    weight = _weight(dark) / size
    ink = dark.max(axis=0) > 0.3
    for text, start, end in _parts(line, ink, y1 - y0):
        found = np.flatnonzero(ink[start:end])
        first, last = (start + int(found[0]), start + int(found[-1]) + 1) if len(found) else (start, end)
        yield Ink(text, x0 + first, x0 + last, y0 + base, size, weight)


def _darkness(crop: Any) -> Any:
    """0 is paper, 1 is ink; light letters on a dark ground are ink, too."""
    import numpy as np

    low, high = np.percentile(crop, (1, 99))
    dark = np.clip((high - crop) / max(1.0, high - low), 0.0, 1.0)
    return 1.0 - dark if dark.mean() > 0.5 else dark


def _type(dark: Any, text: str) -> tuple[float, float]:
    """Where the line's letters stand, in pixels from the top of the crop, and the size of its type."""
    import numpy as np

    rows = dark.sum(axis=1)
    drop = rows - np.append(rows[1:], 0.0)
    half = len(rows) // 2
    base = half + int(np.argmax(drop[half:])) + 1
    inked = np.flatnonzero(rows[:base] > 0.04 * rows.max())
    high = base - int(inked[0]) if len(inked) else base
    part = SMALL if set(text.replace(" ", "")) <= LOW else CAPITAL
    return float(base), max(4.0, high / part)


def _weight(dark: Any) -> float:
    """Mean width of strokes along the line: ink over edges, which holds for blurred ink as well."""
    import numpy as np

    edges = float(np.abs(np.diff(dark, axis=1, prepend=0.0, append=0.0)).sum())
    return 2.0 * float(dark.sum()) / edges if edges else 0.0


def _parts(line: Line, ink: Any, height: int) -> list[tuple[str, int, int]]:
    """(word, first column, end) of the words: parted at the widest white near where the reader says."""
    words, places = line.text.split(), line.places
    if len(places) != sum(map(len, words)):
        places = tuple((at + 0.5) / max(1, len(line.text)) for at, held in enumerate(line.text) if held != " ")
    cuts, at = [0], 0
    for word in words[:-1]:
        at += len(word)
        about = (places[at - 1] + places[at]) / 2 * len(ink)
        cuts.append(max(cuts[-1], _cut(ink, about, NEAR * height)))
    return list(zip(words, cuts, [*cuts[1:], len(ink)], strict=True))


def _cut(ink: Any, about: float, near: float) -> int:
    """The middle of the widest white near a place; what is farther counts for less."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([1], ink.astype(int), [1]))))
    best, found = 0.0, round(about)
    for start, end in zip(edges[::2], edges[1::2], strict=False):
        far = abs((start + end) / 2 - about)
        if far <= near and (end - start) - 0.25 * far > best:
            best, found = float(end - start) - 0.25 * far, int(start + end) // 2
    return found
