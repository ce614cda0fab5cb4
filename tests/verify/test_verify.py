"""`litmill verify` finds each kind of fault in a page, and none in a sound one."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import replace
from typing import Any

import pytest

from litmill.verify import claims
from litmill.verify.evidence import Evidence
from litmill.verify.numbers import lengths, numbers
from litmill.verify.pages import faults_of

TEXT = "Heron 7B has 32 layers and a context of 4,096 tokens. Heron 13B has 40 layers."
SENTENCE = TEXT[:53]


def fact(kind: str, quote: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(quote)
    return {"is": kind, "start": start, "end": start + len(quote), **more}


def value(name: str, subject: str, quote: str, text: str, unit: str = "") -> dict[str, Any]:
    return fact("parameters", quote, name=name, subject=subject, value=text, unit=unit)


EVIDENCE = Evidence(
    documents=frozenset({"a.md"}),
    texts={("a.md", "e"): TEXT, ("a.md", "f"): "Kestrel is another model."},
    facts={
        ("a.md", "e"): [
            fact("mentions", "Heron 7B", entity="Heron 7B"),
            fact("mentions", "Heron 13B", entity="Heron-13B"),
            value("layers", "Heron 7B", "has 32 layers", "32"),
            value("context", "Heron 7B", "context of 4,096 tokens", "4,096", "tokens"),
            value("layers", "Heron 13B", "has 40 layers", "40"),
        ],
        ("a.md", "f"): [{"is": "mentions", "entity": "Kestrel", "start": 0, "end": 7}],
    },
    entities={"heron-7b": "Heron 7B", "heron-13b": "Heron 13B", "kestrel": "Kestrel"},
    ids={"heron7b": "heron-7b", "heron13b": "heron-13b", "kestrel": "kestrel"},
)


def citation(number: int, quote: str) -> dict[str, Any]:
    start = TEXT.index(quote)
    sha256 = hashlib.sha256(quote.encode()).hexdigest()
    place = {"document": "a.md", "element": "e", "start": start, "end": start + len(quote)}
    return {"number": number, **place, "quote": quote, "sha256": sha256}


def cell(text: str, *citations: int, entity: str = "", parameter: str = "") -> dict[str, Any]:
    return {"text": text, "citations": list(citations), "entity": entity, "parameter": parameter}


def block(kind: str, text: str = "", cells: tuple[dict[str, Any], ...] = (), citations: tuple[int, ...] = ()) -> Any:
    held = sorted({number for one in cells for number in one["citations"]} | set(citations))
    return {"kind": kind, "text": text, "cells": list(cells), "citations": held, "evidence": []}


PAGE = {
    "document": "models/heron-7b",
    "about": "heron-7b",
    "files": [],
    "citations": [
        citation(1, SENTENCE),
        citation(2, "has 32 layers"),
        citation(3, "context of 4,096 tokens"),
        citation(4, "has 40 layers"),
    ],
    "blocks": [
        block("sentence", SENTENCE, citations=(1,)),
        block("row", cells=(cell("layers"), cell("32", 2, entity="heron-7b", parameter="layers"))),
        block("row", cells=(cell("context"), cell("4,096 tokens", 3, entity="heron-7b", parameter="context"))),
    ],
}


SUMMARY = (
    cell("Heron 7B", 1, entity="heron-7b"),
    cell("32", 2, entity="heron-7b", parameter="layers"),
    cell("4,096 tokens", 3, entity="heron-7b", parameter="context"),
)


def test_a_sound_page_has_no_fault():
    assert list(faults_of(PAGE, EVIDENCE)) == []
    assert list(faults_of(PAGE | {"blocks": [block("summary", cells=SUMMARY)]}, EVIDENCE)) == []


@pytest.mark.parametrize(
    ("text", "sound"), [("4096", True), ("4096 tokens", True), ("4096 bytes", False), ("4k", False), ("4097", False)]
)
def test_a_number_is_written_in_more_than_one_way(text: str, sound: bool) -> None:
    cells = (*SUMMARY[:2], cell(text, 3, entity="heron-7b", parameter="context"))
    assert bool(reasons(PAGE | {"blocks": [block("summary", cells=cells)]})) is not sound


@pytest.mark.parametrize(
    ("at", "other", "reason"),
    [
        (0, {"text": "Heron 13B"}, "not the name of an entity"),
        (1, {"text": "33"}, "value of none of its sources"),
        (1, {"parameter": "heads"}, "source does not state it"),
        (2, {"citations": [2]}, "source does not state it"),
    ],
)
def test_a_summary_that_says_something_else(at: int, other: dict[str, Any], reason: str) -> None:
    cells = [held | other if place == at else held for place, held in enumerate(SUMMARY)]
    assert reason in reasons(PAGE | {"blocks": [block("summary", cells=tuple(cells))]})


@pytest.mark.parametrize(
    ("text", "sound"), [("499M", True), ("0.499B", True), ("499,000,000", True), ("0.5B", False), ("499B", False)]
)
def test_a_value_reads_by_its_number_whatever_its_scale(text: str, sound: bool) -> None:
    stated = {"is": "parameters", "subject": "Heron 7B", "name": "parameters", "value": "499M", "unit": "parameters"}
    facts = {("a.md", "e"): [{**stated, "start": 0, "end": 9}]}
    evidence = Evidence(frozenset({"a.md"}), {}, facts, {"heron-7b": "Heron 7B"}, {"heron7b": "heron-7b"})
    place = {"document": "a.md", "element": "e", "start": 0, "end": 9}
    held = {"text": text, "parameter": "parameters", "entity": "heron-7b"}
    assert claims.value(held, [place], evidence) == ("" if sound else "value of none of its sources")


def reasons(page: dict[str, Any], evidence: Evidence = EVIDENCE) -> set[str]:
    return {fault.reason for fault in faults_of(page, evidence)}


def changed(**citation_fields: Any) -> dict[str, Any]:
    page = copy.deepcopy(PAGE)
    page["citations"][1] |= citation_fields
    return page


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"document": "b.md"}, "document is gone"),
        ({"element": "g"}, "element is gone"),
        ({"element": "f"}, "quote is not at its place"),
        ({"start": 8}, "quote is not at its place"),
        ({"quote": "has 33 layers"}, "quote is not at its place"),
        ({"sha256": "0"}, "hash is of another quote"),
        ({"quote": "", "end": 9}, "quote is not at its place"),
    ],
)
def test_a_citation_that_does_not_hold(fields, reason):
    assert reasons(changed(**fields)) == {reason}


def with_row(*cells: dict[str, Any]) -> dict[str, Any]:
    return {**PAGE, "blocks": [block("row", cells=cells)]}


LAYERS = {"entity": "heron-7b", "parameter": "layers"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ((cell("layers"), cell("33", 2, **LAYERS)), "value of none of its sources"),
        ((cell("layers"), cell("32", 3, **LAYERS)), "source does not state it"),
        ((cell("layers"), cell("40", 4, **LAYERS)), "source does not state it"),  # of another model
        ((cell("context"), cell("32", 2, **LAYERS)), "label of another parameter"),
        ((cell("layers"), cell("32", **LAYERS)), "no source"),
        ((cell("Heron 8B", entity="heron-7b"), cell("32", 2, **LAYERS)), "not the name of an entity"),
        (
            (cell("Heron 13B", entity="heron-13b"), cell("40", 4, entity="heron-13b", parameter="layers")),
            "value of another entity than the page is about",
        ),
        (
            (cell("Heron 13B", entity="heron-13b"), cell("32", 2, **LAYERS)),
            "values of two entities in one row",
        ),
        ((cell("works with", 4), cell("Kestrel", 4, entity="kestrel")), "source speaks of something else"),
    ],
)
def test_a_row_that_its_sources_do_not_bear_out(cells, reason):
    assert reason in reasons(with_row(*cells))


def test_on_the_page_of_a_part_stand_models_whose_value_it_is() -> None:
    evidence = replace(EVIDENCE, entities={**EVIDENCE.entities, "32": "32"}, ids={**EVIDENCE.ids, "32": "32"})
    page = {**with_row(cell("Heron 7B", entity="heron-7b"), cell("32", 2, **LAYERS)), "about": "32"}
    assert not reasons(page, evidence)
    assert reasons({**page, "about": "kestrel"}, evidence) == {"value of another entity than the page is about"}


@pytest.mark.parametrize("text", [SENTENCE.replace("32", "33"), SENTENCE.replace("layers", "heads"), ""])
def test_a_sentence_that_is_not_its_quote(text):
    assert reasons({**PAGE, "blocks": [block("sentence", text, citations=(1,))]}) == {"differs from its quote"}


def test_white_space_is_no_difference():
    assert not reasons({**PAGE, "blocks": [block("sentence", SENTENCE.replace(" ", "\n "), citations=(1,))]})


@pytest.mark.parametrize(
    ("one", "other"),
    [("4,096", "4096"), ("7B", "7 billion"), ("1e-4", "0.0001"), ("131_072", "131072")],
)
def test_numbers_are_compared_by_value(one, other):
    assert numbers(one) == numbers(other) != set()


def test_thousands_of_a_length_may_be_those_of_1024() -> None:
    assert lengths("8k tokens, 0.5 K, 7B, 3 km") == {"8192", "512"}
