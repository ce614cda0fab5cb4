"""Parameters from lines of key and value: list items, YAML, JSON and Python settings, options of a command."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stages.extract.facts import Element, Parameter
from stages.extract.labels import MARKUP, label
from stages.extract.lexicon import Lexicon
from stages.extract.tables import cell_values

PAIR = re.compile(
    r"^[^\S\n]*(?:[-*•+>]\s+)?[\"'`*]*(?P<key>[A-Za-z#β][\w ./()#β-]{0,48}?)[\"'`*]*[^\S\n]*(?::=|[:=]|\s[–—-]\s)[^\S\n]*(?P<value>\S[^\n]*?)[^\S\n]*$",
    re.MULTILINE,
)
ARGUMENT = re.compile(r"(?<=[(,])\s*(?P<key>[a-z]\w{1,40})\s*=\s*(?P<value>\[[^\]]*\]|\"[^\"\n]*\"|'[^'\n]*'|[^\s,()]+)")
OPTION = re.compile(r"(?<!\S)--(?P<key>[a-z][\w-]{1,40})(?:=|\s+)(?P<value>[^\s\\]+)")
COMMENT = re.compile(r"\s+(?:#|//)\s.*$")
UNSURE = re.compile(r"\b(?:e\.g\.|for example|if|or|default)\b|\?|\.\.\.", re.IGNORECASE)


def read_lines(element: Element, subject: str, lexicon: Lexicon) -> Iterator[Parameter]:
    """The values of `subject` that an element's lines state; a key that says two values states none."""
    text, code = element["text"], element["type"] == "CodeSnippet"
    patterns = (PAIR, ARGUMENT, OPTION) if code else (PAIR,)
    seen: dict[str, set[str]] = {}
    facts = []
    for match in (match for pattern in patterns for match in pattern.finditer(text)):
        names = label(match["key"], lexicon)
        value = COMMENT.sub("", match["value"]).rstrip(",;").strip("\"'`")
        if not names or (not code and UNSURE.search(value)):
            continue
        start, end = match.start() + len(match[0]) - len(match[0].lstrip()), match.end()
        for name, held in cell_values(value, names, lexicon).items():
            if name in names and name not in {fact.name for fact in facts if fact.start == start}:
                seen.setdefault(name, set()).add(held.text)
                unit = lexicon.parameters[name].unit or None
                facts.append(Parameter(subject, name, held.text, held.number, unit, element["id"], text[start:end], start, end))
    yield from (fact for fact in facts if len(seen[fact.name]) == 1)


def is_line(text: str, lexicon: Lexicon) -> bool:
    """Whether a list item is a key that names a parameter and its value."""
    match = PAIR.match(MARKUP.sub("", text))
    return bool(match) and bool(label(match["key"], lexicon)) if match else False
