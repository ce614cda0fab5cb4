"""Do passages say a statement? An own reading, which shares nothing with the writer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from benchmarks.citation.numbers import numbers, scaled
from benchmarks.citation.passages import Column, Passage
from benchmarks.citation.statements import Statement
from benchmarks.citation.words import Finder, Said, spoken, squeezed, tokens, words

DEFAULT = " (transformers default)"  # a model that is a configuration class with its default values
CODE = "ConfigClass"
EXCEPTED = re.compile(r"\b(?:except|other than|but not)\b")
QUALIFIES = re.compile(r"-(?:AI|style|like|based|inspired)\b")
HARDWARE = "hardware"
VENDOR = re.compile(r"(?<=\d)\s?[x×]\s?(?=[A-Z])|\b(?:NVIDIA|AMD|Google|Tesla)\b", re.IGNORECASE)
APART = 20  # letters that a sign between two clauses counts as


class Judge:
    """Judges statements on the entities of one build; `parts` has the token of each part that pages name."""

    def __init__(self, entities: Iterable[Mapping[str, Any]], parts: Mapping[str, str]) -> None:
        self._parts = parts
        models = {one["name"]: _glued(one["name"]) for one in entities if one["kind"] == "model"}
        others = {one["name"]: [one["name"], *one["aliases"]] for one in entities if one["kind"] != "model"}
        self._names = Finder({name: ways for name, ways in models.items() if DEFAULT not in name}, in_order=False)
        self._others = Finder(others, in_order=True)
        self._parameters = Finder(words().parameters, in_order=True)

    def _models(self, text: str) -> list[Said]:
        """The models that a text names; a name of capitals alone is written so: VALUE is not `Value`.

        Neither a maker (DeepSeek-AI) nor a manner (Llama-style) is a model.
        """
        found = self._names(text)
        return [
            one
            for one in found
            if (not (one.what.isalpha() and one.what.isupper()) or text[one.start : one.end].isupper())
            and not QUALIFIES.match(text, one.end)
        ]

    def supports(self, statement: Statement, passages: Sequence[Passage]) -> bool:
        """Whether the passages, taken together, say the statement."""
        if statement.kind in ("sentence", "section"):
            return _line(statement.text) == _line(" ".join(passage.span for passage in passages))
        if statement.kind == "entry":
            return any(statement.text in passage.span for passage in passages)
        passages = self._renamed(passages)
        if statement.kind == "name":
            return self._named(statement.subject, passages)
        if statement.kind == "relation":
            return any(self._relates(statement, passage) for passage in passages)
        if statement.kind == "parts":
            near = [passage for passage in _together(passages) if self._about(statement.subject, passage)]
            return all(self._has(self._parts.get(part, part), near) for part in statement.text.split(" + "))
        return any(self._states(statement, passage) for passage in _together(passages))

    # values

    def _states(self, statement: Statement, passage: Passage) -> bool:
        """The span, with its heads, gives the parameter of the subject this value."""
        if DEFAULT in statement.subject:
            if not _is_class(statement.subject, passage):
                return False
            return bool(self._values(statement, passage.span)) and self._calls(statement.relation, passage.span)
        if passage.columns:
            return any(self._cell_states(statement, column, passage) for column in passage.columns)
        return any(self._prose_states(statement, found, passage) for found in self._values(statement, passage.span))

    def _cell_states(self, statement: Statement, column: Column, passage: Passage) -> bool:
        if not self._values(statement, column.text, " ".join(column.heads)):
            return False
        if not _told(statement) and not any(
            self._calls(statement.relation, text) for text in (*column.heads, column.text)
        ):
            return False
        near = [text for text in column.heads if self._models(text)]
        if any(self._is_named(statement.subject, text) for text in near):
            return True
        if any(self._composed(statement.subject, text, passage) for text in column.heads):
            return True
        return not near and self._under(statement.subject, passage)

    def _prose_states(self, statement: Statement, value: Said, passage: Passage) -> bool:
        return self._parameter_at(statement, value, passage) and self._subject_at(statement, value, passage)

    def _parameter_at(self, statement: Statement, value: Said, passage: Passage) -> bool:
        """The value tells its parameter, or of the parameters that the span names the right one is nearest to it."""
        if _told(statement):
            return True
        units = [token for token, _, _ in tokens(statement.text)]
        called = [
            one
            for one in self._parameters(passage.span)
            if not _within(one, value)
            and (one.what == statement.relation or passage.span[one.start : one.end].lower().rstrip("s") not in units)
        ]
        mine = [one for one in called if one.what == statement.relation]
        if not mine:
            above = (passage.before, *passage.heads)
            return not called and any(self._calls(statement.relation, text) for text in above)
        others = [one for one in called if not any(_same(one, own) for own in mine)]
        return _gap(value, mine, passage.span) <= _gap(value, others, passage.span)

    def _subject_at(self, statement: Statement, value: Said, passage: Passage) -> bool:
        """Of the models that the span names the right one is nearest to the value; if it names none, its heads do."""
        parameters = self._parameters(passage.span)
        named = [one for one in self._models(passage.span) if not any(_within(one, held) for held in parameters)]
        own = [one for one in (*named, *self._others(passage.span)) if one.what == statement.subject]
        if own:
            others = [one for one in named if one.what != statement.subject]
            return _gap(value, own, passage.span) <= _gap(value, others, passage.span)
        clause = _clause(passage.span, value)
        if self._composed(statement.subject, clause, passage):
            return True
        return not named and self._under(statement.subject, passage)

    def _values(self, statement: Statement, text: str, head: str = "") -> list[Said]:
        """Where a text has the value."""
        wanted = numbers(statement.text)
        if _told(statement) or statement.text in words().values or not wanted:
            items = statement.text.split(", ")
            known = {**words().values, **{item: [item, *words().values.get(item, ())] for item in items}}
            read = VENDOR.sub(lambda held: " " * len(held[0]), text) if statement.relation == HARDWARE else text
            said = [one for one in Finder(known, in_order=True)(read) if one.what in items]
            return said if {one.what for one in said} == set(items) else []
        found = [(one, scaled(one.values, head)) for one in numbers(text)]
        if not all(any(one.values & values for _, values in found) for one in wanted):
            return []
        return [Said("", one.start, one.end) for one, values in found if one and values & wanted[0].values]

    def _calls(self, parameter: str, text: str) -> bool:
        return any(one.what == parameter for one in self._parameters(text))

    # names

    def _renamed(self, passages: Sequence[Passage]) -> Sequence[Passage]:
        """The passages as one reads them whom one of them told that a model was renamed: with its present name."""
        known = {old: new for passage in passages for old, new in self._renames(passage.span)}
        return [passage.reworded(known) for passage in passages] if known else passages

    def _renames(self, text: str) -> Iterable[tuple[str, str]]:
        """The word of a former name and the one in its place, where a text says a model's former name with its own."""
        if not Finder({"": words().renamed}, in_order=True)(text):
            return
        held = spoken(text)
        for one in self._models(text):
            name = Counter(spoken(one.what))
            for at in range(len(held)):
                run = Counter(held[at : at + name.total()])
                gone, new = [*(run - name).elements()], [*(name - run).elements()]
                if len(gone) == len(new) == 1 and (gone[0] + new[0]).isalpha():
                    yield gone[0], new[0]

    def _is_named(self, subject: str, text: str) -> bool:
        return any(one.what == subject for one in (*self._models(text), *self._others(text)))

    def _under(self, subject: str, passage: Passage) -> bool:
        """The subject is named at the head of a span that names no model: in its paragraph, or above it.

        If no model is named there, another citation to the same document may name it.
        """
        above = (passage.before, *passage.heads)
        if any(self._is_named(subject, text) for text in above):
            return True
        named = any(self._models(text) for text in above)
        return not named and any(self._is_named(subject, text) for text in passage.beside)

    def _composed(self, subject: str, near: str, passage: Passage) -> bool:
        """A part of the name stands in `near`, the rest in its heads: `8B` under Qwen3."""
        wanted = [token for token, _, _ in tokens(subject)]
        texts = (near, passage.before, *passage.heads, *passage.beside)
        return any(_in_parts(wanted, near, text) for text in texts)

    def _named(self, subject: str, passages: Sequence[Passage]) -> bool:
        """A passage names it whole, or one a part of the name and another the rest."""
        if any(_is_class(subject, passage) or self._under(subject, passage) for passage in passages):
            return True
        texts = [text for passage in passages for text in _all(passage)]
        if any(self._is_named(subject, text) for text in texts):
            return True
        wanted = [token for token, _, _ in tokens(subject)]
        far = [*texts, *(text for passage in passages for text in (passage.before, *passage.heads))]
        return any(_in_parts(wanted, near, text) for near in texts for text in far)

    # relations

    def _relates(self, statement: Statement, passage: Passage) -> bool:
        text = f"{passage.span} " + " ".join(text for column in passage.columns for text in column.above)
        cues = Finder({statement.relation: words().relations.get(statement.relation, [])}, in_order=True)
        return (
            self._about(statement.subject, passage)
            and self._is_named(statement.object, text)
            and bool(cues(text) or passage.columns)
        )

    def _about(self, subject: str, passage: Passage) -> bool:
        """The subject is named in the span, or at its head."""
        if _is_class(subject, passage) or any(self._is_named(subject, text) for text in _all(passage)):
            return True
        if self._composed(subject, passage.span, passage):
            return True
        return not self._models(passage.span) and self._under(subject, passage)

    # parts

    def _has(self, part: str, passages: Sequence[Passage]) -> bool:
        """A passage names the part, or the numbers of heads that the passages state make it."""
        find = Finder({part: words().parts.get(part, [])}, in_order=True)
        if any(find(text) for passage in passages for text in _all(passage)):
            return True
        many, few = (self._count(name, passages) for name in ("heads", "key-value heads"))
        counted = {
            "attention:mqa": few == 1,
            "attention:mha": few is not None and few == many,
            "attention:gqa": few is not None and many is not None and 1 < few < many,
        }
        return counted.get(part, False)

    def _count(self, parameter: str, passages: Sequence[Passage]) -> float | None:
        """The number that a cell of a table, or the nearest words of a line, give to a parameter."""
        for passage in passages:
            for column in passage.columns:
                above = self._parameters(" ".join(column.above))
                called = above or [one for text in column.left for one in self._parameters(text)]
                if numbers(column.text) and called and all(one.what == parameter for one in called):
                    return max(numbers(column.text)[-1].values)
            called, named = self._parameters(passage.span), self._models(passage.span)
            for number in () if passage.columns else numbers(passage.span):
                place = Said("", number.start, number.end)
                nearest = min(called, key=lambda one: _gap(place, [one], passage.span), default=None)
                if nearest and nearest.what == parameter and not any(_within(place, one) for one in named):
                    return max(number.values)
        return None


