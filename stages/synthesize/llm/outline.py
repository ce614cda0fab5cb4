"""A page's outline, from its facts: the sections that have evidence, each with what may be said in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stages.core.quotes import Block, Quote

Evidence = tuple[str, tuple[Quote, ...]]  # what it says, as the model is shown it, and where it stands


@dataclass(frozen=True)
class Section:
    """Blocks `start` to `end` of a page, which quote sentences or hold a table, and the evidence in them."""

    start: int
    end: int
    heading: str
    quoted: bool
    evidence: tuple[Evidence, ...]


def outline(blocks: Sequence[Block], most: int) -> Iterator[Section]:
    """The sections of a page: runs of quoted sentences, and tables of cited rows; `most` pieces of evidence in each."""
    start, heading = 0, ""
    while start < len(blocks):
        kind = _kind(blocks[start])
        end = start + 1
        while end < len(blocks) and kind and _kind(blocks[end]) == kind:
            end += 1
        if blocks[start].kind == "heading":
            heading = blocks[start].text
        evidence = tuple(_evidence(block) for block in blocks[start:end] if block.kind != "header" and block.cited)
        if kind and evidence:
            yield Section(start, end, heading, kind == "sentence", evidence[:most])
        start = end


def _kind(block: Block) -> str:
    return {"sentence": "sentence", "header": "table", "row": "table"}.get(block.kind, "")


def _evidence(block: Block) -> Evidence:
    """A sentence is its quote; a row is its cells, with the first of its quotes."""
    if block.kind == "sentence":
        return block.text, block.cited
    quotes = block.cited[:2]
    told = ": ".join(cell.text for cell in block.cells if cell.text)
    return f"{told} ({' / '.join(quote.text for quote in quotes)})", quotes
