"""Verification: nothing is on a page that its quotes do not bear out.

It looks at the finished blocks and at the elements alone, not at how a block came about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from stages.synthesize.page import Block, Quote

NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?([eE][-+]?\d{1,3})?"
    r"(?:\s?(thousand|million|billion|trillion)\b|([kKMBT])(?![A-Za-z0-9])|(\s?%))?"
)
SCALES = {"k": 3, "m": 6, "b": 9, "t": 12, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}

Texts = Mapping[tuple[str, str], str]


def numbers(text: str) -> set[Decimal]:
    """The numbers in a text by value: 4,096 is 4096, 7B and 7 billion are 7e9; digits within a word are none."""
    return {_value(match) for match in NUMBER.finditer(text)}


def _value(match: re.Match[str]) -> Decimal:
    whole, fraction, exponent, word, letter, _ = match.groups()
    value = Decimal(f"{whole.replace(',', '')}{fraction or ''}{exponent or ''}")
    return value.scaleb(SCALES[(word or letter).lower()]) if word or letter else value


def problem(block: Block, texts: Texts) -> str:
    """Why a block may not stand, or an empty string."""
    if block.kind not in ("sentence", "row") or (block.evidence and not block.quotes):
        return ""
    if not block.quotes:
        return "no quote"
    for quote in block.quotes:
        if (quote.document, quote.element) not in texts:
            return "no such element"
        if texts[quote.document, quote.element][quote.start : quote.end] != quote.text or not quote.text:
            return "quote not at its place"
    if not numbers(block.claim) <= set().union(*(numbers(quote.text) for quote in block.quotes)):
        return "number not in its quotes"
    return ""


def verified(blocks: Sequence[Block], texts: Texts) -> tuple[list[Block], Counter[str]]:
    """The blocks that stand, and how many were dropped for which reason."""
    reasons = [problem(block, texts) for block in blocks]
    kept = [block for block, reason in zip(blocks, reasons, strict=True) if not reason]
    return kept, Counter(reason for reason in reasons if reason)


def locate(texts: Texts, document: str, element: str, quote: str) -> Quote | None:
    """The first place of `quote` in an element, or None."""
    start = texts.get((document, element), "").find(quote)
    return Quote(document, element, start, start + len(quote), quote) if start >= 0 and quote else None


def located(texts: Texts, sources: Iterable[Mapping[str, str]]) -> list[Quote]:
    """The places of those sources {document, element, quote} that are found."""
    places = (locate(texts, source["document"], source["element"], source["quote"]) for source in sources)
    return [place for place in places if place]
