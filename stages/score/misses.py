"""What a score consists of: figures, and the misses that explain them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Miss(NamedTuple):
    """One line of misses.csv."""

    score: str
    """Which score it lowers: parameters, questions, ..."""
    kind: str
    """missed, false, not in the first five; merged with another or split, of names and topics."""
    subject: str
    """The model, the question, or the document's title."""
    name: str
    """The parameter; of a topic, the tag; empty for a question."""
    value: str
    """The value of gold, or of the facts where it is false; the answer of a question; the entity or cluster found."""
    document: str
    evidence: str


COLUMNS = Miss._fields


@dataclass(frozen=True)
class Scores:
    """Figures for metrics, and misses for the list."""

    metrics: dict[str, Any]
    misses: list[Miss] = field(default_factory=list)


def astray(found: Sequence[str], true: Sequence[str]) -> list[str]:
    """What is wrong with each item of a grouping, both lists naming one group an item; empty where nothing is.

    merged: its group is mostly another true one; split: most of its true group is elsewhere.
    """
    both = Counter(zip(found, true, strict=True))
    most_of, most_in = dict[str, int](), dict[str, int]()
    for (one, other), count in both.items():
        most_of[one] = max(count, most_of.get(one, 0))
        most_in[other] = max(count, most_in.get(other, 0))
    return [
        "merged" if both[one, other] < most_of[one] else "split" if both[one, other] < most_in[other] else ""
        for one, other in zip(found, true, strict=True)
    ]
