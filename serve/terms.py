"""What a question is about: its words, what each counts, and whether a text has them.

A passage on the right model does not answer who asks for its airline. So names count three times, and any other word
the more, the fewer of the passages found have it: up to three times where none has, since that is what the corpus does
not speak of. Words by which anything is asked or told (`proposed`, `need`, `large`) count half: documents say them
otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from stages.core.question import ASKING, NAME, WORD, Asked

STEM = 5  # letters by which two forms of a word are taken for one
NAMED, PLAIN, TOLD = 3.0, 1.0, 0.5  # what a name counts, another word that all passages have, and a word of TELLING
TELLING = frozenset(
    """add adds added answer answers apply applies applied article avoid avoids begin begins big call called
    calls choose chooses chosen come comes compare compared compares compute computed computes contain contained
    contains create created deep describe described describes develop developed end ends enough fast find finds
    found gave get gets give given gives go goes happen happens help helps high include included includes
    introduce introduced introduces invent invented keep keeps kept kind kinds large let lets long made make
    makes move moved moves name named need needed needs one own paper present presented propose proposed
    proposes publish published publishes put puts question reach reached reaches report reported reports require
    required requires run runs same save saved saves serve serves set sets several share shared show shown shows
    small stand stands start starts state stated states support supported supports take taken takes thing things
    time took two type types way ways work works write writes written wrote""".split()  # noqa: SIM905
)


def terms(question: str) -> list[str]:
    """The words that a question is about, each once."""
    return list(dict.fromkeys(word for word in WORD.findall(question) if word.casefold() not in ASKING))


def weights(question: str, found: Sequence[set[str]] = ()) -> dict[str, float]:
    """What each word of a question counts; `found` has the stems of each passage that was found for it."""
    capitals = {match[0] for match in WORD.finditer(question) if match.start() and match[0][0].isupper()}
    return {word: _weight(word, found, named=word in capitals or is_name(word)) for word in terms(question)}


def _weight(word: str, found: Sequence[set[str]], *, named: bool) -> float:
    if named:
        return NAMED
    if word.casefold() in TELLING:
        return TOLD
    often = sum(has(held, word) for held in found)
    return NAMED - (NAMED - PLAIN) * math.log1p(often) / (math.log1p(len(found)) or 1.0)


def is_name(word: str) -> bool:
    return NAME.fullmatch(word) is not None


def has(held: set[str], word: str) -> bool:
    """Whether a text has a word, by its stems; a word with hyphens may be written as one or as several."""
    if stem(word) in held:
        return True
    if is_name(word) and "_" not in word:
        return False
    parts = re.split("[-_]", word)
    prefixed = len(parts[0]) < STEM - 1 and stem("".join(parts)) in held  # pre-train: pretraining
    return prefixed or all(stem(part) in held for part in parts)


def coverage(wanted: Mapping[str, float], held: set[str]) -> float:
    """How much of what is wanted a text has, from 0 to 1."""
    return sum(weight for word, weight in wanted.items() if has(held, word)) / (sum(wanted.values()) or 1.0)


def held_by(asked: Asked, text: str) -> set[str]:
    """The stems of a text, and of the question's words that it has by the name that documents have for them."""
    have = stems(text)
    return have.union(*(stems(said) for said, term in asked.called if stems(term) <= have))


def stems(text: str) -> set[str]:
    """The words of a text, as words are compared, and what those with hyphens or points are made of."""
    return set[str]().union(*map(_forms, WORD.findall(text)))


@lru_cache(maxsize=1 << 16)
def _forms(word: str) -> frozenset[str]:
    return frozenset(map(stem, (word, word.replace("-", ""), *re.split("[.-]", word))))


def stem(word: str) -> str:
    """A word in the form in which words are compared; names stay whole."""
    folded = word.casefold()
    if is_name(word) or not folded.isalpha():
        return folded
    plural = len(folded) > STEM - 2 and folded.endswith("s") and folded[-2] not in "su"
    return folded[: len(folded) - plural][:STEM]
