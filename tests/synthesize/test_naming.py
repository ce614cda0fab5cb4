"""Whose value a quote states: read in the quote, in its paragraph, above it, or where its document names the model."""

from __future__ import annotations

from typing import Any

import pytest

from litmill.verify.claims import value
from litmill.verify.evidence import Evidence
from stages.core.quotes import Cell, Quote
from stages.synthesize.load import _mentions
from stages.synthesize.naming import attributed, naming, present
from stages.synthesize.sources import Sources
from stages.synthesize.values import name_of, stated
from tests.synthesize.builders import document, entity, sources_of

TITLE = "Birds at scale"
INTRODUCED = "We propose the Kestrel, a network for long texts."
STATED = "It has 24 layers in all."
BARE = "We set the number of layers to 24."


def of(*texts: str, title: str = TITLE, name: str = "Kestrel", sections: tuple[str, ...] = ()) -> Sources:
    """A document with these paragraphs; `sections` are the headings that the paragraphs stand under, in turn."""
    held = document(title, list(texts), "a.md")
    for element, section in zip(held["elements"][1:], sections, strict=False):
        element["section"] = [title, section]
    return sources_of({"a.md": held}, [entity("kestrel", name)])


def quote(sources: Sources, at: int) -> Quote:
    text = sources.documents["a.md"].elements[at]["text"]
    return Quote("a.md", f"e{at}", 0, len(text), text)


def places(sources: Sources, *numbers: int, most: int | None = None) -> list[str]:
    found = attributed(sources, "kestrel", [quote(sources, at) for at in numbers], most)
    return [one.element for one in found]


def test_a_quote_without_its_model_is_cited_with_the_place_that_names_it() -> None:
    assert places(of(INTRODUCED, BARE), 2) == ["e2", "e1"]


@pytest.mark.parametrize("title", ["Kestrel", "Kestrel: a report"])
def test_a_quote_under_the_name_of_its_model_stands_alone(title: str) -> None:
    assert places(of(INTRODUCED, BARE, title=title), 2) == ["e2"]
    assert places(of(INTRODUCED, BARE, sections=("1", "2 The Kestrel")), 2) == ["e2"]


def test_what_its_paragraph_names_before_it_needs_no_second_place() -> None:
    text = f"The Kestrel is small. {STATED}"
    sources = of(INTRODUCED, text)
    start = text.index(STATED)
    held = Quote("a.md", "e2", start, len(text), STATED)
    assert attributed(sources, "kestrel", [held]) == [held]
    assert attributed(of(INTRODUCED, f"{STATED} So has the Kestrel."), "kestrel", [Quote("a.md", "e2", 0, 24, STATED)])[
        1:
    ]


def test_places_that_name_their_model_come_alone() -> None:
    sources = of(INTRODUCED, BARE, "The Kestrel has 24 layers.", "A Kestrel of 24 layers was trained.")
    assert places(sources, 2, 3, 4) == ["e3", "e4"]
    assert places(sources, 2, 3, 4, most=1) == ["e3"]


def test_the_nearest_place_of_the_section_names_it_or_else_the_first() -> None:
    told = ("The Kestrel is trained in two steps.", BARE, "The Kestrel sees much text.")
    assert places(of(INTRODUCED, *told, sections=("1", "2", "2", "2")), 3) == ["e3", "e2"]
    assert places(of(INTRODUCED, *told, sections=("1", "2", "3", "3")), 3) == ["e3", "e1"]


def test_the_family_names_a_size_that_a_row_has() -> None:
    held = document(TITLE, [INTRODUCED, "13B | 40"], "a.md")
    sources = sources_of({"a.md": held}, [entity("kestrel", "Kestrel"), entity("kestrel-13b", "Kestrel 13B")])
    assert [one.element for one in attributed(sources, "kestrel-13b", [quote(sources, 2)])] == ["e2", "e1"]


def test_a_value_of_a_model_that_its_document_never_names_has_no_source() -> None:
    assert places(of(BARE), 1) == []


def test_a_name_is_cited_where_it_is_said() -> None:
    text = f"The Kestrel is small. {STATED}"
    sources = of(INTRODUCED, text)
    found = naming(sources, "kestrel", [Quote("a.md", "e2", text.index(STATED), len(text), STATED)])
    assert [one.text for one in found] == ["Kestrel"]
    assert naming(sources, "kestrel", [quote(sources, 1), quote(sources, 2)]) == [quote(sources, 1), quote(sources, 2)]


def test_a_configuration_class_is_called_after_its_model() -> None:
    sources = of(INTRODUCED, "n_layer: int = 24", name="OspreyKestrel (transformers default)")
    line = quote(sources, 2)
    assert places(sources, 2) == [] and naming(sources, "kestrel", [line]) == [line]
    sources.documents["a.md"].elements[2]["type"] = "ConfigClass"
    assert places(sources, 2) == ["e2"] and naming(sources, "kestrel", [quote(sources, 1), line]) == [line]


TOLD = "The Kestrel 7B, formerly Ouzel 7B, is still served."


def renamed(*texts: str, told: bool = True) -> Sources:
    """Paragraphs under the earlier name of a model, of which another document tells the new one."""
    held = {"a.md": document("Ouzel 13B", list(texts), "a.md"), "b.md": document("News", [TOLD], "b.md")}
    where = {"former": "Ouzel 13B", "document": "b.md", "element": "e1", "start": 0, "end": len(TOLD), "quote": TOLD}
    sources = sources_of(held, [entity("kestrel", "Kestrel 13B")], renames={"kestrel": [where]} if told else {})
    sources.mentions["kestrel"] = [("a.md", "e0", 0, 9)]
    return sources


