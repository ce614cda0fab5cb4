"""What a sentence or line tells, beside how near it is to the question: rules, each on what it says or lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from serve.units import LONGEST, Unit
from stages.core.question import ASKING, WORD, explains
from stages.core.sentences import fit, leans, score, sentences, tells

TELLS = 0.2  # what the best definition gains where it is asked what a thing is or does
TOLD = 50  # what stages/core/sentences.py gives to such a definition
LESS = 0.3  # what is lost by what tells little
ALONE = 0.15  # what a sentence loses that leans on one which is not there
SHORTEST = 25  # characters of a sentence that explains
WHAT = re.compile(
    r"\W*(?:(?:what|who) (?:is|are|does|do)|how (?:does|do)|explain|describe|define) (?:(?:an?|the) )?(?P<name>.+?)"
    r"(?: (?:do|work|mean))?\W*",
    re.IGNORECASE,
)
CODED = re.compile(r"[_()=]|\b(?:code|example|snippet|import|call)\b", re.IGNORECASE)
TOPIC = re.compile(r"(?:It|Its|This)\b")  # what opens a paragraph so is about what stands above it
POINTS = re.compile(  # "For more on DoRA, see …"
    r"(?:see|refer to|check out|visit|let(?:'s|’s| us))\b"
    r"|for (?:more|further|detailed|full)\b.*\b(?:see|refer|follow|check|visit|read)\b",
    re.IGNORECASE | re.DOTALL,
)
REFERENCE = re.compile(r"\[\d+\]\s+[A-Z]|(?:[A-Z]\.[ -]?){1,3}[A-Z][\w-]+,\s")  # an entry of a list of references


def asked_name(question: str) -> str | None:
    """Of what it is asked what it is or does: of LoRA in `What is LoRA?` and `How does LoRA work?`."""
    asked = WHAT.fullmatch(question)
    return asked["name"] if asked else None


def defines(text: str, name: str | None) -> bool:
    """Whether a text has a sentence that says what the thing is or does."""
    return name is not None and any(tells(text[start:end], name) for start, end in sentences(text))


def gain(unit: Unit, name: str | None) -> float:
    """What a sentence gains that says what the thing is or does; `X is a ...` more than `X needs ...`."""
    text = " ".join(unit.quote.text.split())
    if name is None or not tells(text, name):
        return 0.0
    return TELLS * min(1.0, max(0.0, score(text, text.casefold().find(name.casefold()), len(name)) / TOLD))


def loss(unit: Unit, question: str, language: str | None) -> float:
    """What is taken off; `language` is that of the document."""
    kind, text = unit.element["type"], unit.quote.text
    explained = explains(question) or asked_name(question) is not None
    little = (
        kind == "CodeSnippet" and not CODED.search(question),
        text.rstrip(" *`").endswith((":", "?")) or POINTS.match(text) is not None or heads(unit),
        kind == "Table" and explains(question),
        unit.prose and explained and not fit(unit.text, SHORTEST, LONGEST),
        explained and REFERENCE.match(unit.text) is not None,
        language not in (None, "en") and any(word.casefold() in ASKING for word in WORD.findall(question)),
    )
    return LESS * sum(little) + ALONE * alone(unit)


def heads(unit: Unit) -> bool:
    """Whether a line is the header of a table that has more lines."""
    return (
        unit.element["type"] == "Table" and unit.quote.text == header_of(unit.element) != unit.element["text"].strip()
    )


def alone(unit: Unit) -> bool:
    """Whether a sentence wants one before it that is not quoted, and is not what the heading names."""
    start, end = next(sentences(unit.quote.text))
    topic = unit.quote.start == 0 and TOPIC.match(unit.quote.text)
    return unit.prose and not topic and leans(unit.quote.text[start:end])


def header_above(unit: Unit) -> str:
    """The first line of a table, under which a row of it is to be read."""
    return header_of(unit.element) if unit.element["type"] == "Table" and unit.quote.start else ""


def header_of(table: Mapping[str, Any]) -> str:
    return str(table["text"].strip().partition("\n")[0])
