"""PDFs whose pages are pictures, and picture files: read by OCR, then cut by the rules of `structured`.

Called through `library`, which has loaded what `structured` stands on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stages.parse import Parser
from stages.parse.elements import Piece

if TYPE_CHECKING:
    from stages.parse.ocr.picture import Picture


def pdf(raw: bytes, parser: Parser) -> tuple[list[Piece], frozenset[int]]:
    """The pieces of a PDF, and the numbers of its pages that were read by OCR."""
    from stages.parse.ocr import picture
    from stages.parse.structured import ink, read

    held = list(ink.pages(raw))
    letters = [sum(len(word.text) for part in (page.words, page.side, *page.figures) for word in part) for page in held]
    always = parser.ocr == "always"
    found = picture.of_pdf(raw, letters, always=always, dpi=parser.ocr_dpi, most=parser.ocr_pixels)
    turns = _take(held, found)
    return _turned(read.of_pages(held), held, turns), frozenset(number + 1 for number in turns)


def file(raw: bytes, parser: Parser) -> list[Piece]:
    """The pieces of a picture file, each frame a page."""
    from stages.parse.ocr import picture
    from stages.parse.structured import read

    held: list = []
    turns = _take(held, picture.of_file(raw, dpi=parser.ocr_dpi, most=parser.ocr_pixels))
    return _turned(read.of_pages(held), held, turns)


def _take(held: list, found: Iterable[tuple[int, Picture]]) -> dict[int, int]:
    """Put the pages that are read in their places; gives the quarters that each was turned."""
    from stages.parse.ocr.page import page

    turns = {}
    for number, picture in found:
        held[number : number + 1], turns[number] = [(made := page(picture, number + 1))[0]], made[1]
    return turns


def _turned(pieces: list[Piece], held: list, turns: dict[int, int]) -> list[Piece]:
    from stages.parse.ocr.page import turned_back

    return [turned_back(piece, held[(piece.page or 1) - 1], turns.get((piece.page or 1) - 1, 0)) for piece in pieces]
