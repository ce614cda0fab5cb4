"""Articles as STORM makes them (Shao et al. 2024, "Assisting in Writing Wikipedia-like Articles From Scratch").

Perspectives come from the contents of documents on the topic; from each perspective questions are asked in turn, each
answered from passages that a search finds; what was found makes an outline; and each section is written from those of
the passages that are nearest to its heading. Written here from the paper's description alone. No sentence is checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from benchmarks.baseline.library import Library, Passage
from stages.core.quotes import Block, Quote
from stages.synthesize import Writer
from stages.synthesize.page import Page

SURVEYED = 40  # passages whose documents' headings are the contents that perspectives are taken from
FOUND = 5  # passages that a question finds
SHOWN = 8  # passages that a section is written from
ALIKE = 0.8  # cosine from which on two headings are one


class Author(Protocol):
    """Who thinks of questions and words the sections."""

    def perspectives(self, topic: str, contents: Sequence[str]) -> list[str]: ...

    def question(self, topic: str, perspective: str, said: str) -> str: ...

    def answer(self, question: str, found: Sequence[Passage]) -> str: ...

    def outline(self, topic: str, perspectives: Sequence[str], said: Sequence[str]) -> list[str]: ...

    def section(self, topic: str, heading: str, found: Sequence[Passage]) -> list[Block]: ...


def article(topic: str, library: Library, author: Author, rounds: int) -> Page:
    """The article on a topic."""
    surveyed = library.find(topic, SURVEYED)
    collected, answers = list(surveyed[:FOUND]), list[str]()
    perspectives = author.perspectives(topic, contents(surveyed))
    for perspective in perspectives:
        said = ""
        for _ in range(rounds):
            question = author.question(topic, perspective, said)
            found = library.find(question, FOUND)
            said = author.answer(question, found)
            collected, answers = [*collected, *found], [*answers, said]
    page, written = Page("baseline", topic, "baseline"), set[str]()
    for heading in ["", *author.outline(topic, perspectives, answers)]:  # the first section leads in
        blocks = author.section(topic, heading, library.find(f"{topic} {heading}".strip(), SHOWN, collected))
        fresh = [block for block in blocks if block.text not in written]
        if heading and fresh:
            page.heading(heading)
        page.blocks += fresh
        written |= {block.text for block in fresh}
    return page


def contents(passages: Sequence[Passage]) -> list[str]:
    """The headings under which passages stand, those of most documents first."""
    held = {(one.document, heading) for one in passages for heading in one.section[1:]}
    often = Counter(heading for _, heading in held)
    return sorted(often, key=lambda heading: (-often[heading], heading))


class Extractive:
    """Quotes sentences, as the writer `extractive` does: nobody words anything."""

    def __init__(self, library: Library, writer: Writer, perspectives: int) -> None:
        self._library, self._writer, self._most = library, writer, perspectives

    def perspectives(self, topic: str, contents: Sequence[str]) -> list[str]:
        """Headings that are common, and no two of one meaning."""
        chosen: list[str] = []
        for heading in contents:
            if len(chosen) < self._most and all(self._near(heading, other) < ALIKE for other in chosen):
                chosen.append(heading)
        return chosen

    def question(self, topic: str, perspective: str, said: str) -> str:
        return f"{topic} {perspective} {said}".strip()

    def answer(self, question: str, found: Sequence[Passage]) -> str:
        return next((quote.text for quote in self._best(question, found)), "")

    def outline(self, topic: str, perspectives: Sequence[str], said: Sequence[str]) -> list[str]:
        return list(perspectives)

    def section(self, topic: str, heading: str, found: Sequence[Passage]) -> list[Block]:
        best = self._best(f"{topic} {heading}".strip(), found)[: self._writer.sentences]
        return [Block("sentence", " ".join(quote.text.split()), quotes=(quote,)) for quote in best]

    def _best(self, question: str, found: Sequence[Passage]) -> list[Quote]:
        """The sentences worth quoting, nearest to the question first."""
        writer, asked = self._writer, self._library.vector(question)
        held = dict.fromkeys(quote for passage in found for quote in self._library.sentences(passage))
        worth = [quote for quote in held if writer.shortest <= len(quote.text) <= writer.longest]
        return sorted(worth, key=lambda quote: -float(self._library.vector(quote.text) @ asked))

    def _near(self, one: str, other: str) -> float:
        return float(self._library.vector(one) @ self._library.vector(other))
