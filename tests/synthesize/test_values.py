"""Cells of values: the words before a result and the source of one shown alone say no more than their quotes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from stages.core.quotes import Cell, Quote
from stages.synthesize.values import borne_out, stated

TEXTS = {("a.md", "e1"): "context | 65,536", ("a.md", "e2"): "context | 64K"}


def test_the_one_place_shown_says_the_value_in_the_same_words() -> None:
    sources: Any = SimpleNamespace(texts=TEXTS)
    places = [{"document": "a.md", "element": key, "start": 0, "quote": text} for (_, key), text in TEXTS.items()]
    held = {"entity": "m", "name": "context length", "value": "64K", "unit": "tokens", "sources": places}
    assert [quote.element for quote in stated(sources, held, 1).quotes] == ["e2"]
    assert [quote.element for quote in stated(sources, held).quotes] == ["e2", "e1"]


def test_how_a_result_was_got_is_told_where_its_quotes_say_so() -> None:
    bare, told = ("ARC-C | 51.0", "ARC-C (25-shot) | 51.0")
    for text, wanted in ((bare, None), (told, "25-shot")):
        cell = Cell("51.0 %", (Quote("a.md", "e", 0, len(text), text),))
        assert borne_out("25-shot", cell) == wanted
    assert borne_out(None, cell) is None
