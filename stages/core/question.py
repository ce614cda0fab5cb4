"""A question in the words of documents: what keyword search is asked, and what the vector is made of.

    asked = understood("How deep is the 236-billion mixture model?", knowledge.words, search)
    asked.words     "deep 236B mixture model deep 236B mixture model layers mixture-of-experts MoE"
    asked.meaning   "How deep (layers) is the 236B mixture model (mixture-of-experts MoE)?"

People ask in other words than documents answer. Words that only make a question of it say nothing about the passage
that is wanted, and count as rare in keyword search, since documents seldom ask; they are left out. Numbers are written
as documents write them. What conf/knowledge/words has another name for is called by both names; what was asked counts
twice in keyword search, the other name once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

NAME = re.compile(r"(?<![\w.-])(?=[\w.-]*[A-Za-z])(?=[\w.-]*(?:[\d_]|[a-z][A-Z]|[A-Z]{2}))\w[\w.-]*\w")
IDENTIFIER = re.compile(r"[\d_.]")
WORD = re.compile(r"\w+(?:[.-]\w+)*")
ASKING = frozenset(
    """a an and are as at be been being by can could did do does doing for from give had has have having how i if in
    into is it its many may me might much must my of on or our please say shall should that the their them then there
    these they this those to us use used uses using was we were what when where whether which while who whom whose why
    will with would you your between than so also any each per mean means explain describe tell""".split()  # noqa: SIM905
)
NUMBER = re.compile(r"\b(\d+(?:\.\d+)?)[ -](thousand|million|billion|trillion)s?\b", re.IGNORECASE)
UNIT = {"thousand": "K", "million": "M", "billion": "B", "trillion": "T"}
Words = Mapping[str, list[str]]


EXPLAINS = re.compile(
    r"\W*(?:why|when|explain|describe|what (?:does|do)|how (?:is|are|was|were|does|do|did|can|should|to))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """A question; `text` is as it was put, but for its numbers, and `called` what of it documents call otherwise."""

    text: str
    words: str
    meaning: str
    called: tuple[tuple[str, str], ...] = ()


def explains(question: str) -> bool:
    """Whether who asks wants to be told in sentences, not a value: `Why …`, `How does …`, but not `How many …`."""
    return EXPLAINS.match(question) is not None


def understood(question: str, words: Words, *, rewritten: bool) -> Asked:
    """What is searched for. A question of identifiers alone, or one that is not to be rewritten, is left as it is."""
    if not rewritten or only_identifiers(question):
        return Asked(question, question, question)
    text = NUMBER.sub(lambda match: match[1] + UNIT[match[2].lower()], question)
    meaning, called = text, list[tuple[str, str]]()
    for said, term in _spellings(tuple((term, tuple(others)) for term, others in words.items())):
        if term.casefold() not in meaning.casefold() and (match := said.search(meaning)):
            meaning = f"{meaning[: match.end()]} ({term}){meaning[match.end() :]}"
            called.append((match[0], term))
    kept = " ".join(word for word in WORD.findall(text) if word.casefold() not in ASKING)
    added = [term for _, term in called]
    return Asked(text, " ".join([kept, kept, *added]) if kept else text, meaning, tuple(called))


@lru_cache(maxsize=8)
def _spellings(words: tuple[tuple[str, tuple[str, ...]], ...]) -> list[tuple[re.Pattern[str], str]]:
    """What else each term is called, as a whole word in any case, also in the plural."""
    pairs = ((other, term) for term, others in words for other in others)
    return [(re.compile(rf"(?<![\w-]){re.escape(other)}(?:s|es)?(?![\w-])", re.I), term) for other, term in pairs]


def names_in(question: str) -> list[str]:
    """Names in a question: words with a digit, an underscore, two capitals or one inside."""
    return list(dict.fromkeys(match.casefold() for match in NAME.findall(question)))


def only_identifiers(question: str) -> bool:
    """Whether a question is nothing but identifiers: names with a digit or sign inside, such as `merge_and_unload`."""
    names = names_in(question)
    return all(map(IDENTIFIER.search, names)) and bool(names) and not NAME.sub("", question).strip(" ?`'\",;")
