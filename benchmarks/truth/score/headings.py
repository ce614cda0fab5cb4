"""Headings: are they found, with their text, and does each stand in the right relation to the one before it?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rapidfuzz.distance import Indel

from benchmarks.truth.score.counts import Score

ALIKE = 0.9
NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*|[IVX]+)\.?\s+")
Heading = tuple[int, str]


def score(found: Sequence[Heading], true: Sequence[Heading]) -> Score:
    """F1 of the texts: (level, text) each; numbers before them, case and space do not count."""
    return Score(len(matched(found, true)), len(found), len(true))


def levels(found: Sequence[Heading], true: Sequence[Heading]) -> Score:
    """Of neighbours among the matched headings, how many are deeper, higher or equal as in truth.

    Only the relation counts, so that a parser may begin to count levels where it likes.
    """
    pairs = [(found[at], true[to]) for at, to in matched(found, true)]
    steps = [
        (_sign(after[0][0] - before[0][0]), _sign(after[1][0] - before[1][0])) for before, after in pairwise(pairs)
    ]
    return Score(sum(one == other for one, other in steps), len(steps), len(steps))


def matched(found: Sequence[Heading], true: Sequence[Heading]) -> list[tuple[int, int]]:
    """Places of headings that are the same: each true one takes the first free one that is alike."""
    free = {at: _fold(text) for at, (_, text) in enumerate(found)}
    pairs = []
    for to, (_, text) in enumerate(true):
        wanted = _fold(text)
        at = next((at for at, held in free.items() if Indel.normalized_similarity(held, wanted) >= ALIKE), None)
        if at is not None:
            del free[at]
            pairs.append((at, to))
    return pairs


def _fold(text: str) -> str:
    return NUMBER.sub("", " ".join(text.split())).casefold()


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
