"""Verification: nothing is on a page that its quotes do not bear out.

It looks at the finished blocks and at the elements alone, not at how a block came about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from stages.core.quotes import Block, Quote

NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.])(\d{1,3}(?:[,_]\d{3})+|\d+)(\.\d+)?([eE][-+]?\d{1,3})?"
    r"(?:\s?(thousand|million|billion|trillion)\b|([kKMBT])(?![A-Za-z0-9])|(\s?%))?"
)
VERSION = re.compile(r"[A-Za-z](\d+(?:\.\d+)?)(?![\d.])")
SIZE = re.compile(r"[-_](\d+(?:\.\d+)?)([bm])(?![A-Za-z0-9])")
SCALES = {"k": 3, "m": 6, "b": 9, "t": 12, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}

CLAIMS = ("sentence", "written", "summary", "row")

Texts = Mapping[tuple[str, str], str]


def numbers(text: str) -> set[Decimal]:
    """The numbers in a text by value: 4,096 and 4_096 are 4096, 7B and 7 billion 7e9; digits in a word are none."""
    return {_value(match) for match in NUMBER.finditer(text)}


def stated(quotes: Iterable[Quote]) -> set[Decimal]:
    """The numbers that quotes bear out: those in their texts, and those that end a name in them: Gemma2, llama-7b."""
    text = "\n".join(quote.text for quote in quotes)
    sizes = {Decimal(match[1]).scaleb(SCALES[match[2]]) for match in SIZE.finditer(text)}
    return numbers(text) | sizes | {Decimal(match[1]) for match in VERSION.finditer(text)}


def _value(match: re.Match[str]) -> Decimal:
    whole, fraction, exponent, word, letter, _ = match.groups()
    value = Decimal(f"{re.sub('[,_]', '', whole)}{fraction or ''}{exponent or ''}")
    return value.scaleb(SCALES[(word or letter).lower()]) if word or letter else value


def problem(block: Block, texts: Texts) -> str:
    """Why a block may not stand, or an empty string."""
    quotes = block.cited
    if block.kind not in CLAIMS or (block.evidence and not quotes):
        return ""
    if not quotes:
        return "no quote"
    for quote in quotes:
        if (quote.document, quote.element) not in texts:
            return "no such element"
        if texts[quote.document, quote.element][quote.start : quote.end] != quote.text or not quote.text:
            return "quote not at its place"
    claims = [(block.text, quotes), *((cell.text, cell.quotes or quotes) for cell in block.cells)]
    if any(not numbers(text) <= stated(held) for text, held in claims):
        return "number not in its quotes"
    return ""


def verified(blocks: Sequence[Block], texts: Texts) -> tuple[list[Block], Counter[str]]:
    """The blocks that stand, and how many were dropped for which reason."""
    reasons = [problem(block, texts) for block in blocks]
    kept = [block for block, reason in zip(blocks, reasons, strict=True) if not reason]
    return kept, Counter(reason for reason in reasons if reason)


def located(texts: Texts, sources: Iterable[Mapping[str, Any]]) -> list[Quote]:
    """The places of sources {document, element, start, end, quote} with a quote that their element has."""
    return [quote for source in sources if (quote := _locate(texts, source))]


def _locate(texts: Texts, source: Mapping[str, Any]) -> Quote | None:
    quote, text = source["quote"], texts.get((source["document"], source["element"]), "")
    start = source.get("start", -1)
    if start < 0 or text[start : start + len(quote)] != quote:
        start = text.find(quote)
    if start < 0 or not quote:
        return None
    return Quote(source["document"], source["element"], start, start + len(quote), quote)
