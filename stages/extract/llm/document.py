"""The facts of one document by a language model, and how they agree with those of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

from stages.core.answers import remembered
from stages.core.llm import Answering, Unanswered, Unreachable, answering
from stages.core.run.errors import UserError
from stages.core.table import Unsettled
from stages.extract import LanguageModel
from stages.extract.document import facts_of, given_up, read_document
from stages.extract.facts import Document, Element
from stages.extract.lexicon import Lexicon
from stages.extract.llm.ask import messages, schema
from stages.extract.llm.verify import KEPT, Dropped, claims, is_whole, parameter, relation
from stages.extract.names import find_mentions

READ = {"NarrativeText", "ListItem", "Table", "FigureCaption", "FrontMatter", "ConfigClass"}
PATIENCE = 3  # documents in a row without an answer, after which no more are tried
Row = dict[str, Any]
Payloads = dict[str, Row | None]


class Unreadable(Unanswered):
    """The model speaks, but not JSON of the schema."""


class ByModel:
    """`facts_of` with a model instead of rules; with `both`, the facts of both, and how far they agree."""

    def __init__(self, lexicon: Lexicon, settings: LanguageModel, *, both: bool) -> None:
        self._lexicon, self._settings, self._both = lexicon, settings, both
        self._schema = schema(sorted(lexicon.parameters))
        self._answering: Answering | None = None
        self._silent = 0

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_answering": None}

    def __call__(self, row: Row) -> Payloads:
        """The row of facts/ for a row of elements/; given up, and asked again next time, where the model is silent.

        Raises UserError where it is silent for all.
        """
        rules = facts_of(self._lexicon, row)["facts"]
        assert rules is not None
        try:
            found = self._by_model(row)
        except Unanswered as silence:
            self._silent += not isinstance(silence, Unreadable)
            if isinstance(silence, Unreachable) or self._silent == PATIENCE:
                raise unusable(self._settings, str(silence)) from None
            made = {"facts": {**rules, "given_up": f"model: {silence}"}} if self._both else None
            return Unsettled(made or given_up(row, "model", str(silence)))
        if not self._both:
            return {"facts": {**rules, **found}}
        return {"facts": {**rules, **_together(rules, found)}}

    def _by_model(self, row: Row) -> Row:
        document = read_document(row, self._lexicon)
        asked = [element for element in document.elements if self._may_state(element)]
        asked = asked[: self._settings.elements or None]
        parameters: list[Row] = []
        relations: list[Row] = []
        checks: list[str] = []
        with ThreadPoolExecutor(self._settings.concurrency) as pool:
            answers = list(pool.map(lambda element: self._ask(element, document), asked))
        self._silent = 0 if asked else self._silent
        if asked and not any(map(is_whole, answers)):
            raise Unreadable("no answer is JSON of the schema")
        for element, answer in zip(asked, answers, strict=True):
            for check, kind, fact in self._believed(answer, element, document):
                checks.append(check)
                if fact:
                    (parameters if kind == "parameters" else relations).append(fact)
        return {"parameters": _unique(parameters), "relations": _unique(relations), "checks": checks}

    def _may_state(self, element: Element) -> bool:
        """Whether a fact may stand in an element at all: it names something, or has a number."""
        text = element["text"]
        able = element["type"] in READ and len(text.split()) > 1
        return able and (any(letter.isdigit() for letter in text) or any(find_mentions(text, self._lexicon)))

    def _ask(self, element: Element, document: Document) -> str:
        """The answer about one element; one that is no JSON is asked for again, as often as the config says."""
        asked = messages(element, document, self._settings.characters)
        question = {**self._settings.identity(), "schema": self._schema, "messages": asked}
        for _ in range(self._settings.retries + 1):
            answer = remembered(question, lambda: self._model().answer(asked, self._schema), is_whole)
            if is_whole(answer):
                break
        return answer

    def _model(self) -> Answering:
        if self._answering is None:
            self._answering = answering(self._settings)
        return self._answering

    def _believed(self, answer: str, element: Element, document: Document) -> Iterator[tuple[str, str, Row | None]]:
        """For each claim of an answer: kept or why not, its kind, and the fact."""
        try:
            held = claims(answer)
        except Dropped as reason:
            yield str(reason), "", None
            return
        readers: tuple[Callable[..., Any], ...] = (parameter, relation)
        for kind, read, found in zip(("parameters", "relations"), readers, held, strict=True):
            for claim in found:
                try:
                    yield KEPT, kind, asdict(read(claim, element, document, self._lexicon))
                except Dropped as reason:
                    yield str(reason), kind, None


def unusable(settings: LanguageModel, reason: str) -> UserError:
    """What a person is told whose model gives nothing to build on."""
    return UserError(f"extractor.llm: {reason}; asked was {settings.place()}; run again when it answers")


def _together(rules: Row, found: Row) -> Row:
    """The facts of the rules, and those of the model that the rules do not have; and how far the parameters agree."""
    ours, theirs = _values(rules["parameters"]), _values(found["parameters"])
    agreement = [_agree(ours.get(pair), theirs.get(pair)) for pair in sorted({*ours, *theirs})]
    more = [fact for fact in found["parameters"] if _value(fact) not in ours.get(_pair(fact), ())]
    stated = {_triple(fact) for fact in rules["relations"]}
    other = [fact for fact in found["relations"] if _triple(fact) not in stated]
    merged = {"parameters": rules["parameters"] + more, "relations": rules["relations"] + other}
    return {**merged, "checks": found["checks"], "agreement": agreement}


def _values(facts: list[Row]) -> dict[tuple[str, str], set[float | str]]:
    """The values of each parameter of each model."""
    values: dict[tuple[str, str], set[float | str]] = {}
    for fact in facts:
        values.setdefault(_pair(fact), set()).add(_value(fact))
    return values


def _agree(ours: set[float | str] | None, theirs: set[float | str] | None) -> str:
    if ours and theirs:
        return "both" if ours & theirs else "another value"
    return "rules only" if ours else "model only"


def _pair(fact: Row) -> tuple[str, str]:
    return fact["subject"], fact["name"]


def _value(fact: Row) -> float | str:
    return fact["number"] if fact["number"] is not None else str(fact["value"]).lower()


def _triple(fact: Row) -> tuple[str, str, str]:
    return fact["subject"], fact["predicate"], fact["object"]


def _unique(facts: list[Row]) -> list[Row]:
    return list({tuple(fact.values()): fact for fact in facts}.values())
