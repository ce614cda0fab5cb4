"""Words and ruling lines of a PDF's pages. Places are in points from the upper left corner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTFigure
from pdfminer.utils import apply_matrix_pt
from unstructured.partition.pdf_image import pdfminer_utils

from stages.parse.content import Interpreter
from stages.parse.drawings import too_complex
from stages.parse.miner import opened

BOLD = re.compile(r"bold|black|heavy|demi|medi|cmbx|cmssbx|[-,]b$|\bbd\b", re.IGNORECASE)
ITALIC = re.compile(r"italic|oblique|slant|cmti|cmsl|[-,]it?$|ital", re.IGNORECASE)
MONO = re.compile(r"mono|courier|consol|typewriter|cmtt|inconsolata|menlo|\btt\b", re.IGNORECASE)
SPACE = 0.185  # of a letter's size: so much between two letters parts words, as in strategy `fast`
THIN = 2.0  # points: a filled box so thin is a line
PATH = 60  # steps: a longer path is a drawing, not a line
WHOLE = 0.5  # of the page: a figure so large is the page itself, wrapped


@dataclass(slots=True)
class Word:
    """Letters with no space between them."""

    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    size: float
    font: str

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def middle_x(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, level (top equals bottom) or upright (x0 equals x1)."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass
class Page:
    """What is on a page. `figures` holds the words of each picture made of lines and letters, `side` what is turned."""

    number: int
    width: float
    height: float
    words: list[Word]
    rules: list[Rule]
    figures: list[list[Word]]
    side: list[Word]


@lru_cache(4096)
def style(font: str) -> tuple[bool, bool, bool]:
    """Bold, italic, of one width; as the font's name says it."""
    name = font.partition("+")[2] or font
    return bool(BOLD.search(name)), bool(ITALIC.search(name)), bool(MONO.search(name))


def pages(raw: bytes) -> Iterator[Page]:
    """The pages of a PDF in their order; none of one that is too complex a drawing."""
    if too_complex(raw):
        return
    device: list[Device] = []

    def make(**_: Any) -> tuple[Any, Any]:
        manager = pdfminer_utils.CustomPDFResourceManager()
        device.append(Device(manager))
        return device[0], Lines(manager, device[0])

    for number, (_, held) in enumerate(opened(BytesIO(raw), make), start=1):
        letters, figures = _letters(held)
        upright = [letter for letter in letters if letter.upright]
        yield Page(
            number,
            held.width,
            held.height,
            words(upright, held.height),
            [rule for rule in device[0].rules if rule.x0 > -1 and rule.top > -1],
            [found for figure in figures if (found := words(figure, held.height))],
            words((letter for letter in letters if not letter.upright), held.height),
        )


class Lines(Interpreter):
    """Runs what paints, too."""

    paths = True


class Device(PDFPageAggregator):
    """Letters as they come, and the straight lines that are painted on the page itself."""

    def begin_page(self, page: Any, ctm: Any) -> None:
        super().begin_page(page, ctm)
        self.rules: list[Rule] = []

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
        if len(path) > PATH or (isinstance(self.cur_item, LTFigure) and not self._is_whole(self.cur_item)):
            return
        height = self._page().height
        part: list[tuple[float, float]] = []
        for step in (*path, ("m",)):
            if step[0] == "m" and part:
                self.rules += _straight(part, stroke)
                part = []
            if step[0] in "ml" and len(step) == 3:
                x, y = apply_matrix_pt(self.ctm, step[1:])
                part.append((x, height - y))
            elif step[0] == "h" and part:
                part.append(part[0])
            elif step[0] in "cvy":
                return

    def render_image(self, *_: Any) -> None:
        """Pictures are found elsewhere."""

    def _page(self) -> Any:
        return self._stack[0] if self._stack else self.cur_item

    def _is_whole(self, figure: Any) -> bool:
        return _covers(figure, self._page())

    def end_page(self, page: Any) -> None:
        held: Any = self.cur_item
        self.receive_layout(held)


def _covers(figure: Any, page: Any) -> bool:
    return bool(figure.width * figure.height >= WHOLE * page.width * page.height)


def _straight(points: list[tuple[float, float]], stroke: bool) -> Iterator[Rule]:
    """The level and upright edges of a path; a filled box that is thin is one line."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    if min(wide, high) <= THIN:
        middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        if wide > high and wide > THIN:
            yield Rule(min(xs), middle_y, max(xs), middle_y)
        elif high > THIN:
            yield Rule(middle_x, min(ys), middle_x, max(ys))
    elif stroke:
        for (x, y), (u, v) in pairwise(points):
            if abs(y - v) < 0.1 or abs(x - u) < 0.1:
                yield Rule(min(x, u), min(y, v), max(x, u), max(y, v))


def _letters(held: Any) -> tuple[list[Any], list[list[Any]]]:
    """The letters of the page, and those of each figure on it."""
    page, figures = [], []
    for item in held:
        if isinstance(item, LTChar):
            page.append(item)
        elif isinstance(item, LTFigure):
            inner, deeper = _letters(item)
            if _covers(item, held):
                page += inner
                figures += deeper
            else:
                figures.append(inner + [letter for figure in deeper for letter in figure])
    return page, figures


def words(letters: Iterable[Any], height: float) -> list[Word]:
    """Letters in the order of the file to words."""
    found: list[Word] = []
    word, last = None, None
    for letter in letters:
        text = letter.get_text()
        if not text.strip():
            word = None
            continue
        top, bottom = height - letter.y1, height - letter.y0
        if last is not None and _again(letter, text, last):
            continue
        if word is None or not _follows(letter, top, bottom, word):
            word = Word(letter.x0, top, letter.x1, bottom, text, letter.height, letter.fontname)
            found.append(word)
        else:
            word.text += text
            word.x1 = max(word.x1, letter.x1)
            word.top, word.bottom = min(word.top, top), max(word.bottom, bottom)
            if letter.height > word.size:
                word.size, word.font = letter.height, letter.fontname
        last = letter
    return found


def _again(letter: Any, text: str, last: Any) -> bool:
    """The same letter on the same spot: bold by printing twice."""
    return bool(text == last.get_text() and abs(letter.x0 - last.x0) < 0.6 and abs(letter.y0 - last.y0) < 0.6)


def _follows(letter: Any, top: float, bottom: float, word: Word) -> bool:
    shared = min(bottom, word.bottom) - max(top, word.top)
    if shared < 0.4 * min(bottom - top, word.bottom - word.top):
        return False
    gap = letter.x0 - word.x1
    return -0.5 * word.size < gap <= SPACE * max(letter.width, letter.height)