def _is_class(subject: str, passage: Passage) -> bool:
    """Whether the passage is the configuration class that the subject is called after."""
    name = squeezed(subject.removesuffix(DEFAULT)) + "config"
    return subject.endswith(DEFAULT) and passage.kind == CODE and squeezed("".join(passage.sections[-1:])) == name


def _together(passages: Sequence[Passage]) -> list[Passage]:
    """The passages, each with the spans of the others that are of its document."""
    return [
        replace(
            one, beside=tuple(other.span for other in passages if other is not one and other.document == one.document)
        )
        for one in passages
    ]


def _glued(name: str) -> list[str]:
    """A name, and one that is words alone also as a page shows it that sets the second below: BERTBASE."""
    return [name, name.replace(" ", "")] if name.replace(" ", "").isalpha() and " " in name else [name]


def _all(passage: Passage) -> list[str]:
    return [passage.span, *(text for column in passage.columns for text in column.heads)]


def _clause(text: str, value: Said) -> str:
    """The part of a text that a value stands in, up to what is excepted from it."""
    cuts = [0, *(match.start() for match in EXCEPTED.finditer(text)), len(text)]
    return next((text[start:end] for start, end in pairwise(cuts) if start <= value.start < end), text)


def _told(statement: Statement) -> bool:
    return statement.relation in words().told


