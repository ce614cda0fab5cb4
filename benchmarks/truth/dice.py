"""Chance from a key: the same key gives the same draws on any machine, under any hash seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
DEVELOP, SCORE = "develop", "score"
PARTS = (DEVELOP, SCORE)


class Dice(random.Random):
    """A random generator whose every method below takes exactly one draw, so that one choice never moves the next."""

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self.random() * len(items))]

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.random() * (high - low + 1))


def dice(*key: object) -> Dice:
    """A generator for this key (a str is seeded by its SHA-512, not by its hash)."""
    return Dice(":".join(map(str, key)))


def of_part(items: Sequence[T], part: str) -> Sequence[T]:
    """What a part may use of a list of templates: every third only scores, the others are for developing.

    So a list only ever grows at its end. Lists of fewer than three have nothing to hold back and serve both.
    """
    if len(items) < 3:
        return items
    return items[2::3] if part == SCORE else [item for at, item in enumerate(items) if at % 3 != 2]
