"""Cells of values: the words before a result and the source of one shown alone say no more than their quotes."""

from __future__ import annotations

from typing import Any

from stages.core.quotes import Cell, Quote
from stages.synthesize.overview import _told
from stages.synthesize.sources import Sources
from stages.synthesize.values import borne_out, stated
from tests.synthesize.builders import document, entity, sources_of


def read(texts: list[str], **knowledge: Any) -> tuple[Sources, list[dict[str, Any]]]:
    """A document on Kestrel with these paragraphs, and each of them as a source."""
    sources = sources_of({"a.md": document("Kestrel", texts, "a.md")}, [entity("m", "Kestrel")], **knowledge)
    places = [{"document": "a.md", "element": f"e{at}", "start": 0, "quote": text} for at, text in enumerate(texts, 1)]
    return sources, places


def test_the_one_place_shown_says_the_value_in_the_same_words() -> None:
    sources, places = read(["context | 65,536", "context | 64K"])
    held = {"entity": "m", "name": "context length", "value": "64K", "unit": "tokens", "sources": places}
    assert [quote.element for quote in stated(sources, held, 1).quotes] == ["e2"]
    assert [quote.element for quote in stated(sources, held).quotes] == ["e2", "e1"]


def test_a_place_that_rounds_the_value_is_no_source_of_it() -> None:
    sources, places = read(["parameters | 8.11", "an 8B model", "8.11 B parameters"])
    held = {"entity": "m", "name": "parameters", "value": "8.11 B", "unit": "", "sources": places}
    assert [quote.element for quote in stated(sources, held).quotes] == ["e3", "e1"]
    held["sources"] = places[1:2]
    assert [quote.element for quote in stated(sources, held).quotes] == ["e2"]


def test_the_number_of_key_value_heads_tells_a_kind_of_attention_with_that_of_heads() -> None:
    counts = ["heads | 32", "KV heads | 8", "multi-head latent attention"]
    told: dict[str, Any] = {}
    knowledge: dict[str, Any] = {"compatibility": {"models": {"m": told}}, "parameters": []}
    sources, (many, few, words) = read(counts, **knowledge)
    for name, place in (("heads", many), ("key-value heads", few)):
        knowledge["parameters"].append({"entity": "m", "name": name, "sources": [place]})
    told |= {"attention:gqa": [few, many], "attention:mla": [words, few], "ffn:moe": [few, words]}
    found = {part: [quote.element for quote in _told(sources, "m", part)] for part in told}
    assert found == {"attention:gqa": ["e2", "e1"], "attention:mla": ["e3"], "ffn:moe": ["e2"]}


def test_how_a_result_was_got_is_told_where_its_quotes_say_so() -> None:
    bare, told = ("ARC-C | 51.0", "ARC-C (25-shot) | 51.0")
    for text, wanted in ((bare, None), (told, "25-shot")):
        cell = Cell("51.0 %", (Quote("a.md", "e", 0, len(text), text),))
        assert borne_out("25-shot", cell) == wanted
    assert borne_out(None, cell) is None
