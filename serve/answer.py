"""Answers: sentences with the quotes that bear them out, or the word that the corpus does not say.

An answer is drawn from the passages that the search gave. Each sentence stands on a quote of an element, and the
documentation's own verifier looks at it: the quote at its place letter by letter, each number of the sentence in it.
What fails is left out. When nothing is left, or when no passage has what the question is about, the answer says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from serve.elements import Elements
from serve.terms import coverage, held_by, weights
from stages.core.embedder import Model
from stages.core.question import Asked, explains
from stages.core.quotes import Block, Quote
from stages.core.search import Passage
from stages.core.sentences import leans, sentences, tells
from stages.core.service import Answer as Settings
from stages.core.verify import problem

UNSAID = "The corpus does not say."
BY_LINE = {"Table", "ConfigClass", "CodeSnippet", "FrontMatter", "ListItem"}
SHARED = 0.3  # what all words of the question in a sentence add to its likeness
LESS = 0.3  # what a quote loses that is code where the question names none, or that only leads to others
ALONE = 0.15  # what a sentence loses that leans on one which is not there
BEHIND = 0.3  # how far behind the nearest a sentence may be that is told, too
TELLS = 0.15  # what a sentence gains that says what the thing is or does, where that is asked
WHAT = re.compile(
    r"\W*(?:(?:what|who) (?:is|are|does|do)|how (?:does|do)|explain|describe|define) (?:(?:an?|the) )?(?P<name>.+?)"
    r"(?: (?:do|work|mean))?\W*",
    re.IGNORECASE,
)
TOPIC = re.compile(r"(?:It|Its|This)\b")  # what opens a paragraph so is about what stands above it
POINTS = re.compile(  # "For more on DoRA, see …"
    r"(?:see|refer to|check out|visit)\b"
    r"|for (?:more|further|detailed|full)\b.*\b(?:see|refer|follow|check|visit|read)\b",
    re.IGNORECASE | re.DOTALL,
)
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


def grounds(asked: Asked, passages: Sequence[Passage], settings: Settings) -> tuple[list[Passage], dict[str, float]]:
    """The passages that have enough of what the question is about to answer it, and what its words count."""
    held = [held_by(asked, " ".join([one.text, one.title, *one.section])) for one in passages]
    wanted = weights(asked.text, held)
    first = zip(passages[: settings.passages], held, strict=False)
    return [one for one, words in first if coverage(wanted, words) >= settings.covered], wanted


def extract(asked: Asked, passages: Sequence[Passage], elements: Elements, model: Model, settings: Settings) -> Drawn:
    """The sentences and rows of the passages that are nearest to the question, the nearest first."""
    vector = model.question(asked.meaning)
    found: dict[str, tuple[float, Cited]] = {}
    good, wanted = grounds(asked, passages, settings)
    name = WHAT.fullmatch(asked.text)
    for passage in good:
        for unit, quote in units(passage, elements):
            text = " ".join(quote.text.split())
            element = elements.get(quote.document, quote.element)
            under = " > ".join([passage.title, *passage.section[-1:]])
            near = sum(a * b for a, b in zip(vector, model.question(f"{under}\n{unit}"), strict=True))
            near += TELLS * (name is not None and tells(text, name["name"]))
            if near < settings.likeness:
                continue
            words = held_by(asked, "\n".join([under, header_above(quote, element), text]))
            near += SHARED * coverage(wanted, words) - less(quote, element, asked.text)
            if text not in found or found[text][0] < near:
                found[text] = near, Cited(text, quote, passage)
    best = max((near for near, _ in found.values()), default=0.0)
    ranked = [cited for near, cited in sorted(found.values(), key=lambda item: -item[0]) if near >= best - BEHIND]
    return verified(list(apart(ranked)), elements, settings.sentences)


def apart(ranked: Sequence[Cited]) -> Iterator[Cited]:
    """Those that share no words of a document with one before."""
    taken: dict[tuple[str, str], list[Quote]] = {}
    for one in ranked:
        others = taken.setdefault((one.quote.document, one.quote.element), [])
        if all(one.quote.end <= other.start or other.end <= one.quote.start for other in others):
            others.append(one.quote)
            yield one


def header_above(quote: Quote, element: Mapping[str, Any]) -> str:
    """The first line of a table, under which a row of it is to be read."""
    return header_of(element) if element["type"] == "Table" and quote.start else ""


def header_of(table: Mapping[str, Any]) -> str:
    return str(table["text"].strip().partition("\n")[0])


def less(quote: Quote, element: Mapping[str, Any], question: str) -> float:
    """What is taken off for what tells little: code, where the question names none; a row, where it wants words; what
    heads others or points elsewhere; a sentence that wants one before it which is not there."""
    code = element["type"] == "CodeSnippet" and not CODED.search(question)
    leads = quote.text.rstrip(" *`").endswith(":") or POINTS.match(quote.text) is not None
    heads = element["type"] == "Table" and quote.text == header_of(element) != element["text"].strip()
    row = element["type"] == "Table" and explains(question)
    start, end = next(sentences(quote.text))
    topic = quote.start == 0 and TOPIC.match(quote.text)
    alone = element["type"] not in BY_LINE and not topic and leans(quote.text[start:end])
    return LESS * (code + (leads or heads or row)) + ALONE * alone


def units(passage: Passage, elements: Elements) -> Iterator[tuple[str, Quote]]:
    """What of a passage may answer, sentences of prose and lines of tables, lists and code, and what is quoted for it:
    itself, with the sentences that it leans on."""
    for key in passage.elements:
        element = elements.get(passage.document, key)
        text, prose = element["text"], element["type"] not in BY_LINE
        places = list(sentences(text) if prose else lines(text))
        for number, (start, end) in enumerate(places):
            unit = text[start:end]
            if len(unit.split()) > 1 and len(unit) <= LONGEST and unit in passage.text:
                first = leant_on(text, places[: number + 1], passage.text) if prose else start
                yield " ".join(unit.split()), Quote(passage.document, key, first, end, text[first:end])


def leant_on(text: str, places: Sequence[tuple[int, int]], within: str) -> int:
    """Where to begin so that the last of these sentences can be understood: `It scales.` wants the one before it."""
    first, end = len(places) - 1, places[-1][1]
    while first and leans(text[slice(*places[first])]):
        before = places[first - 1][0]
        if end - before > LONGEST or text[before:end] not in within:
            break
        first -= 1
    return places[first][0]


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