def test_a_quote_under_an_earlier_name_is_cited_with_the_place_that_tells_the_new_one() -> None:
    sources = renamed(BARE, "It has 24 layers.")
    assert places(sources, 1, 2) == places(sources, 1, 2, most=1) == ["e1", "e1"]
    found = naming(sources, "kestrel", [quote(sources, 1)])
    assert [(one.document, one.text) for one in found] == [("a.md", "Ouzel 13B"), ("b.md", TOLD)]
    assert [one.document for one in present(sources, [quote(sources, 1)], "other", "kestrel")] == ["a.md", "b.md"]


def test_a_row_under_an_earlier_name_names_the_model_by_both_places() -> None:
    sources = renamed(BARE)
    cell = Cell("24", tuple(attributed(sources, "kestrel", [quote(sources, 1)])), entity="kestrel", parameter="layers")
    assert [one.text for one in name_of(sources, "kestrel", [cell]).quotes] == ["Ouzel 13B", TOLD]


def test_a_quote_with_the_present_name_stands_alone() -> None:
    sources = renamed(BARE, "The Kestrel, once the Ouzel, has 24 layers.")
    assert places(sources, 1, 2) == ["e2"]


def test_a_value_under_an_earlier_name_whose_change_no_place_tells_is_left_out() -> None:
    sources = renamed(BARE)
    sources.documents["b.md"].elements[1]["text"] = "The Kestrel is still served."
    assert places(sources, 1) == []


def test_a_place_that_has_the_value_in_other_words_does_not_stand_for_it() -> None:
    sources = of(INTRODUCED, "We read 5.7 trillion tokens.", "The Kestrel read 5.7T tokens.")
    told = [{"document": "a.md", "element": f"e{at}", "quote": quote(sources, at).text} for at in (2, 3)]
    held = {"entity": "kestrel", "name": "training tokens", "value": "5.7 trillion", "unit": "tokens", "sources": told}
    assert [one.element for one in stated(sources, held).quotes] == ["e2", "e1"]


@pytest.mark.parametrize(("named", "reason"), [("Kestrel", ""), ("Merlin", "source does not state it")])
def test_the_check_takes_a_place_that_names_the_model_beside_one_that_states_the_value(named: str, reason: str) -> None:
    span = {"start": 0, "end": 9}
    states = {"is": "parameters", "subject": "Kestrel", "name": "layers", "value": "24", "unit": None, **span}
    names = {"is": "mentions", "entity": named, **span}
    facts: Any = {("a.md", "e1"): [names], ("a.md", "e2"): [states], ("b.md", "e1"): [names]}
    ids = {"kestrel": "kestrel", "merlin": "merlin"}
    evidence = Evidence(frozenset({"a.md", "b.md"}), {}, facts, {"kestrel": "Kestrel", "merlin": "Merlin"}, ids)
    cell = {"text": "24", "parameter": "layers", "entity": "kestrel"}
    one, two, other = (
        {"document": d, "element": e, **span} for d, e in (("a.md", "e1"), ("a.md", "e2"), ("b.md", "e1"))
    )
    assert value(cell, [one, two], evidence) == reason
    assert value(cell, [one], evidence) and value(cell, [other, two], evidence)


@pytest.mark.parametrize(
    ("new", "old", "reason"),
    [
        ("Kestrel 13B", "Ouzel 13B", ""),
        ("Kestrel 7B", "Ouzel 7B", ""),
        ("Kestrel-2 7B", "Ouzel-2 7B", ""),
        ("Merlin 7B", "Ouzel 7B", "source does not state it"),
        ("Kestrel 7B", "Merlin 7B", "source does not state it"),
    ],
)
def test_the_check_takes_a_place_that_tells_the_new_name_wherever_it_stands(new: str, old: str, reason: str) -> None:
    span = {"start": 0, "end": 9}
    states = {"is": "parameters", "subject": "Ouzel 13B", "name": "layers", "value": "24", "unit": None, **span}
    tells = {"is": "relations", "subject": new, "predicate": "formerly", "object": old, **span}
    facts: Any = {("a.md", "e1"): [states], ("b.md", "e1"): [tells]}
    ids = {"kestrel13b": "kestrel-13b", "ouzel13b": "kestrel-13b", "kestrel7b": "kestrel-7b", "ouzel7b": "kestrel-7b"}
    names = {"kestrel-13b": "Kestrel 13B", "kestrel-7b": "Kestrel 7B"}
    evidence = Evidence(frozenset({"a.md", "b.md"}), {}, facts, names, ids)
    cell = {"text": "24", "parameter": "layers", "entity": "kestrel-13b"}
    one, two = ({"document": document, "element": "e1", **span} for document in ("a.md", "b.md"))
    assert value(cell, [one, two], evidence) == reason
    assert value(cell, [two], evidence) and not value(cell, [one], evidence)


def test_a_name_is_of_the_entity_that_is_called_so_and_not_of_one_with_it_as_alias() -> None:
    entities = [entity("heron", "Heron"), entity("heron-default", "Heron (transformers default)", aliases=["Heron"])]
    rows = [{"document": "a.md", "mentions": [{"entity": "Heron", "element": "e1", "start": 0, "end": 5}]}]
    assert _mentions(rows, entities) == ({"heron": [("a.md", "e1", 0, 5)]}, {"a.md": ["heron"]})
