"""Answers: sentences with the quotes that bear them out, or the word that the corpus does not say.

An answer is drawn from the passages that the search gave. Each sentence stands on a quote of an element, and the
documentation's own verifier looks at it: the quote at its place letter by letter, each number of the sentence in it.
What fails is left out. When nothing is left, or when no passage has what the question is about, the answer says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from serve.elements import Elements
from stages.core.embedder import Model
from stages.core.question import ASKING, NAME, WORD, Asked
from stages.core.quotes import Block, Quote
from stages.core.search import Passage
from stages.core.sentences import sentences
from stages.core.service import Answer as Settings
from stages.core.verify import problem

UNSAID = "The corpus does not say."
BY_LINE = {"Table", "ConfigClass", "CodeSnippet", "FrontMatter", "ListItem"}
STEM = 5  # letters by which two forms of a word are taken for one
NAMED, PLAIN = 3.0, 1.0  # what a name of the question counts, and what another word
SHARED = 0.3  # what all words of the question in a sentence add to its likeness
CODE = 0.3  # what a line of code loses where the question names none
CODED = re.compile(r"[_()=]|\b(?:code|example|snippet|import|call)\b", re.IGNORECASE)
LONGEST = 600  # characters of a quote


@dataclass(frozen=True)
class Cited:
    """A sentence of an answer, and the passage and quote that it stands on."""

    text: str
    quote: Quote
    passage: Passage


@dataclass(frozen=True)
class Drawn:
    """An answer: its sentences; none: the corpus does not say. `dropped` counts what a writer said without ground."""

    sentences: list[Cited] = field(default_factory=list)
    dropped: int = 0


def grounds(asked: Asked, passages: Sequence[Passage], settings: Settings) -> list[Passage]:
    """The passages that have enough of what the question is about to answer it.

    A word of the question that nothing of all that was found has is what the corpus does not speak of, and weighs as a
    name does: a passage on the right model does not answer who asks for its airline.
    """
    found = known(asked, set[str]().union(*(stems(_whole(one)) for one in passages)))
    wanted = {word: weight if word in found else NAMED for word, weight in weights(asked.text).items()}
    return [one for one in passages[: settings.passages] if coverage(asked, one, wanted) >= settings.covered]


def coverage(asked: Asked, passage: Passage, wanted: Mapping[str, float] | None = None) -> float:
    """How much of the question stands in a passage, its title or headings."""
    return overlap(asked, _whole(passage), wanted)


def _whole(passage: Passage) -> str:
    return " ".join([passage.text, passage.title, *passage.section])


def weights(question: str) -> dict[str, float]:
    """The words that a question is about, each with what it counts."""
    found: dict[str, float] = {}
    for place, match in enumerate(WORD.finditer(question)):
        word = match[0]
        named = bool(NAME.fullmatch(word)) or (place > 0 and word[0].isupper())
        if word.casefold() not in ASKING:
            found[stem(word)] = NAMED if named else PLAIN
    return found


def stem(word: str) -> str:
    """A word in the form in which words are compared; names stay whole."""
    folded = word.casefold()
    return folded if NAME.fullmatch(word) or not folded.isalpha() else folded[:STEM]


def extract(asked: Asked, passages: Sequence[Passage], elements: Elements, model: Model, settings: Settings) -> Drawn:
    """The sentences and rows of the passages that are nearest to the question, the nearest first."""
    vector = model.question(asked.meaning)
    found: dict[str, tuple[float, Cited]] = {}
    for passage in grounds(asked, passages, settings):
        for quote in units(passage, elements):
            text = " ".join(quote.text.split())
            above = " > ".join([passage.title, *passage.section[-1:]])
            near = sum(a * b for a, b in zip(vector, model.question(f"{above}\n{text}"), strict=True))
            near += SHARED * overlap(asked, text) - CODE * _is_code(quote, elements, asked.text)
            if text not in found or found[text][0] < near:
                found[text] = near, Cited(text, quote, passage)
    near_enough = [item for item in found.values() if item[0] >= settings.likeness]
    ranked = [cited for _, cited in sorted(near_enough, key=lambda item: -item[0])]
    return verified(ranked, elements, settings.sentences)


def _is_code(quote: Quote, elements: Elements, question: str) -> bool:
    """Whether a line of code is quoted to a question that names no code: it says how something is written, not what."""
    code = elements.get(quote.document, quote.element)["type"] == "CodeSnippet"
    return code and not CODED.search(question)


def overlap(asked: Asked, text: str, wanted: Mapping[str, float] | None = None) -> float:
    """Share of the question's words that stand in a text; names count three times, or each word as `wanted` says."""
    wanted = wanted or weights(asked.text)
    have = known(asked, stems(text))
    return sum(weight for word, weight in wanted.items() if word in have) / (sum(wanted.values()) or 1.0)


def known(asked: Asked, have: set[str]) -> set[str]:
    """The words that a text has, and those of the question that it has by the name that documents have for them."""
    called = (stems(said) for said, term in asked.called if stems(term) <= have)
    return have.union(*called)


def stems(text: str) -> set[str]:
    """The words of a text and the parts of those with hyphens, each as words are compared."""
    return {stem(part) for word in WORD.findall(text) for part in (word, *re.split(r"[.-]", word))}


def units(passage: Passage, elements: Elements) -> Iterator[Quote]:
    """What of a passage can be quoted: sentences of prose; lines of tables, lists and code."""
    for key in passage.elements:
        element = elements.get(passage.document, key)
        text = element["text"]
        for start, end in lines(text) if element["type"] in BY_LINE else sentences(text):
            if len(text[start:end].split()) > 1 and end - start <= LONGEST and text[start:end] in passage.text:
                yield Quote(passage.document, key, start, end, text[start:end])


def lines(text: str) -> Iterator[tuple[int, int]]:
    """The places of the lines of a text, without white space around them."""
    for match in re.finditer(r"\S[^\n]*", text):
        yield match.start(), match.start() + len(match[0].rstrip())


def verified(cited: Sequence[Cited], elements: Elements, most: int) -> Drawn:
    """The first `most` that stand; how many did not."""
    kept, dropped = list[Cited](), 0
    for one in cited:
        if len(kept) == most:
            break
        if stands(one, elements.texts(one.quote.document)):
            kept.append(one)
        else:
            dropped += 1
    return Drawn(kept, dropped)


def stands(one: Cited, texts: Mapping[tuple[str, str], str]) -> bool:
    """Whether a sentence may stand, as the documentation's verifier says."""
    return not problem(Block("sentence", one.text, quotes=(one.quote,)), texts)
