"""What a score consists of: figures, and the misses that explain them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Miss(NamedTuple):
    """One line of misses.csv."""

    score: str
    """Which score it lowers: parameters, questions, ..."""
    kind: str
    """missed, false, or not in the first five."""
    subject: str
    """The model, or the question."""
    name: str
    """The parameter; empty for a question."""
    value: str
    """The value of gold, or of the facts where it is false; the answer of a question."""
    document: str
    evidence: str


COLUMNS = Miss._fields


@dataclass(frozen=True)
class Scores:
    """Figures for metrics, and misses for the list."""

    metrics: dict[str, Any]
    misses: list[Miss] = field(default_factory=list)
