"""The pages of a PDF: columns that fill one after the other, and ink that waits until its page is full.

Ink waits so that a page's stream can be drawn in another order than one reads, as some programs do.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.truth.article import Document
from benchmarks.truth.blocks import Block
from benchmarks.truth.dice import Dice, of_part
from benchmarks.truth.pdf_furniture import Furniture

FAMILIES = {
    "times": ("Times-Roman", "Times-Bold", "Times-Italic"),
    "helvetica": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
}
SIZES = ((595.28, 841.89), (612.0, 792.0))
LOOKS = (  # columns, font, size of text, size of headings over it, leading, justified
    (2, "times", 9.5, 2.0, 1.14, True),
    (1, "times", 10.5, 3.0, 1.22, True),
    (2, "helvetica", 8.8, 1.6, 1.2, False),
    (1, "helvetica", 10.0, 4.0, 1.3, False),
    (2, "times", 10.0, 2.2, 1.12, True),
    (1, "times", 11.0, 1.2, 1.18, True),
    (1, "helvetica", 9.5, 2.5, 1.25, True),
    (2, "times", 9.0, 1.8, 1.16, False),
    (2, "helvetica", 9.2, 0.8, 1.16, True),
)
STREAMS = ("reading", "reading", "reading", "rows", "blocks")
"""In which order a PDF's stream draws: as one reads, line by line across columns, or block by block in any order."""
FURNITURE = ("first", "last")
GAP, BOTTOM = 20.0, 60.0


@dataclass
class Placed:
    """Where a block begins: page from 1, and its box on that page (left, bottom, right, top; points from below)."""

    block: Block
    page: int
    box: tuple[float, float, float, float]


class Pages:
    """The look of a document, the place where the next line goes, and what was placed so far."""

    def __init__(self, document: Document, part: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        look = document.look
        self.columns, family, self.size, self.bigger, leading, self.justify = look.pick(of_part(LOOKS, part))
        self.regular, self.bold, self.italic = FAMILIES[family]
        self.leading = self.size * leading
        self.page_size = look.pick(SIZES)
        self.margin = look.pick((48.0, 56.0, 64.0)) if self.columns == 2 else look.pick((64.0, 72.0, 84.0))
        self.furniture = Furniture(document, look, part)
        self.stream, self.furniture_last = look.pick(STREAMS), look.pick(FURNITURE) == "last"
        self.shuffle = look.random()
        self.sink = io.BytesIO()
        self.canvas = Canvas(self.sink, pagesize=self.page_size, invariant=1, pageCompression=0)
        self.canvas.setTitle(document.title)
        self.canvas.setAuthor(", ".join(document.authors))
        self.canvas.setProducer("benchmarks.truth")
        self.canvas.setCreator("benchmarks.truth")
        self.waiting: list[tuple[float, float, int, Callable[[], object]]] = []
        self.placed: list[Placed] = []
        self.part_number = self.page = self.column = 0
        self.top = self.y = 0.0

    @property
    def width(self) -> float:
        return self.page_size[0] - 2 * self.margin

    @property
    def column_width(self) -> float:
        return (self.width - GAP * (self.columns - 1)) / self.columns

    @property
    def left(self) -> float:
        return self.margin + self.column * (self.column_width + GAP)

    def next_page(self) -> None:
        if self.page:
            self.end_page()
        self.page += 1
        self.column = 0
        self.top = self.page_size[1] - 66.0
        if not self.furniture_last:
            self.draw_furniture()
        self.y = self.top
        self.open_page()
        self.top = self.y

    def open_page(self) -> None:
        """What goes to the top of a page, above its columns."""

    def end_page(self) -> None:
        """Draw what waits, in the order of this document's stream."""
        order = Dice(self.shuffle)
        groups = {number: order.random() for number in range(self.part_number + 1)}
        if self.stream == "rows":
            self.waiting.sort(key=lambda held: (-round(held[0]), held[1]))
        elif self.stream == "blocks":
            self.waiting.sort(key=lambda held: groups[held[2]])
        for _, _, _, draw in self.waiting:
            draw()
        self.waiting = []
        if self.furniture_last:
            self.draw_furniture()
        self.canvas.showPage()

    def draw_furniture(self) -> None:
        self.furniture.draw(self.canvas, self.page, self.page_size, self.margin, self.regular)

    def later(self, x: float, draw: Callable[[], object]) -> None:
        self.waiting.append((self.y, x, self.part_number, draw))

    def next_frame(self) -> None:
        if self.column + 1 < self.columns:
            self.column, self.y = self.column + 1, self.top
        else:
            self.next_page()

    def room(self, height: float) -> None:
        """Make sure that so much height is left in this frame, if any frame has it."""
        if self.y - height < BOTTOM and self.y < self.top:
            self.next_frame()

    def text(self, font: str, size: float, x: float, text: str, stretch: float = 0.0) -> None:
        ink: Any = self.canvas.beginText(x, self.y)
        ink.setFont(font, size)
        if stretch:
            ink.setWordSpace(stretch)
        ink.textOut(text)
        if stretch:  # the word space outlives the text object
            ink.setWordSpace(0)
        self.later(x, partial(self.canvas.drawText, ink))

    def record(self, block: Block, left: float, top: float, right: float) -> None:
        box = tuple(round(value, 1) for value in (left, self.y - 2, right, top))
        self.placed.append(Placed(block, self.page, box))  # type: ignore[arg-type]
