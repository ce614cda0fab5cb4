"""How well clusters agree with known topics: normalised mutual information and purity, from two lists of labels."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """Scores between 0 and 1 of a clustering against topics."""

    nmi: float
    """Mutual information over the arithmetic mean of the two entropies; 1 where both cut the items alike."""
    purity: float
    """Share of items whose topic is the commonest one of their cluster; grows with the number of clusters."""
    items: int
    clusters: int
    topics: int


def agreement(clusters: Sequence[Hashable], topics: Sequence[Hashable]) -> Agreement:
    """Score clusters against topics; both name one group an item, in the same order.

    An item with several topics is given once a topic, with its cluster each time. Without items, both scores are 0.
    """
    assert len(clusters) == len(topics), "one cluster and one topic an item"
    ours, theirs, both = Counter(clusters), Counter(topics), Counter(zip(clusters, topics, strict=True))
    items = len(clusters)
    shared = sum(
        count / items * math.log(count * items / (ours[cluster] * theirs[topic]))
        for (cluster, topic), count in both.items()
    )
    mean = (_entropy(ours, items) + _entropy(theirs, items)) / 2
    best: Counter[Hashable] = Counter()
    for (cluster, _), count in both.items():
        best[cluster] = max(best[cluster], count)
    return Agreement(
        nmi=max(0.0, shared / mean) if mean else float(items > 0),
        purity=best.total() / items if items else 0.0,
        items=items,
        clusters=len(ours),
        topics=len(theirs),
    )


def _entropy(groups: Counter[Hashable], items: int) -> float:
    return -sum(count / items * math.log(count / items) for count in groups.values())
