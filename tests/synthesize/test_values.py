"""Cells of values: the words before a result and the source of one shown alone say no more than their quotes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from stages.core.quotes import Cell, Quote
from stages.synthesize.overview import _places
from stages.synthesize.values import borne_out, stated

TEXTS = {("a.md", "e1"): "context | 65,536", ("a.md", "e2"): "context | 64K"}


def test_the_one_place_shown_says_the_value_in_the_same_words() -> None:
    sources: Any = SimpleNamespace(texts=TEXTS)
    places = [{"document": "a.md", "element": key, "start": 0, "quote": text} for (_, key), text in TEXTS.items()]
    held = {"entity": "m", "name": "context length", "value": "64K", "unit": "tokens", "sources": places}
    assert [quote.element for quote in stated(sources, held, 1).quotes] == ["e2"]
    assert [quote.element for quote in stated(sources, held).quotes] == ["e2", "e1"]


def test_a_place_that_rounds_the_value_is_no_source_of_it() -> None:
    texts = {("a.md", "e1"): "parameters | 8.11", ("a.md", "e2"): "an 8B model", ("a.md", "e3"): "8.11 B parameters"}
    sources: Any = SimpleNamespace(texts=texts)
    places = [{"document": "a.md", "element": key, "start": 0, "quote": text} for (_, key), text in texts.items()]
    held = {"entity": "m", "name": "parameters", "value": "8.11 B", "unit": "", "sources": places}
    assert [quote.element for quote in stated(sources, held).quotes] == ["e3", "e1"]
    held["sources"] = places[1:2]
    assert [quote.element for quote in stated(sources, held).quotes] == ["e2"]


def test_the_number_of_key_value_heads_tells_a_kind_of_attention_with_that_of_heads() -> None:
    few, many, words = ({"document": "a.md", "element": key} for key in ("few", "many", "words"))
    told = {"attention:gqa": [few, many], "attention:mla": [words, few], "ffn:moe": [few, words]}
    counts = [{"name": "key-value heads", "sources": [few]}, {"name": "heads", "sources": [many]}]
    knowledge = {"compatibility": {"models": {"m": told}}}
    sources: Any = SimpleNamespace(knowledge=knowledge, parameters={"m": counts})
    assert [_places(sources, "m", part) for part in told] == [[few, many], [words], [few]]


def test_how_a_result_was_got_is_told_where_its_quotes_say_so() -> None:
    bare, told = ("ARC-C | 51.0", "ARC-C (25-shot) | 51.0")
    for text, wanted in ((bare, None), (told, "25-shot")):
        cell = Cell("51.0 %", (Quote("a.md", "e", 0, len(text), text),))
        assert borne_out("25-shot", cell) == wanted
    assert borne_out(None, cell) is None
