"""A PDF is too complex a drawing for `structured` if it is for unstructured."""

from __future__ import annotations

from pathlib import Path

import pytest

from stages.parse import library
from stages.parse.drawings import too_complex
from tests.parse import builders

CORPUS = Path(__file__).parents[2] / "corpus"
LINE, TEXT = b"0 0 m\n9 9 l S ", b"BT /F1 9 Tf (a) Tj ET "


def shared(count: int) -> bytes:
    """A page whose content is one stream, named so many times."""
    return builders.page(LINE).replace(b"/Contents 5 0 R", b"/Contents [%s]" % (b"5 0 R " * count))


@pytest.mark.parametrize(
    ("raw", "drawing"),
    [
        (builders.page(b"q " * 15_000), False),  # too short to be counted
        (builders.page(LINE * 8_000), True),
        (builders.page(LINE * 8_000 + TEXT * 250), True),  # 24 operators that paint to one that writes
        (builders.page(LINE * 8_000 + TEXT * 400), False),  # 15
        (builders.page((LINE + b" " * 20) * 3_300), False),  # 9,900 of them
        (builders.page((LINE + b" " * 20) * 3_400), True),  # 10,200
        (builders.page(b"(mlS) " * 30_000), False),  # no operators
        (builders.page(b"f* B* b* W* re cm Do gs rg RG cs CS q Q " * 3_000), True),
        (builders.page(b" " * (51 << 20)), True),
        (shared(300), False),
        (shared(10_001), True),
        (builders.page(LINE * 8_000).replace(b"/Contents 5 0 R", b"/Contents 77 0 R"), False),
        (builders.page(LINE)[:200], False),
        (b"no PDF", False),
        *((path.read_bytes(), False) for path in sorted(CORPUS.rglob("*.pdf"))),
    ],
    ids=lambda held: None if isinstance(held, bool) else f"{len(held)} bytes",
)
def test_drawings_are_told_alike(raw: bytes, drawing: bool) -> None:
    library.load_pdf()
    from unstructured.partition.pdf import is_pdf_too_complex

    assert too_complex(raw) == is_pdf_too_complex(file=raw) == drawing
