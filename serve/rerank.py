"""Late interaction: each token of the question against the nearest token of the passage, in the embedder's own states.

Nothing is trained for it and nothing is downloaded: the states are those whose mean is the vector. The passage's score
becomes the mean of its place in the search and of this likeness, so that neither decides alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stages.core.embedder import Model
from stages.core.search import Passage, Search


def rerank(found: Sequence[Passage], question: str, model: Model, search: Search) -> list[Passage]:
    """The first passages in a new order; those that the config does not look at follow as they were."""
    first, rest = list(found[: search.reranked]), list(found[search.reranked :])
    asked = model.tokens(question)
    likeness = [float((asked @ model.tokens(_context(one)).T).max(dim=1).values.mean()) for one in first]
    before, now = _scaled([-place for place in range(len(first))]), _scaled(likeness)
    scores = [(a + b) / 2 for a, b in zip(before, now, strict=True)]
    order = sorted(range(len(first)), key=lambda place: (-scores[place], place))
    return [replace(first[place], score=1 + scores[place]) for place in order] + rest


def _context(one: Passage) -> str:
    return " > ".join([one.title, *one.section[-1:]]) + "\n" + one.text


def _scaled(values: Sequence[float]) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=0.0)
    return [(value - low) / (high - low) if high > low else 1.0 for value in values]
