"""A book as PDF: the text, tables, diagrams and plots of its pages, each page with its sources at its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from stages.core.words import Words
from stages.site.html import summarised
from stages.site.text import words as escaped

FONTS = {"Body": "DejaVuSans.ttf", "Bold": "DejaVuSans-Bold.ttf"}  # of matplotlib: Latin, Greek, Cyrillic, mathematics
MARGIN = 50  # points
Page = Mapping[str, Any]


def write_pdf(name: str, pages: Sequence[Page], say: Words, path: Path) -> None:
    """Write `pages` into the PDF `path`."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import PageBreak, SimpleDocTemplate

    styles = _styles()
    flow = [part for page in pages for part in (*_page(page, say, styles), PageBreak())]
    book = SimpleDocTemplate(
        str(path), pagesize=A4, title=name, author="", invariant=1, lang=say.language,
        leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
    )  # fmt: skip
    book.build(flow)


def _styles() -> dict[str, Any]:
    import matplotlib
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(Path(matplotlib.get_data_path(), "fonts/ttf", file))))
    body = ParagraphStyle("body", fontName="Body", fontSize=9, leading=13, spaceAfter=5)
    return {
        "title": ParagraphStyle("title", body, fontName="Bold", fontSize=17, leading=22, spaceAfter=10),
        "heading": ParagraphStyle(
            "heading", body, fontName="Bold", fontSize=11, leading=15, spaceBefore=8, keepWithNext=1
        ),
        "body": body,
        "cell": ParagraphStyle("cell", body, fontSize=7.5, leading=10, spaceAfter=0),
        "head": ParagraphStyle("head", body, fontName="Bold", fontSize=7.5, leading=10, spaceAfter=0),
        "source": ParagraphStyle("source", body, fontSize=7, leading=9.5, spaceAfter=3),
    }


def _page(page: Page, say: Words, styles: Mapping[str, Any]) -> Iterator[Any]:
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import Paragraph, Spacer

    from stages.site.drawn import bar_chart, flow_chart

    width = A4[0] - 2 * MARGIN - 12  # the frame's own padding
    yield Paragraph(escaped(page["title"]), styles["title"])
    for kind, held in groupby(page["blocks"], key=lambda block: "row" if block["kind"] == "header" else block["kind"]):
        blocks = list(held)
        if kind == "row":
            yield _table(blocks, styles)
        elif kind in ("sentence", "written", "note"):
            yield from (
                Paragraph(escaped(block["text"]) + _marks(block["citations"]), styles["body"]) for block in blocks
            )
        elif kind == "summary":
            yield from (Paragraph(summarised(block, say, _marks), styles["body"]) for block in blocks)
        elif kind == "heading":
            yield from (Paragraph(escaped(block["text"]), styles["heading"]) for block in blocks)
        elif kind in ("diagram", "plot"):
            for block in blocks:
                yield (
                    flow_chart(block["text"], width, A4[1] / 2)
                    if kind == "diagram"
                    else bar_chart(block["text"], width)
                )
                yield Spacer(0, 8)
    if page["citations"]:
        yield Paragraph(escaped(say("Sources")), styles["heading"])
    for one in page["citations"]:
        place = escaped(f"{one['title']}, {one['origin']}")
        yield Paragraph(f"[{one['number']}] “{escaped(one['quote'])}” {place}", styles["source"])


def _table(blocks: Sequence[Mapping[str, Any]], styles: Mapping[str, Any]) -> Any:
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import Paragraph, Table

    columns = max(len(block["cells"]) for block in blocks)
    rows = []
    for block in blocks:
        style = styles["head" if block["kind"] == "header" else "cell"]
        cells = [Paragraph(escaped(cell["text"]) + _marks(cell["citations"]), style) for cell in block["cells"]]
        rows.append(cells + [""] * (columns - len(cells)))
    width = (A4[0] - 2 * MARGIN) / columns
    lines = [("LINEBELOW", (0, 0), (-1, -1), 0.25, "#bbbbbb"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    heads = int(blocks[0]["kind"] == "header")
    return Table(rows, colWidths=[width] * columns, repeatRows=heads, style=lines, splitInRow=1, spaceAfter=8)


def _marks(numbers: Sequence[int]) -> str:
    return "".join(f" [{number}]" for number in numbers)
