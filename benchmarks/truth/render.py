"""From a document to its bytes, with what only the writer knows: reading order, pages, furniture."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.truth import docx, markup, pdf
from benchmarks.truth.article import Document
from benchmarks.truth.blocks import Block

Box = tuple[float, float, float, float]


@dataclass
class Rendered:
    """A document's bytes, and its blocks in reading order."""

    raw: bytes
    blocks: list[Block]
    pages: dict[int, tuple[int, Box]] = field(default_factory=dict)
    """Place in `blocks` -> page and box (PDF only)."""
    furniture: list[tuple[int | None, str, str]] = field(default_factory=list)
    """Page, kind, text of what is no part of the document's text: heads, numbers, menus."""
    split: list[Block] = field(default_factory=list)
    """Tables that go over columns or pages."""
    layout: dict[str, object] = field(default_factory=dict)
    """Columns, order of the stream, and where in it a page's furniture is (PDF only)."""


def render(document: Document, part: str) -> Rendered:
    """Write the document in its kind."""
    if document.kind == "pdf":
        written = pdf.write(document, part)
        blocks = [placed.block for placed in written.placed]
        pages = {at: (placed.page, placed.box) for at, placed in enumerate(written.placed)}
        return Rendered(written.raw, blocks, pages, list(written.furniture), written.split, written.layout)
    writers = {
        "docx": docx.write,
        "html": markup.write_html,
        "markdown": markup.write_markdown,
        "card": markup.write_markdown,
        "arxiv": markup.write_arxiv,
    }
    raw, texts = writers[document.kind](document, part)
    return Rendered(raw, document.blocks, furniture=[(None, "page", text) for text in texts])
