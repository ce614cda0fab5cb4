"""From unstructured's elements to pieces: our names of types, levels of headings, cells of tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from stages.parse.elements import Piece

if TYPE_CHECKING:
    from unstructured.documents.elements import Element

TYPES = {  # unstructured's category to ours; what is not named is NarrativeText
    "Title": "Title",
    "ListItem": "ListItem",
    "Table": "Table",
    "CodeSnippet": "CodeSnippet",
    "Formula": "Formula",
    "FigureCaption": "FigureCaption",
    "Image": "Image",
}
DROPPED = {"PageBreak", "PageNumber"}
CAPTION = re.compile(r"(?:Figure|Fig\.)\s*\d+\s*[.:|]")
BULLET = re.compile(r"(?:\(cid:\d+\)|•)\s+")  # a glyph that the font gives no character for, at the start of a line
RUNNING_TEXT = 60  # characters that no label has
NUMBERED = re.compile(r"(\d+(?:\.\d+)*)\.?\s+\S")


def by_markup(elements: list[Element]) -> list[Piece]:
    """Pieces of a format that marks its headings (HTML, Markdown, DOCX)."""
    return [_piece(element, lambda held: held.metadata.category_depth or 0) for element in elements]


def by_layout(elements: list[Element]) -> list[Piece]:
    """Pieces of a PDF. A heading stands above running text (cells of tables and labels of figures look like headings
    too), and its level is read from its number; lines that head or foot every page are dropped."""
    running = _running(elements)
    kept = [element for element in elements if element.text not in running and element.category not in DROPPED]
    pieces = [_piece(element, lambda held: _numbered(held.text)) for element in kept]
    below = [*pieces[1:], Piece("NarrativeText", "")]
    return [_laid_out(piece, after) for piece, after in zip(pieces, below, strict=True)]


def _laid_out(piece: Piece, after: Piece) -> Piece:
    if piece.type == "Title" and (len(after.text) < RUNNING_TEXT or after.type == "FigureCaption"):
        return replace(piece, type="NarrativeText", depth=None)
    bullet = BULLET.match(piece.text)
    if bullet and piece.type == "NarrativeText":
        return replace(piece, type="ListItem", text=piece.text[bullet.end() :])
    return piece


def prose(elements: list[Element]) -> list[Piece]:
    """Pieces of running text, in which a short line is no heading."""
    kinds = {"ListItem": "ListItem"}
    return [Piece(kinds.get(element.category, "NarrativeText"), element.text) for element in elements]


def table_text(html: str) -> str:
    """One line a row, cells joined by ` | `."""
    from lxml import html as parser

    rows = parser.fragment_fromstring(html).iter("tr")
    cells = ([" ".join(cell.text_content().split()) for cell in row.iter("th", "td")] for row in rows)
    return "\n".join(" | ".join(row) for row in cells if any(row))


def _piece(element: Element, depth: Callable[[Element], int]) -> Piece:
    kind, html = TYPES.get(element.category, "NarrativeText"), None
    text, metadata = element.text, element.metadata
    if kind == "Table" and metadata.text_as_html:
        html = metadata.text_as_html
        text = table_text(html) or text
    elif kind in ("Title", "NarrativeText") and CAPTION.match(text):
        kind = "FigureCaption"
    return Piece(kind, text, depth(element) if kind == "Title" else None, metadata.page_number, html)


def _numbered(title: str) -> int:
    number = NUMBERED.match(title)
    return number[1].count(".") if number else 0


def _running(elements: list[Element]) -> set[str]:
    """The texts in the head or foot of at least three pages."""
    edges = {(held.text, held.metadata.page_number) for held in elements if held.category in ("Header", "Footer")}
    return {text for text, pages in Counter(text for text, _ in edges).items() if pages >= 3}
