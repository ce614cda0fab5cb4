"""Strategy `hi_res`: unstructured looks at each page by a model, and reads by OCR what the page has no text for.

unstructured's own code does it. What it would fetch from a hub is chosen in config instead: the layout model and the
table model each come from a package, a file or folder, or, if the config names one there, from the hub. rapidocr takes
the place of Tesseract, which is a program that would have to be installed.
"""

from __future__ import annotations

import os
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages.parse import Parser
from stages.parse.elements import Piece
from stages.parse.refused import Refused

if TYPE_CHECKING:
    from unstructured.documents.elements import Element

AGENT = "stages.parse.hi_res_parts"
HUB_LAYOUTS = (
    "yolox",
    "yolox_quantized",
    "yolox_tiny",
    "detectron2_onnx",
    "detectron2_quantized",
    "detectron2_mask_rcnn",
)
POINTS = 72.0


def pdf(raw: bytes, parser: Parser) -> list[Piece]:
    """The pieces of a PDF."""
    return _pieces(raw, parser, "partition_pdf", "unstructured.partition.pdf")


def picture(raw: bytes, parser: Parser) -> list[Piece]:
    """The pieces of a picture file."""
    return _pieces(raw, parser, "partition_image", "unstructured.partition.image")


def _pieces(raw: bytes, parser: Parser, name: str, module: str) -> list[Piece]:
    from importlib import import_module

    layout = _ready(parser.hi_res_layout, parser.hi_res_tables, parser.ocr_dpi, parser.ocr_pixels)
    cut = getattr(import_module(module), name)
    found = cut(
        file=BytesIO(raw),
        strategy="hi_res",
        hi_res_model_name=layout,
        infer_table_structure=True,
        languages=["eng"],
        ocr_agent=f"{AGENT}.Reader",
        table_ocr_agent=f"{AGENT}.Reader",
    )
    return [_placed(piece, element) for piece, element in zip(_typed(found), found, strict=True)]


def _typed(found: list[Element]) -> list[Piece]:
    from stages.parse.pieces import by_markup

    return by_markup(found)


def _placed(piece: Piece, element: Any) -> Piece:
    """With its box in points; unstructured counts pixels of the page that it drew."""
    from dataclasses import replace

    place = element.metadata.coordinates
    if place is None or not place.points:
        return piece
    scale = POINTS / int(os.environ["PDF_RENDER_DPI"])
    xs, ys = [float(x) * scale for x, _ in place.points], [float(y) * scale for _, y in place.points]
    return replace(piece, box=(round(min(xs), 1), round(min(ys), 1), round(max(xs), 1), round(max(ys), 1)))


@cache
def _ready(layout: str, tables: str, dpi: int, most: int) -> str:
    """Load both models and put them where unstructured looks for them; gives the name of the layout model."""
    os.environ["PDF_RENDER_DPI"] = str(dpi)
    os.environ["PDF_RENDER_MAX_PIXELS_PER_PAGE"] = str(most)
    if layout in HUB_LAYOUTS or not (tables == "rules" or Path(tables).exists()):
        os.environ.update(HF_HUB_OFFLINE="0", TRANSFORMERS_OFFLINE="0")  # the config names a source on the network
    from unstructured.partition.utils.ocr_models import ocr_interface

    if AGENT not in ocr_interface.OCR_AGENT_MODULES_WHITELIST:
        ocr_interface.OCR_AGENT_MODULES_WHITELIST.append(AGENT)
    _load_tables(tables)
    return _load_layout(layout)


def _load_layout(name: str) -> str:
    from unstructured_inference.models import base, yolox

    from stages.parse.hi_res_parts import PackageLayout

    if name == "package":
        base.register_new_model({name: {}}, PackageLayout)
    elif name not in HUB_LAYOUTS:
        if not Path(name).is_file():
            raise Refused("no model", f"hi_res_layout: {name} is no file, nor package, {', '.join(HUB_LAYOUTS)}")
        label_map = yolox.YOLOX_LABEL_MAP
        base.register_new_model({name: {"model_path": name, "label_map": label_map}}, yolox.UnstructuredYoloXModel)
    try:
        base.get_model(name)
    except Exception as error:
        raise Refused("no model", _missing("hi_res_layout", name, "package", error)) from error
    return name


def _load_tables(name: str) -> None:
    from unstructured_inference.models import tables

    from stages.parse.hi_res_parts import RuledTables

    if name == "rules":
        tables.tables_agent = RuledTables()
        tables.tables_agent.initialize()
        return
    tables.tables_agent = tables.UnstructuredTableTransformerModel()
    try:
        tables.tables_agent.initialize(name)
    except Exception as error:
        raise Refused("no model", _missing("hi_res_tables", name, "rules", error)) from error


def _missing(key: str, name: str, other: str, error: Exception) -> str:
    return f"{key}: {name} is neither here nor on the hub ({type(error).__name__}); name a file or folder, or {other}"
