"""Questions made of a corpus, each with the passages that answer it: titles, headings, definitions, identifiers."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from stages.core.question import IDENTIFIER, NAME

Row = Mapping[str, Any]
DEFINES = re.compile(
    r"(?:^|(?<=[.!?]\s))(?:The |An? )?([A-Z][\w+-]*(?: [\w+-]+){0,3}) (?:is|are) (?:an?|the) (?=[a-z])", re.MULTILINE
)
LEANING = re.compile(r"(?:It|This|That|These|Those|There|Here|Which|What|They|If|The|One|Each|Both)\b")
SHORTEST_NAME = 6
LONGEST_HEADING = 12  # words


class Question(NamedTuple):
    """A question and the numbers of the passages that answer it."""

    text: str
    answers: frozenset[int]


Task = Callable[[Sequence[Row]], dict[str, set[int]]]


def questions(task: Task, rows: Sequence[Row], most: int) -> list[Question]:
    """The questions of a task, at most so many: those whose hash comes first, whatever the order of documents."""
    made = sorted(task(rows).items(), key=lambda item: hashlib.sha256(item[0].encode()).hexdigest())
    return [Question(text, frozenset(answers)) for text, answers in made[:most]]


def titles(rows: Sequence[Row]) -> dict[str, set[int]]:
    """A title that one document alone has asks for that document: for any of its passages."""
    return _alone((row["title"], row["document"], number) for number, row in enumerate(rows))


def headings(rows: Sequence[Row]) -> dict[str, set[int]]:
    """A heading that one section alone has asks for the passages of that section."""
    return _alone(
        (row["section"][-1], (row["document"], tuple(row["section"])), number)
        for number, row in enumerate(rows)
        if row["section"] and row["section"][-1] != row["title"] and len(row["section"][-1].split()) <= LONGEST_HEADING
    )


def definitions(rows: Sequence[Row]) -> dict[str, set[int]]:
    """`What is X?` asks for the passages that say `X is a ...`."""
    found: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(rows):
        for match in DEFINES.finditer(row["text"]):
            if not LEANING.match(match[1]):
                found[f"What is {match[1]}?"].add(number)
    return found


def identifiers(rows: Sequence[Row]) -> dict[str, set[int]]:
    """An identifier that one document alone has asks for the passages that have it."""
    return _alone(
        (name, row["document"], number)
        for number, row in enumerate(rows)
        for name in NAME.findall(row["text"])
        if len(name) >= SHORTEST_NAME and IDENTIFIER.search(name)
    )


TASKS: dict[str, Task] = {
    "titles": titles,
    "headings": headings,
    "definitions": definitions,
    "identifiers": identifiers,
}
OF_DOCUMENTS = {"titles"}  # tasks that ask for a document, by whichever of its passages


def _alone(found: Iterable[tuple[str | None, Any, int]]) -> dict[str, set[int]]:
    """By text the passages of the one owner that has it; a text of one word with several owners asks for nothing."""
    owners: dict[str, set[Any]] = defaultdict(set)
    answers: dict[str, set[int]] = defaultdict(set)
    for text, owner, number in found:
        text = " ".join((text or "").split())
        if text:
            owners[text].add(owner)
            answers[text].add(number)
    return {text: answers[text] for text in answers if len(owners[text]) == 1}