def _in_parts(wanted: Sequence[str], near: str, far: str) -> bool:
    """Whether some words of a name run in `near`, with its size, and all others in `far`."""
    here, there = ([token for token, _, _ in tokens(text)] for text in (near, far))
    for start in range(len(wanted)):
        for end in range(start + 1, len(wanted) + 1):
            part, rest = wanted[start:end], [*wanted[:start], *wanted[end:]]
            if rest and any(map(_is_size, part)) and _runs(part, here) and _runs(rest, there):
                return True
    return False


def _is_size(token: str) -> bool:
    return bool(re.fullmatch(r"[\d.]+", token))


def _runs(part: Sequence[str], held: Sequence[str]) -> bool:
    plain = [token for token in held if token != "v"]
    wanted = sorted(token for token in part if token != "v")
    return any(sorted(plain[at : at + len(wanted)]) == wanted for at in range(len(plain) - len(wanted) + 1))


def _within(one: Said, other: Said) -> bool:
    return one.start >= other.start and one.end <= other.end


def _same(one: Said, other: Said) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _gap(value: Said, others: Iterable[Said], text: str) -> float:
    """How far the nearest is from a value: the letters and digits between them, and signs that end a clause."""
    between = (text[min(one.end, value.end) : max(one.start, value.start)] for one in others)
    far = (sum(map(str.isalnum, part)) + APART * sum(sign in ",;()" for sign in part) for part in between)
    return min(far, default=float("inf"))


def _line(text: str) -> str:
    return " ".join(text.split())
