"""Words that stand on one line of print, as a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from stages.parse.structured.ink import Word, style


@dataclass
class Row:
    """Words on one line within a column, from left to right."""

    words: list[Word]
    page: int = 0

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @property
    def size(self) -> float:
        """Of most of its letters."""
        return _most((word.size, len(word.text)) for word in self.words)

    @property
    def middle(self) -> float:
        return median(word.middle for word in self.words)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def letters(self) -> int:
        return sum(len(word.text) for word in self.words)

    def share(self, place: int) -> float:
        """Share of letters that are bold (place 0), italic (1), of one width (2)."""
        return sum(len(word.text) for word in self.words if style(word.font)[place]) / max(1, self.letters)

    def segments(self, gap: float) -> list[list[Word]]:
        """Words with more than `gap` points of white between them, apart."""
        found, right = [[self.words[0]]], self.words[0].x1
        for word in self.words[1:]:
            if word.x0 - right > gap:
                found.append([])
            found[-1].append(word)
            right = max(right, word.x1)
        return found


def rows(words: Iterable[Word], page: int = 0) -> list[Row]:
    """From top to bottom; what is raised or lowered by less than half of its line stands in it."""
    found: list[Row] = []
    heights: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda word: (word.middle, word.x0)):
        if found:
            middle, size = heights[-1]
            if abs(word.middle - middle) < 0.5 * max(size, word.size):
                found[-1].words.append(word)
                if word.size > size:
                    heights[-1] = (word.middle, word.size)
                continue
        found.append(Row([word], page))
        heights.append((word.middle, word.size))
    for row in found:
        row.words.sort(key=lambda word: (word.x0, word.x1))
    return found


def _most(weighted: Iterable[tuple[float, int]]) -> float:
    total: dict[float, int] = {}
    for value, weight in weighted:
        total[round(value, 1)] = total.get(round(value, 1), 0) + weight
    return max(total, key=lambda value: (total[value], value))
