"""Agreement of clusters with topics, beside scikit-learn's."""

from __future__ import annotations

import random

import pytest
from sklearn.metrics import normalized_mutual_info_score

from stages.score.topics import agreement


def test_it_is_scikit_learns() -> None:
    dice = random.Random(1)
    for size in (1, 2, 7, 200):
        ours, topics = ([dice.randrange(4) for _ in range(size)] for _ in range(2))
        assert agreement(ours, topics).nmi == pytest.approx(normalized_mutual_info_score(topics, ours), abs=1e-9)


def test_names_of_groups_do_not_matter_and_cuts_do() -> None:
    assert agreement("aabb", "xxyy").nmi == pytest.approx(1.0)
    assert agreement("aaaa", "xxyy").nmi == 0.0
    assert agreement("abcd", "xxyy").nmi == pytest.approx(2 / 3)


def test_purity_counts_the_commonest_topic_of_each_cluster() -> None:
    found = agreement("aaabb", "xxyzz")
    assert (found.purity, found.items, found.clusters, found.topics) == (0.8, 5, 2, 3)


def test_nothing_is_nothing() -> None:
    assert (agreement([], []).nmi, agreement([], []).purity) == (0.0, 0.0)
