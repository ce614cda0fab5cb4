"""How alike documents are: by meaning and terms; what those say that are most like one; groups of them."""

from __future__ import annotations

import numpy as np
import pytest

from stages.organize.alike import NEIGHBOURS, _largest, alike, leaning
from stages.organize.documents import Terms
from stages.organize.leaders import join_groups

WORDS = [f"word{number}" for number in range(200)]


def terms(texts: list[list[str]]) -> Terms:
    names = sorted({word for text in texts for word in text})
    codes = [names.index(word) for text in texts for word in text]
    return Terms(np.repeat(np.arange(len(texts)), list(map(len, texts))), np.array(codes, dtype=np.int64), names)


def directions(dice: np.random.Generator, count: int) -> np.ndarray:
    vectors = dice.standard_normal((count, 24)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def texts(dice: np.random.Generator, count: int) -> list[list[str]]:
    return [list(dice.choice(WORDS, 12, replace=False)) for _ in range(count)]


@pytest.mark.parametrize("width", [32, 320, 352, 384, 3200])
def test_the_largest_are_those_of_a_sort(width: int) -> None:
    numbers = np.random.default_rng(width).integers(0, 500, (40, width)).astype(np.float32)
    columns = _largest(numbers, 11)
    assert all(len(set(row)) == 11 for row in columns.tolist())
    found = np.sort(np.take_along_axis(numbers, columns, axis=1), axis=1)
    assert (found == np.sort(numbers, axis=1)[:, -11:]).all()


def test_documents_of_the_same_words_are_nearest_where_meanings_are_equally_near() -> None:
    dice = np.random.default_rng(1)
    said = texts(dice, 60)
    said[17] = said[42]
    near = alike(np.tile(directions(dice, 1), (60, 1)), terms(said))
    cosines = near[17] @ near.T
    assert cosines[42] == pytest.approx(1, abs=1e-6)
    assert max(cosine for number, cosine in enumerate(cosines) if number not in {17, 42}) < 0.9


def test_documents_without_words_are_as_near_as_their_meanings() -> None:
    vectors = directions(np.random.default_rng(2), 30)
    near = alike(vectors, terms([[] for _ in vectors]))
    assert np.allclose(near @ near.T, vectors @ vectors.T, atol=1e-6)


def test_a_word_of_one_document_makes_it_unlike_none() -> None:
    dice = np.random.default_rng(3)
    said, vectors = texts(dice, 40), directions(dice, 40)
    before = alike(vectors, terms(said))
    said[5].append("of its own")
    assert np.array_equal(alike(vectors, terms(said)), before)


@pytest.mark.parametrize("among", [True, False])
def test_a_document_leans_on_those_most_like_it_and_never_on_itself(among: bool) -> None:
    dice = np.random.default_rng(4)
    vectors, scores = directions(dice, 700), dice.uniform(0, 9, (700, 3))
    others = np.arange(0, 700, 2)
    rows = others[::5] if among else others[::5] + 1
    near = vectors[rows] @ vectors[others].T
    near[rows[:, None] == others] = 0
    expected = []
    for row in near:
        closest = np.argsort(-row)[: NEIGHBOURS + (not among)]
        expected.append(np.average(scores[others[closest]], axis=0, weights=row[closest]))
    assert np.allclose(leaning(vectors, scores, rows, others), expected, atol=1e-4)


def test_where_nobody_leads_nobody_is_leant_on() -> None:
    vectors = directions(np.random.default_rng(5), 9)
    assert not leaning(vectors, np.ones((9, 3)), np.arange(9), np.array([], dtype=np.int64)).any()


def grouped(members: int, least: float, order: list[int]) -> dict[str, str]:
    """Two large groups, a pair beside the first of them and one that is like nothing; in this order."""
    angles = [0, 3, 6, 9, 80, 83, 86, 89, 20, 23, 240]
    vectors = np.array([[np.cos(np.radians(angle)), np.sin(np.radians(angle))] for angle in angles])
    leaders = ["d1"] * 4 + ["d6"] * 4 + ["d8"] * 2 + ["d10"]
    keys = [f"d{number}" for number in order]
    found = join_groups(keys, [leaders[n] for n in order], vectors[order], members, least)
    return dict(zip(keys, found, strict=True))


def test_members_of_a_small_group_join_the_group_that_they_are_most_like() -> None:
    found = grouped(3, 0.5, list(range(11)))
    assert len({found[f"d{number}"] for number in (0, 1, 2, 3, 8, 9)}) == 1
    assert len({found[f"d{number}"] for number in (4, 5, 6, 7)}) == 1
    assert len(set(found.values())) == 3 and found["d10"] == ""


def test_a_group_is_named_by_one_of_its_members_in_whatever_order_and_not_by_its_leader() -> None:
    found = grouped(3, 0.5, list(range(11)))
    assert grouped(3, 0.5, list(range(10, -1, -1))) == found
    assert all(found[name] == name for name in found.values() if name)
    assert set(found.values()) != {"d1", "d6", ""}


def test_where_all_groups_are_small_there_is_none() -> None:
    assert set(grouped(5, 0.5, list(range(11))).values()) == {""}
