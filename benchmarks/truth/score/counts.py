"""Precision, recall and F1 from counts."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Score:
    """How much was found, how much of it is right, and how much there is."""

    right: int
    found: int
    true: int
    recalled: int | None = None
    """How much of the truth was found, where that is counted apart from `right`."""

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return (self.right if self.recalled is None else self.recalled) / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __add__(self, other: Score) -> Score:
        recalled = None
        if self.recalled is not None or other.recalled is not None:
            recalled = sum(score.right if score.recalled is None else score.recalled for score in (self, other))
        return Score(self.right + other.right, self.found + other.found, self.true + other.true, recalled)


def of_sets(found: Set[Any], true: Set[Any]) -> Score:
    return Score(len(found & true), len(found), len(true))
