"""PDF: one or two columns, running heads, page numbers, hyphens at line ends, tables in several looks.

The page is drawn with reportlab's canvas directly, since its layout engine takes most of a second a document, and since
truth wants to know where each block went: `write` also gives the blocks in the order in which they stand on the pages.
Streams are not compressed: the bytes of zlib differ from build to build of the library.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any

from benchmarks.truth.article import Document
from benchmarks.truth.blocks import Block
from benchmarks.truth.dice import SCORE, Dice, of_part
from benchmarks.truth.lines import Line, width_of, wrap
from benchmarks.truth.pdf_tables import Grid, lay_out

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
NOTES = ("Preprint. Under review.", "Technical report, not peer-reviewed.", "Draft of a workshop paper.",
         "Internal edition.",
         "Work in progress.", "Published for comments.")  # fmt: skip
BULLETS = ("•", "–", "•")
STREAMS = ("reading", "reading", "reading", "rows", "blocks")
"""In which order a PDF's stream draws: as one reads, line by line across columns, or block by block in any order."""
FURNITURE = ("first", "last")
EPOCH = "1735689600"  # 2025-01-01
GAP = 20.0


@dataclass
class Placed:
    """Where a block begins: page from 1, and its box on that page (left, bottom, right, top; points from below)."""

    block: Block
    page: int
    box: tuple[float, float, float, float]


@dataclass
class Written:
    """A PDF, its blocks in reading order, and what is on the pages besides."""

    raw: bytes
    placed: list[Placed]
    furniture: list[tuple[int, str, str]] = field(default_factory=list)
    """Page, kind (head, foot, page number, stamp), text."""
    split: list[Block] = field(default_factory=list)
    """Tables that go over into another column or page."""
    layout: dict[str, object] = field(default_factory=dict)


def write(document: Document, part: str) -> Written:
    """The document as a PDF."""
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH  # reportlab takes the dates of a PDF from it
    return _Writer(document, part).run()


