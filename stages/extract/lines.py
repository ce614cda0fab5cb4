"""Parameters from lines of key and value: list items, YAML, JSON and Python settings, options of a command."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stages.extract.facts import Element, Parameter
from stages.extract.labels import label
from stages.extract.lexicon import Lexicon
from stages.extract.tables import cell_values

KEY = r"[\"'`*]*(?P<key>[A-Za-z#β][\w ./()#β-]{0,48}?)[\"'`*]*"
PAIR = re.compile(
    rf"^[^\S\n]*(?:[-*•+>]\s+)?{KEY}[^\S\n]*(?::=|[:=]|\s[–—-]\s)[^\S\n]*(?P<value>\S[^\n]*?)[^\S\n]*$",
    re.MULTILINE,
)
ARGUMENT = re.compile(
    r"(?<=[(,])\s*(?P<key>[a-z]\w{1,40})\s*=\s*(?P<value>\[[^\]]*\]|\"[^\"\n]*\"|'[^'\n]*'|[^\s,()]+)"
)
OPTION = re.compile(r"(?<!\S)--(?P<key>[a-z][\w-]{1,40})(?:=|\s+)(?P<value>[^\s\\]+)")
COMMENT = re.compile(r"\s+(?:#|//)\s.*$")
UNSURE = re.compile(r"\b(?:e\.g\.|for example|if|or|default)\b|\?|\.\.\.", re.IGNORECASE)
EITHER = re.compile(r"\s(?:or|if|else)\s|\?")
"""In a value of code: which one it is depends on what runs."""
RUN_OF = re.compile(
    r"(?<!\S)--model(?:[-_](?:name|id|path|name[-_]or[-_]path|type))?(?:=|\s+)[\"']?(?P<model>[A-Za-z][\w./-]*)"
)
"""In a command: the model that it runs."""
CHOICES = re.compile(r"\{[^{}:]*[,|][^{}:]*\}")
"""What an option may be, in a command's help."""
LOGGED = re.compile(r"(?:\s{2,}|\|\s*)\w+(?: \w+)?:\s")
"""In a value: a line of a log goes on with its next key."""
WORD = re.compile(r"[a-z]+")
LONG = 200  # characters: a longer item is a paragraph


def read_lines(element: Element, subject: str, lexicon: Lexicon) -> Iterator[Parameter]:
    """The values of `subject` that an element's lines state; a key that says two values states none."""
    text, code = element["text"], "\n" in element["text"] or element["type"] == "CodeSnippet"
    if any(not akin(match["model"], subject) for match in RUN_OF.finditer(text)):
        return
    patterns = (PAIR, ARGUMENT, OPTION) if code else (PAIR,)
    seen: dict[str, set[str]] = {}
    facts: list[Parameter] = []
    for match in (match for pattern in patterns for match in pattern.finditer(text)):
        names = label(match["key"], lexicon)
        value = COMMENT.sub("", match["value"]).rstrip(",;").strip("\"'`")
        if not names or (not code and UNSURE.search(value)):
            continue
        if CHOICES.fullmatch(value) or LOGGED.search(value) or (code and EITHER.search(value)):
            continue
        start, end = match.start() + len(match[0]) - len(match[0].lstrip()), match.end()
        for name, held in cell_values(value, names, lexicon).items():
            if name in names and name not in {fact.name for fact in facts if fact.start == start}:
                seen.setdefault(name, set()).add(held.text)
                unit = lexicon.parameters[name].unit or None
                facts.append(
                    Parameter(subject, name, held.text, held.number, unit, element["id"], text[start:end], start, end)
                )
    yield from (fact for fact in facts if len(seen[fact.name]) == 1)


def akin(run: str, subject: str) -> bool:
    """Whether what is run or told of has a word of the subject's name: its family, however it is spelt."""
    named = {word for word in WORD.findall(subject.lower()) if len(word) > 1}
    return not named or bool(named & set(WORD.findall(run.lower())))


def is_lines(element: Element, lexicon: Lexicon) -> bool:
    """Whether an element is settings: a snippet of code, lines of key and value, an item whose key is a parameter."""
    text = element["text"]
    if element["type"] == "CodeSnippet":
        return True
    if text.count("\n") > 1 and element["type"] != "ListItem":
        return 2 * sum(bool(PAIR.match(line)) for line in text.split("\n")) >= text.count("\n")
    match = PAIR.match(text) if len(text) < LONG else None
    return bool(match and label(match["key"], lexicon))
