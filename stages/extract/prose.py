"""Parameters from sentences: `32 layers`, `a context length of 4,096 tokens`, `its RoPE base is 1,000,000`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from stages.extract.facts import Document, Element, Parameter
from stages.extract.lexicon import Lexicon, fold
from stages.extract.names import Mention
from stages.extract.numbers import NUMBER, RANGE, Value, believed, to_number
from stages.extract.sentences import sentences
from stages.extract.subjects import nearest_subject, specific
from stages.extract.trie import any_case

LINK = r"\s*(?:\(\w+\)\s*)?(?:of|is|was|=|:)?\s*(?:about |around |up to |approximately |only |a |the )*"
DOUBT = re.compile(
    r"\b(?:if|would|could|suppose|assume|e\.g\.|for example|for instance|than|not|no|never|without|instead|each of|per|"
    r"from|multiple of|\d+(?:\.\d+)?[BM] and|sizes|halves|times|rather|say|imagine|adapters?|rank|lora)\b|[?=*]",
    re.IGNORECASE,
)
OWN = re.compile(r"(?:It|The model|This model|Its|The network|The checkpoint)\b")


def quantities(text: str, lexicon: Lexicon) -> dict[str, Value]:
    """Parameter to value for all that `text` states; what it states twice with different values is left out."""
    before, behind = _patterns(_spellings(lexicon))
    found: dict[str, set[Value]] = {}
    names = _names(lexicon)
    for match in [*before.finditer(text), *behind.finditer(text)]:
        name = names[fold(match["name"])]
        value = believed(match["number"].strip(), lexicon.parameters[name])
        if value and not RANGE.match(text[match.end("number") :] if match.re is behind else ""):
            found.setdefault(name, set()).add(value)
    return {name: values.pop() for name, values in sorted(found.items()) if len(values) == 1}


def read_prose(element: Element, mentions: list[Mention], document: Document, lexicon: Lexicon) -> Iterator[Parameter]:
    """The parameters that sentences state of the one model that they name, or of `it`."""
    text = element["text"]
    for start, end in sentences(text):
        sentence = text[start:end]
        if end - start > lexicon.limit or DOUBT.search(sentence) or not any(map(str.isdigit, sentence)):
            continue
        subject = _subject(sentence, [m for m in mentions if start <= m.start < end], element, document, lexicon)
        if not subject:
            continue
        for name, value in quantities(sentence, lexicon).items():
            if name == "parameters" and not near_size(subject, value):
                continue
            unit = lexicon.parameters[name].unit or None
            yield Parameter(subject, name, value.text, value.number, unit, element["id"], sentence, start, end)


def near_size(subject: str, value: Value) -> bool:
    """Whether a number of parameters agrees with the size in a model's name, within a factor of 1.5, if it has one."""
    named = re.search(r"(?<![\dx.])\d+(?:\.\d+)?[BM]\b", subject)
    size = to_number(named[0]) if named else None
    return size is None or value.number is None or size / 1.5 <= value.number <= size * 1.5


def _subject(sentence: str, mentions: list[Mention], element: Element, document: Document, lexicon: Lexicon) -> str:
    models = {mention.entity: mention for mention in mentions if mention.kind == "model"}
    if len(models) == 1:
        name, mention = next(iter(models.items()))
        return name if specific(mention) or name == document.subject.name else ""
    if not models and OWN.match(sentence) and document.subject.specific:
        return nearest_subject(element, document, lexicon)
    return ""


def _names(lexicon: Lexicon) -> dict[str, str]:
    return {fold(held): name for name, parameter in lexicon.parameters.items() for held in parameter.prose}


def _spellings(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(sorted(_names(lexicon)))


@lru_cache(maxsize=4)
def _patterns(spellings: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    name = rf"(?P<name>{any_case(spellings)})"
    before = re.compile(rf"(?P<number>{NUMBER})(?:\s|-)(?:tokens? )?{name}(?![\w-])")
    behind = re.compile(rf"(?<![\w-]){name}(?! per\b){LINK}(?P<number>{NUMBER})(?!\s*(?:layers|heads|experts|%))")
    return before, behind
