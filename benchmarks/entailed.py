"""A judge of citations that shares no code with the product: does a sentence follow from the words of its quotes?

No language model takes part, so what it accepts is little and sure: each word of the sentence that means something must
stand in the quotes in some form, each number by its value, as many negations as in the part of the quotes that the
sentence's words span, and the words in the quotes' order, but for one in five. A paraphrase in other words is refused,
so recall is stated too low rather than too high.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path

import pyarrow.parquet as pq

TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[^\W\d_]+")
NEGATIONS = {"not", "no", "never", "none", "without", "cannot", "nor"}
EMPTY = set(
    re.findall(
        r"\w+", "the a an of to in on at by for with as is are was were be been it its this that these those and or"
    )
)
ORDERED = 0.8  # of the sentence's words, in the quotes' order


class Elements:
    """The texts of a table of elements, a shard read at a time."""

    def __init__(self, folder: Path) -> None:
        self._files = sorted(folder.glob("*.parquet"))

    def text(self, document: str, element: str) -> str:
        return self._texts.get((document, element), "")

    @cached_property
    def _texts(self) -> dict[tuple[str, str], str]:
        found = dict[tuple[str, str], str]()
        for path in self._files:
            for row in pq.read_table(path, columns=["document", "elements"]).to_pylist():
                found |= {(row["document"], one["id"]): one["text"] for one in row["elements"]}
        return found


def follows(sentence: str, quotes: str) -> bool:
    """Whether a sentence follows from quotes, as far as words tell."""
    said, held = words(sentence), words(quotes)
    if not said:
        return False
    blocks = [one for one in SequenceMatcher(None, held, said, autojunk=False).get_matching_blocks() if one.size]
    if sum(one.size for one in blocks) < ORDERED * len(said):
        return False
    spanned = held[blocks[0].a : blocks[-1].a + blocks[-1].size]
    negations = [sum(word in NEGATIONS for word in part) for part in (said, spanned)]
    return negations[0] == negations[1] and {word for word in said if word not in EMPTY} <= set(held)


def words(text: str) -> list[str]:
    """Words in small letters and numbers by value; `n't` is a negation of its own."""
    unfolded = re.sub(r"(?i)can't|cannot", "can not", re.sub(r"(?i)n['’]t\b", " not", text))
    return [_folded(token) for token in TOKEN.findall(unfolded)]


def _folded(token: str) -> str:
    if token[0].isdigit():
        return f"{float(token.replace(',', '')):.12g}"
    return token.casefold()


def mutants(sentence: str, quote: str, other: str, other_quote: str) -> Iterator[tuple[str, str]]:
    """The sentence with one thing wrong, or under a quote that is not its own; each with what it then cites."""
    if number := re.search(r"\d+", sentence):
        yield f"{sentence[: number.start()]}{int(number[0]) + 7}{sentence[number.end() :]}", quote
    if verb := re.search(r"\b(?:is|are|was|were|can|will|has|have|does)\b", sentence):
        yield f"{sentence[: verb.end()]} not{sentence[verb.end() :]}", quote
    if name := re.search(r"\b[^\W\d_]{5,}\b", sentence):
        yield f"{sentence[: name.start()]}Zorblax{sentence[name.end() :]}", quote
    if not set(words(sentence)) <= set(words(other_quote)):
        yield sentence, other_quote