class _Writer:
    def __init__(self, document: Document, part: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        look, self.document = document.look, document
        columns, family, self.size, self.bigger, leading, self.justify = look.pick(of_part(LOOKS, part))
        self.regular, self.bold, self.italic = FAMILIES[family]
        self.leading = self.size * leading
        self.page_size = look.pick(SIZES)
        self.margin = look.pick((48.0, 56.0, 64.0)) if columns == 2 else look.pick((64.0, 72.0, 84.0))
        self.hyphens = look.chance(0.75)
        self.columns = columns
        self.indent = look.pick((0.0, 10.0))
        self.bullet = look.pick(BULLETS)
        self.marks = _Marks(document, look, part)
        self.outlined = look.chance(0.2)
        self.keep_tables = look.chance(0.6)
        self.sink = io.BytesIO()
        self.canvas = Canvas(self.sink, pagesize=self.page_size, invariant=1, pageCompression=0)
        self.canvas.setTitle(document.title)
        self.canvas.setAuthor(", ".join(document.authors))
        self.canvas.setProducer("benchmarks.truth")
        self.canvas.setCreator("benchmarks.truth")
        self.written = Written(b"", [])
        self.floats: list[tuple[Block, Block, bool]] = []
        self.stream, self.marks_last = look.pick(STREAMS), look.pick(FURNITURE) == "last"
        self.shuffle = look.random()
        self.waiting: list[tuple[float, float, int, Callable[[], object]]] = []
        self.part_number = 0
        self.page = 0

    # frames

    @property
    def width(self) -> float:
        return self.page_size[0] - 2 * self.margin

    @property
    def column_width(self) -> float:
        return (self.width - GAP * (self.columns - 1)) / self.columns

    @property
    def left(self) -> float:
        return self.margin + self.column * (self.column_width + GAP)

    @property
    def bottom(self) -> float:
        return 60.0

    def next_page(self) -> None:
        if self.page:
            self.end_page()
        self.page += 1
        self.column = 0
        self.top = self.page_size[1] - 66.0
        if not self.marks_last:
            self.marks.draw(self)
        self.y = self.top
        waiting, self.floats = self.floats, []
        for caption, block, above in waiting:
            self.place_wide(caption, block, above)
        self.top = self.y

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
        if self.marks_last:
            self.marks.draw(self)
        self.canvas.showPage()

    def later(self, x: float, draw: Callable[[], object]) -> None:
        self.waiting.append((self.y, x, self.part_number, draw))

    def next_frame(self) -> None:
        if self.column + 1 < self.columns:
            self.column, self.y = self.column + 1, self.top
        else:
            self.next_page()

    def room(self, height: float) -> None:
        """Make sure that so much height is left in this frame, if any frame has it."""
        if self.y - height < self.bottom and self.y < self.top:
            self.next_frame()

    # blocks

    def run(self) -> Written:
        self.next_page()
        blocks = list(self.document.blocks)
        self.place_title(blocks.pop(0))
        self.top = self.y
        at = 0
        while at < len(blocks):
            pair = blocks[at : at + 2]
            types = [block.type for block in pair]
            figure = any(block.text.startswith("Figure") for block in pair)
            if types in (["caption", "table"], ["table", "caption"]) and not figure:
                above = types[0] == "caption"
                self.place_table(pair[0 if above else 1], pair[1 if above else 0], above)
                at += 2
            else:
                self.place(pair[0])
                at += 1
        if self.floats:
            self.next_page()
        self.end_page()
        self.canvas.save()
        self.written.raw = self.sink.getvalue()
        self.written.furniture = self.marks.drawn
        last = "last" if self.marks_last else "first"
        self.written.layout = {"columns": self.columns, "stream": self.stream, "furniture": last}
        return self.written

    def place_title(self, block: Block) -> None:
        size = self.size + 6.5
        top = self.y
        for line in wrap(block.text, self.bold, size, self.width * 0.9):
            self.y -= size * 1.2
            self.text(self.bold, size, (self.page_size[0] - line.width) / 2, line.text)
        self.record(block, self.margin, top, self.margin + self.width)
        names = ", ".join(self.document.authors)
        for line in wrap(names, self.regular, self.size, self.width * 0.9):
            self.y -= self.leading * 1.3
            self.text(self.regular, self.size, (self.page_size[0] - line.width) / 2, line.text)
        self.marks.drawn.append((self.page, "authors", names))
        self.y -= self.leading * 1.5

    def place(self, block: Block) -> None:
        self.part_number += 1
        if block.type == "heading":
            self.place_heading(block)
        elif block.type == "code":
            self.place_code(block)
        elif block.type == "item":
            self.place_lines(block, self.regular, self.size, 12.0)
            self.y -= self.leading * 0.15
        elif block.type == "caption":
            if block.text.startswith("Figure"):
                self.draw_figure()
            self.place_lines(block, self.italic, self.size - 0.8, 0.0)
        else:
            self.place_lines(block, self.regular, self.size, 0.0)
            self.y -= self.leading * 0.35

    def place_heading(self, block: Block) -> None:
        size = self.size + (self.bigger if block.level == 1 else self.bigger / 3)
        font = self.bold if block.level == 1 or self.bigger > 1 else self.italic
        lines = wrap(block.text, font, size, self.column_width)
        self.room(size * 1.2 * len(lines) + 3 * self.leading)
        if self.y < self.top:
            self.y -= self.leading * 0.7
        top = self.y
        if self.outlined:
            key = f"h{len(self.written.placed)}"
            self.canvas.bookmarkPage(key)
            self.canvas.addOutlineEntry(block.text, key, block.level - 1)
        for line in lines:
            self.y -= size * 1.2
            self.text(font, size, self.left, line.text)
        self.record(block, self.left, top, self.left + self.column_width)
        self.y -= self.leading * 0.3

    def place_code(self, block: Block) -> None:
        self.room(2 * self.leading)
        size, top, first = min(7.8, self.size - 1), self.y, True
        for row in block.text.split("\n"):
            if self.y - size * 1.25 < self.bottom:
                self.next_frame()
                top = self.y if first else top
            self.y -= size * 1.25
            self.text("Courier", size, self.left + 6 + 4.7 * (len(row) - len(row.lstrip())), row.lstrip())
            if first:
                self.record(block, self.left, top, self.left + self.column_width)
                first = False
        self.y -= self.leading * 0.8

    def place_lines(self, block: Block, font: str, size: float, shift: float) -> None:
        """A block of running text, over as many frames as it takes."""
        width = self.column_width - shift
        first_in = self.indent if block.type == "paragraph" else 0.0
        lines = _indented(block.text, font, size, width, first_in, hyphens=self.hyphens and block.type == "paragraph")
        ratio = self.leading / self.size
        recorded = False
        for number, line in enumerate(lines):
            if self.y - size * ratio < self.bottom:
                self.next_frame()
            top = self.y
            self.y -= size * ratio
            inset = shift + (first_in if number == 0 else 0.0)
            stretch = 0.0
            if self.justify and not line.last and line.text.count(" "):
                stretch = (width - (first_in if number == 0 else 0.0) - line.width) / line.text.count(" ")
            if number == 0 and block.type == "item":
                self.text(font, size, self.left + 2, self.bullet)
            self.text(font, size, self.left + inset, line.text, stretch)
            if not recorded:
                self.record(block, self.left, top, self.left + self.column_width)
                recorded = True

    def draw_figure(self) -> None:
        """A curve in a box, with numbers at its axis that belong to no block."""
        height, width, canvas = 90.0, min(self.column_width, 240.0), self.canvas
        self.room(height + 4 * self.leading)
        left, low = self.left + (self.column_width - width) / 2, self.y - height - 6
        points = [(left + width * step / 10, low + height * (0.9 - 0.75 * (1 - 0.7**step))) for step in range(11)]
        labels = [f"{step * 20}k" for step in range(5)]

        def draw() -> None:
            canvas.setLineWidth(0.6)
            canvas.rect(left, low, width, height, stroke=1, fill=0)
            canvas.lines([(*one, *other) for one, other in pairwise(points)])
            canvas.setFont(self.regular, 6.5)
            for step, label in enumerate(labels):
                canvas.drawCentredString(left + width * step / 4.4, low - 8, label)

        self.later(left, draw)
        self.marks.drawn += [(self.page, "figure", label) for label in labels]
        self.y = low - 14

    # tables

    def place_table(self, caption: Block, block: Block, above: bool) -> None:
        assert block.table
        grid = lay_out(block.table, self.column_width, self.size - 1, self.regular, self.bold)
        if grid.width > self.column_width + 1 and self.columns > 1:
            self.floats.append((caption, block, above))
            return
        height = grid.height + 3 * self.leading
        if self.keep_tables and height < self.top - self.bottom:
            self.room(height)
        else:
            self.room(5 * self.leading)
        self.y -= self.leading * 0.4
        if above:
            self.place(caption)
        self.part_number += 1
        self.draw_grid(block, grid, self.column_width)
        if not above:
            self.place(caption)
        self.y -= self.leading * 0.8

    def place_wide(self, caption: Block, block: Block, above: bool) -> None:
        """A table across all columns, at the top of a page."""
        assert block.table
        columns, self.columns = self.columns, 1
        grid = lay_out(block.table, self.width, self.size - 1, self.regular, self.bold)
        if above:
            self.place(caption)
        self.part_number += 1
        self.draw_grid(block, grid, self.width)
        if not above:
            self.place(caption)
        self.columns = columns
        self.y -= self.leading

    def draw_grid(self, block: Block, grid: Grid, width: float) -> None:
        table = block.table
        assert table
        left = self.left + max(0.0, (width - grid.width) / 2)
        self.y -= 4
        start, recorded = 0, False
        while start < len(grid.heights):
            head = list(range(grid.header)) if start and table.repeat else []
            room = self.y - self.bottom - sum(grid.heights[row] for row in head)
            end = start
            while end < len(grid.heights) and sum(grid.heights[start : end + 1]) <= room:
                end += 1
            if end < len(grid.heights) and end <= max(start, grid.header) and self.y < self.top:
                self.next_frame()
                left = self.left + max(0.0, (width - grid.width) / 2)
                continue
            end = max(end, start + 1)
            rows = head + list(range(start, end))
            top = self.y
            self.later(left, partial(grid.draw, self.canvas, rows, left, top, table.rules))
            self.y -= sum(grid.heights[row] for row in rows)
            if not recorded:
                self.record(block, left, top, left + grid.width)
                recorded = True
            if end < len(grid.heights):
                if block not in self.written.split:
                    self.written.split.append(block)
                self.next_frame()
                left = self.left + max(0.0, (width - grid.width) / 2)
            start = end
        self.y -= 4

    # ink

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
        self.written.placed.append(Placed(block, self.page, box))  # type: ignore[arg-type]


def _indented(text: str, font: str, size: float, width: float, indent: float, *, hyphens: bool) -> list[Line]:
    """Lines of a paragraph whose first is shorter by the indent."""
    if not indent:
        return wrap(text, font, size, width, hyphens=hyphens)
    first = wrap(text, font, size, width - indent, hyphens=hyphens)
    if len(first) == 1:
        return first
    head = first[0].text
    cut = len(head) - (1 if head.endswith("-") and text[len(head) - 1 : len(head)] != "-" else 0)
    rest = text[cut:].lstrip(" ")
    return [first[0], *wrap(rest, font, size, width, hyphens=hyphens)]


class _Marks:
    """What stands on each page besides the text: running head, page number, a note, a stamp in the margin."""

    def __init__(self, document: Document, look: Dice, part: str) -> None:
        title = document.title if len(document.title) < 60 else document.title[:57] + "..."
        short = document.authors[0].split()[-1] + (" et al." if len(document.authors) > 1 else "")
        heads = ("", title, short, title.upper() if part == SCORE else title)
        self.head = look.pick(heads)
        self.other = look.pick((self.head, short)) if self.head else ""
        self.first = look.chance(0.4)
        self.number = look.pick(("foot", "foot", "head", "of", "none"))
        self.note = look.pick(of_part(NOTES, part)) if look.chance(0.4) else ""
        month, serial = look.between(1, 12), look.between(0, 9999)
        date = f"{look.between(1, 28)} Mar {document.year}"
        stamp = f"arXiv:{document.year % 100:02d}{month:02d}.9{serial:04d}v1  [cs.CL]  {date}"
        self.stamp = stamp if look.chance(0.25) else ""
        self.drawn: list[tuple[int, str, str]] = []

    def draw(self, page: _Writer) -> None:
        canvas, (width, height) = page.canvas, page.page_size
        canvas.setFont(page.regular, 8)
        if self.head and (page.page > 1 or self.first):
            text = self.head if page.page % 2 else self.other
            canvas.drawString(page.margin, height - 40, text)
            self.drawn.append((page.page, "head", text))
        if self.number != "none":
            text = f"Page {page.page}" if self.number == "of" else str(page.page)
            if self.number == "head":
                canvas.drawRightString(width - page.margin, height - 40, text)
            else:
                canvas.drawCentredString(width / 2, 32, text)
            self.drawn.append((page.page, "page number", text))
        if self.note and page.page == 1:
            canvas.drawString(page.margin, 46, self.note)
            self.drawn.append((1, "foot", self.note))
        if self.stamp and page.page == 1:
            canvas.saveState()
            canvas.setFont(page.regular, 14)
            canvas.translate(28, height / 2 - width_of(self.stamp, page.regular, 14) / 2)
            canvas.rotate(90)
            canvas.drawString(0, 0, self.stamp)
            canvas.restoreState()
            self.drawn.append((1, "stamp", self.stamp))
