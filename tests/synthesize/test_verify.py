"""Verification finds each way in which a block can be unfounded."""

from __future__ import annotations

from decimal import Decimal

import pytest

from stages.core.quotes import Block, Cell, Quote
from stages.core.sentences import sentences
from stages.core.verify import numbers, problem, stated

TEXTS = {("d", "e"): "It has 4,096 tokens, 7B weights and a rate of 3e-4."}


def block(text: str, start: int, end: int, quote: str, element: str = "e") -> Block:
    return Block("sentence", text, quotes=(Quote("d", element, start, end, quote),))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4,096 and 4096", [4096]),
        ("7B, 7 billion", [7_000_000_000]),
        ("32k", [32000]),
        ("3e-4 = 0.0003", ["0.0003"]),
        ("Qwen2.5 has beta2", []),
        ("99.5 %", ["99.5"]),
        ("1, 2 and 3", [1, 2, 3]),
        ("131_072 = 1_000_000.0", [131072, 1000000]),
    ],
)
def test_numbers_by_value(text, found):
    assert numbers(text) == {Decimal(value) for value in found}


def test_a_block_that_stands():
    assert problem(block("4096 tokens", 7, 19, "4,096 tokens"), TEXTS) == ""


def test_the_version_in_a_name_is_stated():
    assert stated([Quote("d", "e", 0, 0, "Qwen2.5 and Gemma3Config")]) == {Decimal("2.5"), Decimal(3)}


def test_the_size_in_a_name_is_stated_in_small_letters_too():
    assert Decimal(1_100_000_000) in stated([Quote("d", "e", 0, 0, "it is sirocco-v2-1.1b")])


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (block("4096 tokens", 8, 20, "4,096 tokens"), "quote not at its place"),
        (block("8192 tokens", 7, 19, "4,096 tokens"), "number not in its quotes"),
        (block("4096 tokens", 7, 19, "4,096 tokens", "f"), "no such element"),
        (block("tokens", 3, 3, ""), "quote not at its place"),
        (Block("row", cells=(Cell("a"),)), "no quote"),
    ],
)
def test_a_block_that_does_not(held, reason):
    assert problem(held, TEXTS) == reason


def test_sentences_keep_their_places_and_abbreviations():
    text = "RoPE (Su et al. 2021) turns pairs, e.g. Fig. 2.  It needs no weights.\nThe end"
    assert [text[a:b] for a, b in sentences(text)] == [
        "RoPE (Su et al. 2021) turns pairs, e.g. Fig. 2.",
        "It needs no weights.",
        "The end",
    ]
