"""A PDF's text layer as unstructured's strategy `fast` cuts it, in less than half the time; docs/parsing.md says how.

pdfminer makes letters, lines and boxes; unstructured's own functions say what each box is and in which order they are
read. Left out is what its answer does not need: lines and pictures, links, and the tree of boxes where no two boxes
could change places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import count
from typing import Any

from pdfminer import layout
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import IndexAssigner, LAParams, LTChar, LTFigure, LTItem
from unstructured.documents.coordinates import PixelSpace
from unstructured.documents.elements import CoordinatesMetadata, Element, ElementMetadata, ListItem
from unstructured.nlp.patterns import PARAGRAPH_PATTERN
from unstructured.partition import pdf
from unstructured.partition.pdf_image import pdfminer_processing, pdfminer_utils
from unstructured.partition.text import element_from_text
from unstructured.partition.utils.config import env_config
from unstructured.partition.utils.constants import SORT_MODE_BASIC
from unstructured.partition.utils.sorting import sort_page_elements

from stages.parse.content import Interpreter
from stages.parse.miner import opened

SPACES = re.compile(r" {2,}")
AS_SPACE = {ord("\xa0"): " ", ord("\n"): " "}
LAYOUT = LAParams(word_margin=0.185)  # unstructured's own default


def elements(raw: bytes) -> list[Element]:
    """The elements of a PDF, in reading order, with page and place."""
    if pdf.is_pdf_too_complex(file=raw):
        return []
    laid_out = enumerate(opened(BytesIO(raw), _pdfminer), start=1)
    return [element for number, (page, held) in laid_out for element in _page(page, held, number)]


def _pdfminer(**_: Any) -> tuple[Any, Any]:
    manager = pdfminer_utils.CustomPDFResourceManager()
    device = Device(manager, laparams=LAYOUT)
    return device, Interpreter(manager, device)


class Mark(LTItem):
    """In the place of a drawing or picture inside a figure: it parts the words before it from those after it."""


class Device(PDFPageAggregator):
    """Letters, lines and boxes of a page; the tree of boxes is made when `by_tree` asks for it."""

    def paint_path(self, *_: Any) -> None:
        held: Any = self.cur_item
        if isinstance(held, LTFigure):
            held._objs.append(Mark())  # type: ignore[arg-type]

    def render_image(self, *_: Any) -> None:
        self.paint_path()

    def end_page(self, page: Any) -> None:
        held: Any = self.cur_item
        letters = [item for item in held if isinstance(item, LTChar)]
        others = [item for item in held if not isinstance(item, LTChar)]
        if letters:
            lines = list(held.group_objects(LAYOUT, letters))
            empty = [line for line in lines if line.is_empty()]
            boxes = list(held.group_textlines(LAYOUT, [line for line in lines if not line.is_empty()]))
            for item in (*empty, *boxes):
                item.analyze(LAYOUT)
            held._objs = [*boxes, *others, *empty]
        self.receive_layout(held)


def _page(page: Any, held: Any, number: int) -> list[Element]:
    space = PixelSpace(width=held.width, height=held.height)
    boxes, rest = [], []
    for item in held:
        for text in _texts(item):
            element = _element(text, pdfminer_utils.rect_to_bbox(item.bbox, held.height), space, number)
            if isinstance(item, layout.LTTextBox):
                boxes.append((element, item))
            else:
                rest.append(element)
    for widget in pdfminer_processing.get_widget_text_from_annots(page.annots, held.height) if page.annots else []:
        rest.append(_element(widget["text"], widget["bbox"], space, number))
    found = [element for element, _ in boxes] + rest
    if _order_matters(found):
        found = [element for element, _ in by_tree(held, boxes)] + rest
    joined = pdf._combine_list_elements(found, space)
    return sort_page_elements(sort_page_elements(joined, SORT_MODE_BASIC))


def _texts(item: Any) -> Iterator[str]:
    """The texts of a box or a figure, without needless space."""
    if hasattr(item, "get_text"):
        found = [pdfminer_utils.get_text_with_deduplication(item, env_config.PDF_CHAR_DUPLICATE_THRESHOLD)]
    else:
        found = re.split(PARAGRAPH_PATTERN, pdf._extract_text(item))
    for text in found:
        cleaned = SPACES.sub(" ", text.translate(AS_SPACE)).strip()
        if cleaned:
            yield cleaned


def _element(text: str, box: tuple[float, ...], space: PixelSpace, page: int) -> Element:
    x1, y1, x2, y2 = box
    points = ((x1, y1), (x1, y2), (x2, y2), (x2, y1))
    element = element_from_text(text, coordinates=points, coordinate_system=space)
    place = CoordinatesMetadata(points=points, system=space)
    element.metadata = ElementMetadata(page_number=page, coordinates=place)
    return element


def _order_matters(found: list[Any]) -> bool:
    """Two boxes begin at one point, or one may be taken into a list item: then their order is in what comes out."""
    corners = [element.metadata.coordinates.points[0] for element in found]
    items: list[Any] = [element for element in found if isinstance(element, ListItem)]
    return len(set(corners)) < len(corners) or any(
        pdf.check_coords_within_boundary(other.metadata.coordinates, item.metadata.coordinates)
        for item in items
        for other in found
        if not isinstance(other, ListItem)
    )


def by_tree(held: Any, boxes: list[tuple[Element, Any]]) -> list[tuple[Element, Any]]:
    """The boxes as pdfminer's tree of neighbours orders them. Among equals it takes the lower address, which differs
    from run to run; here it takes the one that came first."""
    numbers: dict[Any, int] = {}
    fresh = count()
    layout.id = lambda item: numbers.setdefault(item, next(fresh))  # type: ignore[attr-defined]
    try:
        for group in held.group_textboxes(LAYOUT, [box for _, box in boxes]):
            group.analyze(LAYOUT)
            IndexAssigner().run(group)
    finally:
        del layout.id  # type: ignore[attr-defined]
    return sorted(boxes, key=lambda entry: entry[1].index)
