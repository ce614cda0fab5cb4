"""What of a passage may answer a question: sentences of prose, and lines of tables, lists and code, at their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from serve.elements import Elements
from stages.core.quotes import Quote
from stages.core.search import Passage
from stages.core.sentences import leans, sentences

BY_LINE = {"Table", "ConfigClass", "CodeSnippet", "FrontMatter", "ListItem"}
LONGEST = 600  # characters of a quote


@dataclass(frozen=True)
class Unit:
    """A sentence or line, and what is quoted for it: itself, with the sentences that it leans on."""

    text: str
    quote: Quote
    passage: Passage
    element: dict[str, Any]

    @property
    def prose(self) -> bool:
        return is_prose(self.element)


def is_prose(element: Mapping[str, Any]) -> bool:
    """Whether an element is read by sentences, not by lines."""
    return element["type"] not in BY_LINE


def units(passage: Passage, elements: Elements) -> Iterator[Unit]:
    """The units of a passage, in its order."""
    for key in passage.elements:
        element = elements.get(passage.document, key)
        text, prose = element["text"], is_prose(element)
        places = list(sentences(text) if prose else lines(text))
        for number, (start, end) in enumerate(places):
            own = text[start:end]
            words = [word for word in own.split() if any(map(str.isalnum, word))]
            if len(words) > 1 and len(own) <= LONGEST and own in passage.text:
                first = leant_on(text, places[: number + 1], passage.text) if prose else start
                quote = Quote(passage.document, key, first, end, text[first:end])
                yield Unit(" ".join(own.split()), quote, passage, element)


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
