"""What stands on a PDF's pages besides the text: running heads, page numbers, a note, a stamp in the margin."""

from __future__ import annotations

from typing import Any

from benchmarks.truth.article import Document
from benchmarks.truth.dice import SCORE, Dice, of_part
from benchmarks.truth.lines import width_of

NOTES = ("Preprint. Under review.", "Technical report, not peer-reviewed.", "Draft of a workshop paper.",
         "Internal edition.", "Work in progress.", "Published for comments.")  # fmt: skip


class Furniture:
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

    def draw(self, canvas: Any, page: int, size: tuple[float, float], margin: float, font: str) -> None:
        """Draw what belongs on this page, and remember it."""
        width, height = size
        canvas.setFont(font, 8)
        if self.head and (page > 1 or self.first):
            text = self.head if page % 2 else self.other
            canvas.drawString(margin, height - 40, text)
            self.drawn.append((page, "head", text))
        if self.number != "none":
            text = f"Page {page}" if self.number == "of" else str(page)
            if self.number == "head":
                canvas.drawRightString(width - margin, height - 40, text)
            else:
                canvas.drawCentredString(width / 2, 32, text)
            self.drawn.append((page, "page number", text))
        if self.note and page == 1:
            canvas.drawString(margin, 46, self.note)
            self.drawn.append((1, "foot", self.note))
        if self.stamp and page == 1:
            self._stamp(canvas, height, font)

    def _stamp(self, canvas: Any, height: float, font: str) -> None:
        canvas.saveState()
        canvas.setFont(font, 14)
        canvas.translate(28, height / 2 - width_of(self.stamp, font, 14) / 2)
        canvas.rotate(90)
        canvas.drawString(0, 0, self.stamp)
        canvas.restoreState()
        self.drawn.append((1, "stamp", self.stamp))
