"""Questions in the words of documents."""

from __future__ import annotations

import pytest

from stages.core.question import understood
from tests.knowledge import shipped

WORDS = {"learning rate": ["step size"], "GPU hours": ["accelerator time"], "base frequency": ["theta"]}


@pytest.mark.parametrize(
    ("question", "words", "meaning"),
    [
        ("Which step size was used?", "step size step size learning rate", "Which step size (learning rate) was used?"),
        ("What are the step sizes?", "step sizes step sizes learning rate", "What are the step sizes (learning rate)?"),
        ("Is the learning rate a step size?", "learning rate step size " * 2, "Is the learning rate a step size?"),
        ("How old is the 236-billion model?", "old 236B model " * 2, "How old is the 236B model?"),
        ("Is 2.5 trillion enough?", "2.5T enough " * 2, "Is 2.5T enough?"),
        ("What is it for?", "What is it for?", "What is it for?"),
        ("rope_theta", "rope_theta", "rope_theta"),
        ("the metatheta", "metatheta metatheta", "the metatheta"),
    ],
)
def test_a_question_is_put_in_the_words_of_documents(question: str, words: str, meaning: str) -> None:
    asked = understood(question, WORDS, rewritten=True)
    assert (asked.words, asked.meaning) == (words.strip(), meaning)
    same = understood(question, WORDS, rewritten=False)
    assert (same.text, same.words, same.meaning) == (question, question, question)


def test_no_word_of_the_shipped_list_stands_for_two_things() -> None:
    """And none is what another thing is called in documents: that would lead away from it."""
    words = shipped().words
    others = [other.casefold() for held in words.values() for other in held]
    assert sorted({other for other in others if others.count(other) > 1}) == []
    assert {term.casefold() for term in words}.isdisjoint(others)
