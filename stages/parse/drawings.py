"""Whether a PDF has a page that is a drawing, or more than can be read: unstructured's verdict, without its module.

`unstructured.partition.pdf.is_pdf_too_complex` gives the same answer (a test compares them), but its module imports
pandas, matplotlib and numba: a second and a half and 150 MB in every process that parses.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

PAINTS = re.compile(rb"(?<!\S)(?:[mlcvyhSsfFBbnWqQgGkKwJjMdi]|f\*|B\*|b\*|W\*|re|cm|Do|rg|RG|cs|CS|gs)(?!\S)")
WRITES = re.compile(rb"(?<!\S)(?:Tj|TJ|'|\"|Tf|Td|TD|Tm|T\*|BT|ET)(?!\S)")
SHORT = 100_000  # bytes of a page's content that are not worth counting in
MOST_PAINTS, TO_WRITES = 10_000, 20  # a drawing has more operators that paint, and more to one that writes
MOST_OF_PAGE, MOST_OF_ALL = 50 << 20, 1 << 30  # bytes of content
MOST_STREAMS, MOST_STREAMS_OF_ALL = 10_000, 1_000_000


def too_complex(raw: bytes) -> bool:
    """Whether the PDF is not worth reading, or not safe to be read; one that pypdf cannot read is not too complex."""
    try:
        return _too_complex(raw)
    except Exception:
        return False


def _too_complex(raw: bytes) -> bool:
    from pypdf import PdfReader
    from pypdf.errors import LimitReachedError
    from pypdf.generic import ArrayObject

    held = listed = 0
    for page in PdfReader(BytesIO(raw)).pages:
        contents = _object(page.get("/Contents"))
        parts = contents if isinstance(contents, ArrayObject) else [contents]
        listed += len(parts)
        if len(parts) > MOST_STREAMS or listed > MOST_STREAMS_OF_ALL:
            return True
        content = bytearray()
        for part in parts:
            try:
                read = part.get_object().get_data()
            except LimitReachedError:
                return True
            except Exception:  # what cannot be read paints nothing
                continue
            held += len(read)
            if held > MOST_OF_ALL or len(content) + len(read) > MOST_OF_PAGE:
                return True
            content += read
        if len(content) >= SHORT and _is_drawing(content):
            return True
    return False


def _object(held: Any) -> Any:
    """What a reference points at, if it does."""
    try:
        return held.get_object()
    except Exception:
        return None


def _is_drawing(content: bytearray) -> bool:
    paints = sum(1 for _ in PAINTS.finditer(content))
    return paints > MOST_PAINTS and paints > TO_WRITES * max(1, sum(1 for _ in WRITES.finditer(content)))
