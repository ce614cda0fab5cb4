"""Answers: sentences with the quotes that bear them out, or the word that the corpus does not say.

An answer is drawn from the passages that the search gave. Each sentence stands on a quote of an element, and the
documentation's own verifier looks at it: the quote at its place letter by letter, each number of the sentence in it.
What fails is left out. When nothing is left, or when no passage has what the question is about, the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from serve.elements import Elements
from serve.terms import coverage, held_by, weights
from serve.units import units
from serve.worth import asked_name, defines, gain, header_above, loss
from stages.core.embedder import Model
from stages.core.question import Asked
from stages.core.quotes import Block, Quote
from stages.core.search import Passage
from stages.core.service import Answer as Settings
from stages.core.verify import problem

UNSAID = "The corpus does not say."
SHARED = 0.3  # what all words of the question in a sentence add to its likeness
BEHIND = 0.3  # how far behind the nearest a sentence may be that is told, too
DEFINING = 6  # passages beyond the first that may be quoted for what they say the thing is


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
    vector, name = model.question(asked.meaning), asked_name(asked.text)
    good, wanted = grounds(asked, passages, settings)
    found = [unit for passage in good for unit in units(passage, elements)]
    if good and name:
        rest = [one for one in passages if one not in good and defines(one.text, name)][:DEFINING]
        found += [unit for passage in rest for unit in units(passage, elements) if defines(unit.text, name)]
    ranked: dict[str, tuple[float, Cited]] = {}
    for unit in found:
        under = " > ".join([unit.passage.title, *unit.passage.section[-1:]])
        near = sum(a * b for a, b in zip(vector, model.question(f"{under}\n{unit.text}"), strict=True))
        near += gain(unit, name)
        if near < settings.likeness:
            continue
        text = " ".join(unit.quote.text.split())
        words = held_by(asked, "\n".join([under, header_above(unit), text]))
        near += SHARED * coverage(wanted, words) - loss(unit, asked.text, elements.language(unit.passage.document))
        if text not in ranked or ranked[text][0] < near:
            ranked[text] = near, Cited(text, unit.quote, unit.passage)
    best = max((near for near, _ in ranked.values()), default=0.0)
    first = [cited for near, cited in sorted(ranked.values(), key=lambda item: -item[0]) if near >= best - BEHIND]
    return verified(list(apart(first)), elements, settings.sentences)


def apart(ranked: Sequence[Cited]) -> Iterator[Cited]:
    """Those that share no words of a document with one before."""
    taken: dict[tuple[str, str], list[Quote]] = {}
    for one in ranked:
        others = taken.setdefault((one.quote.document, one.quote.element), [])
        if all(one.quote.end <= other.start or other.end <= one.quote.start for other in others):
            others.append(one.quote)
            yield one


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
