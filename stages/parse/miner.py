"""pdfminer's pages of a PDF, with the reader that unstructured makes robust: it mends what pdfminer cannot read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from unstructured.partition.pdf_image import pdfminer_utils


def opened(file: BinaryIO, make: Callable[..., tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    """(page, layout) of each page, by the device and interpreter that `make` makes."""
    pages = pdfminer_utils.open_pdfminer_pages_generator(file)
    made = pdfminer_utils.init_pdfminer
    pdfminer_utils.init_pdfminer = make  # asked for by the first page
    try:
        first = next(pages, None)
    finally:
        pdfminer_utils.init_pdfminer = made
    if first is not None:
        yield first
        yield from pages
