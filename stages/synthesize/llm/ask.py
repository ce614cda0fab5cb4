"""What a language model is asked: to write a section from numbered quotes, to write it again, to judge a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stages.core.llm import Message
from stages.synthesize.llm.outline import Section

TASK = """Write a section of technical documentation from the numbered quotes alone, in JSON. Each sentence states what
one or more quotes say, in plain words, with the numbers of these quotes in "quotes". Copy names and numbers letter by
letter. Say nothing that the quotes do not say; leave out what is no fact."""
AGAIN = """These sentences do not stand:
{}
Write them again, from the quotes alone; leave out what the quotes do not say."""
JUDGE = """Does the quote say all that the sentence says? Answer in JSON."""
SENTENCES = 6  # of a section, at most
LONGEST = 400  # characters of a sentence


def section(title: str, held: Section, most: int) -> list[Message]:
    """The request for a section of the page `title`; `most` characters of each quote are shown."""
    shown = [f"[{number}] {' '.join(text.split())[:most]}" for number, (text, _) in enumerate(held.evidence, 1)]
    asked = "\n".join([f"Page: {title}", f"Section: {held.heading or title}", "Quotes:", *shown])
    return [{"role": "system", "content": TASK}, {"role": "user", "content": asked}]


def again(asked: list[Message], said: str, failed: Sequence[tuple[str, str]]) -> list[Message]:
    """The same request after an answer of which some sentences, each with its reason, do not stand."""
    told = AGAIN.format("\n".join(f"- {text} ({reason})" for text, reason in failed))
    return [*asked, {"role": "assistant", "content": said}, {"role": "user", "content": told}]


def judge(text: str, quotes: Sequence[str]) -> list[Message]:
    """The question whether quotes say a sentence."""
    asked = "\n".join([*(f"Quote: {' '.join(quote.split())}" for quote in quotes), f"Sentence: {text}"])
    return [{"role": "system", "content": JUDGE}, {"role": "user", "content": asked}]


def schema(quotes: int) -> dict[str, Any]:
    """The JSON schema of a section that may name so many quotes."""
    numbers = {"type": "array", "items": {"enum": list(range(1, quotes + 1))}, "minItems": 1, "maxItems": 4}
    one = _object({"text": {"type": "string", "maxLength": LONGEST}, "quotes": numbers})
    return _object({"sentences": {"type": "array", "items": one, "minItems": 1, "maxItems": SENTENCES}})


VERDICT: dict[str, Any] = {
    "type": "object",
    "properties": {"follows": {"type": "boolean"}},
    "required": ["follows"],
    "additionalProperties": False,
}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
