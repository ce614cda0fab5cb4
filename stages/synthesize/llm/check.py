"""Does a sentence that a model wrote stand on the quotes that it names? What fails has a reason, which is counted."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stages.core.quotes import Block, Quote
from stages.core.verify import Texts, problem
from stages.synthesize.llm.outline import Section

WORD = re.compile(r"[^\W_]+(?:[.'-][^\W_]+)*")
DENIES = re.compile(r"\b(?:not|no|never|none|without|neither|nor|cannot|unlike|except)\b|n't\b", re.IGNORECASE)
END = re.compile(r"[.!?…][)\]\"'”’`]*$")
STEM = 5  # letters by which words are compared
LEAST = 3  # words of a sentence
SHORT = 3  # words of so many letters say nothing
OWN = 0.6  # share of a sentence's words that its quotes must have


@dataclass(frozen=True)
class Claim:
    """A sentence of an answer, the quotes that it names, and why it does not stand, if it does not."""

    text: str
    quotes: tuple[Quote, ...]
    reason: str


def claims(said: str, held: Section, title: str, texts: Texts) -> list[Claim]:
    """The sentences of an answer; none of one that is no JSON of the schema."""
    try:
        sentences = json.loads(said)["sentences"]
    except (ValueError, LookupError, TypeError):
        return [Claim("", (), "the answer is no JSON of the schema")]
    return [_claim(one, held, title, texts) for one in sentences] if isinstance(sentences, list) else []


def _claim(one: Any, held: Section, title: str, texts: Texts) -> Claim:
    try:
        text = " ".join(one["text"].split())
        numbers = [number for number in one["quotes"] if 1 <= number <= len(held.evidence)]
    except (LookupError, TypeError, AttributeError):
        return Claim("", (), "the answer is no JSON of the schema")
    quotes = tuple(dict.fromkeys(quote for number in numbers for quote in held.evidence[number - 1][1]))
    return Claim(text, quotes, _reason(text, quotes, title, texts))


def _reason(text: str, quotes: Sequence[Quote], title: str, texts: Texts) -> str:
    """Numbers equal those of the quotes; names (but the page's title) and denials stand in them, and most words."""
    if not text:
        return "the sentence is empty"
    if found := problem(Block("written", text, quotes=tuple(quotes)), texts):
        return found
    said = " ".join(quote.text for quote in quotes)
    quoted = {_stem(word) for word in WORD.findall(said)}
    titled = {_stem(word) for word in WORD.findall(title)}
    have = quoted | titled
    if DENIES.search(text) and not DENIES.search(said):
        return "denies what its quotes do not"
    words = WORD.findall(text)
    if len(words) < LEAST or not END.search(text):
        return "no sentence"
    if any(_stem(word) not in have for word in [*filter(_is_name, words[1:]), *filter(_is_made_up, words[:1])]):
        return "name not in its quotes"
    telling = [_stem(word) for word in words if len(word) > SHORT]
    if sum(word in have for word in telling) < OWN * len(telling) or not (quoted - titled) & set(telling):
        return "words not in its quotes"
    return ""


def _is_name(word: str) -> bool:
    return word[:1].isupper() or any(letter.isdigit() for letter in word)


def _is_made_up(word: str) -> bool:
    """Whether a word is a name even where a sentence begins with it, as every sentence does with a capital."""
    return any(letter.isupper() or letter.isdigit() for letter in word[1:])


def _stem(word: str) -> str:
    return word.casefold() if any(letter.isdigit() for letter in word) else word.casefold()[:STEM]
