"""A page in the language of the config: what is ours on it, and nothing that is quoted or a name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace

from stages.core.quotes import Block, Cell
from stages.core.words import Words
from stages.synthesize.page import Page

OURS = ("heading", "header", "note")
EDGE = re.compile(r"(?<=\|)[^|\n]+(?=\|)")  # what a line of a flow chart says
TITLED = ("overview", "families", "tasks")  # whose titles are ours; others are names


def translate(page: Page, words: Words) -> None:
    """Put a page into the language of `words`."""
    if words.language == "en":
        return
    page.title = words(page.title) if page.group in TITLED else page.title
    page.blocks = [_block(block, words) for block in page.blocks]


def _block(block: Block, words: Words) -> Block:
    text = _text(block, words)
    cells = tuple(_cell(cell, words) for cell in block.cells)
    return replace(
        block, text=text, cells=cells, links=_links(block.links, words) if text != block.text else block.links
    )


def _text(block: Block, words: Words) -> str:
    """The text of a block; of a diagram what its lines say, of a plot what is counted."""
    if block.kind == "diagram":
        return EDGE.sub(lambda found: words(found[0]), block.text)
    if block.kind == "plot":
        held = json.loads(block.text)
        return json.dumps({**held, "unit": words(held["unit"])})
    theirs = block.kind == "heading" and block.evidence
    return words(block.text) if block.kind in OURS and not theirs else block.text


def _cell(cell: Cell, words: Words) -> Cell:
    """A cell that is not a name, a value or its own quote."""
    if cell.entity or cell.parameter or any(cell.text == " ".join(quote.text.split()) for quote in cell.quotes):
        return cell
    text = words(cell.text)
    return replace(cell, text=text, links=_links(cell.links, words)) if text != cell.text else cell


def _links(links: Iterable[tuple[str, str]], words: Words) -> tuple[tuple[str, str], ...]:
    return tuple((words(text), page) for text, page in links)
