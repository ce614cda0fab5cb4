"""A picture to a page of words and ruling lines, as the rules of `structured` want it."""

from __future__ import annotations

from typing import Any

from stages.parse.elements import Piece
from stages.parse.ocr import ruling
from stages.parse.ocr.picture import Picture
from stages.parse.ocr.upright import straight, upright
from stages.parse.ocr.words import ABOVE, BELOW, BOLD, PLAIN, inked, levelled
from stages.parse.structured.ink import Page, Rule, Word

BLANK = 40  # levels of grey: a page whose darkest and lightest spots differ by less has nothing on it
Box = tuple[float, float, float, float]


def page(picture: Picture, number: int) -> tuple[Page, int]:
    """The page, upright; and how many quarters it was turned to the left for that."""
    if int(picture.grey.max()) - int(picture.grey.min()) < BLANK:
        return _page(picture.grey, picture.scale, number, [], []), 0
    turned, lines, turns = upright(picture.grey)
    grey, lines = straight(turned, lines)
    rules = ruling.lines(grey, picture.scale)
    held = inked(ruling.without(grey, rules, picture.scale), lines)
    words = [
        Word(
            word.x0 * picture.scale,
            (word.base - ABOVE * size) * picture.scale,
            word.x1 * picture.scale,
            (word.base + BELOW * size) * picture.scale,
            word.text,
            size * picture.scale,
            BOLD if bold else PLAIN,
        )
        for word, (size, bold) in zip(held, levelled(held), strict=True)
    ]
    return _page(grey, picture.scale, number, words, [Rule(*box) for box in rules]), turns


def _page(grey: Any, scale: float, number: int, words: list[Word], rules: list[Rule]) -> Page:
    height, width = grey.shape
    return Page(number, width * scale, height * scale, words, rules, [], [])


def turned_back(piece: Piece, page: Page, turns: int) -> Piece:
    """The piece with its box where it stands on the page as it is, before it was turned."""
    from dataclasses import replace

    if piece.box is None:
        return piece
    box, width, height = piece.box, page.width, page.height
    for _ in range(turns):  # a quarter to the right
        box, width, height = (height - box[3], box[0], height - box[1], box[2]), height, width
    return replace(piece, box=tuple(round(edge, 1) for edge in box))  # type: ignore[arg-type]
