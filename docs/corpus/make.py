# SPDX-License-Identifier: Apache-2.0
"""Write corpus/pdf/*.pdf and corpus/docx/*.docx from the Markdown sources next to this file.

    python docs/corpus/make.py [OUTPUT]      OUTPUT is the corpus folder, by default the repository's own

Needs reportlab, python-docx and Pillow, which Litmill itself does not need for this:

    pip install reportlab==5.1.0 python-docx==1.2.0 pillow==13.0.0

With these versions the bytes are the same on every run: dates are fixed, no id comes from the clock, and the DOCX
files are zipped again with fixed time stamps. Another version of a library may give other bytes with the same content.

The sources use a small part of Markdown: headings, paragraphs, lists, tables, fenced code, `code` and **bold**, and
`![Figure 1: caption](figure:name)` for a figure that a function below draws (PDF only).
"""

from __future__ import annotations

import html
import io
import re
import sys
import zipfile
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.shared import Pt
from PIL import Image as PilImage
from PIL import ImageDraw, ImageFont
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import (
    Image,
    KeepTogether,
    ListFlowable,
    ListItem,
    Paragraph,
    Preformatted,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

HERE = Path(__file__).resolve().parent
AUTHOR = "Litmill contributors"
DATE = datetime(2025, 1, 1)
ZIP_TIME = (2025, 1, 1, 0, 0, 0)
BLUE, ORANGE, GREY = colors.HexColor("#2563a8"), colors.HexColor("#d9822b"), colors.HexColor("#666666")

NF4 = (-1.0, -0.6961928, -0.5250731, -0.3949175, -0.2844414, -0.1847734, -0.0910500, 0.0,
       0.0795803, 0.1609302, 0.2461123, 0.3379152, 0.4407098, 0.5626170, 0.7229568, 1.0)  # fmt: skip


# --- the sources -----------------------------------------------------------------------------------------------------


def blocks(text: str) -> list[tuple]:
    """Parse a source into ('h', level, text), ('p', text), ('ul'|'ol', items), ('table', rows), ('code', text),
    ('figure', caption, name)."""
    out: list[tuple] = []
    lines = text.split("\n")
    i = 0
    while i < len(lines):
        line = lines[i]
        if not line.strip():
            i += 1
        elif line.startswith("```"):
            end = next(j for j in range(i + 1, len(lines)) if lines[j].startswith("```"))
            out.append(("code", "\n".join(lines[i + 1 : end])))
            i = end + 1
        elif heading := re.match(r"(#+) (.*)", line):
            out.append(("h", len(heading[1]), heading[2]))
            i += 1
        elif figure := re.match(r"!\[(.*)\]\(figure:(\w+)\)", line):
            out.append(("figure", figure[1], figure[2]))
            i += 1
        elif line.startswith("|"):
            rows = []
            while i < len(lines) and lines[i].startswith("|"):
                cells = [cell.strip() for cell in lines[i].strip().strip("|").split("|")]
                if not all(re.fullmatch(r":?-{3,}:?", cell) for cell in cells):
                    rows.append(cells)
                i += 1
            out.append(("table", rows))
        elif item := re.match(r"(- |\d+\. )", line):
            kind, items = ("ul" if item[1] == "- " else "ol"), []
            while i < len(lines) and lines[i].strip():
                if m := re.match(r"(?:- |\d+\. )(.*)", lines[i]):
                    items.append(m[1])
                else:
                    items[-1] += " " + lines[i].strip()
                i += 1
            out.append((kind, items))
        else:
            words = []
            while i < len(lines) and lines[i].strip() and not lines[i].startswith(("```", "|", "#", "![")):
                words.append(lines[i].strip())
                i += 1
            out.append(("p", " ".join(words)))
    return out


def runs(text: str) -> list[tuple[str, str]]:
    """Split a line into ('', text), ('code', text) and ('bold', text)."""
    out = []
    for part in re.split(r"(`[^`]+`|\*\*[^*]+\*\*)", text):
        if part.startswith("`"):
            out.append(("code", part[1:-1]))
        elif part.startswith("**"):
            out.append(("bold", part[2:-2]))
        elif part:
            out.append(("", part))
    return out


# --- figures ---------------------------------------------------------------------------------------------------------


def figure_nf4() -> Drawing:
    """The levels of NF4 and of a uniform four-bit grid, as two rows of marks (vector)."""
    d = Drawing(440, 130)
    left, width = 70, 350
    for label, y, levels, colour in (
        ("NF4", 85, NF4, BLUE),
        ("int4", 40, [-1 + 2 * k / 15 for k in range(16)], ORANGE),
    ):
        d.add(String(20, y - 3, label, fontName="Helvetica-Bold", fontSize=10, fillColor=colour))
        d.add(Line(left, y, left + width, y, strokeColor=GREY, strokeWidth=0.5))
        for level in levels:
            x = left + (level + 1) / 2 * width
            d.add(Line(x, y - 12, x, y + 12, strokeColor=colour, strokeWidth=1.6))
    for tick in (-1, -0.5, 0, 0.5, 1):
        x = left + (tick + 1) / 2 * width
        d.add(Line(x, 16, x, 20, strokeColor=GREY, strokeWidth=0.5))
        d.add(String(x, 6, f"{tick:g}", fontName="Helvetica", fontSize=8, textAnchor="middle"))
    d.add(String(left + width / 2, 112, "level after scaling the block", fontName="Helvetica", fontSize=8,
                 textAnchor="middle"))  # fmt: skip
    return d


def figure_zero() -> Drawing:
    """A bar for each ZeRO stage (vector)."""
    d = Drawing(440, 190)
    base, height, top = 30, 130, 120.0
    d.add(Line(50, base, 430, base, strokeColor=GREY))
    for gigabytes in (0, 40, 80, 120):
        y = base + gigabytes / top * height
        d.add(Line(46, y, 430, y, strokeColor=colors.HexColor("#dddddd"), strokeWidth=0.5))
        d.add(String(40, y - 3, f"{gigabytes}", fontName="Helvetica", fontSize=8, textAnchor="end"))
    d.add(String(8, base + height + 14, "GB on each device", fontName="Helvetica", fontSize=8))
    for k, (name, value) in enumerate((("none", 120.0), ("stage 1", 31.4), ("stage 2", 16.6), ("stage 3", 1.9))):
        x = 75 + 92 * k
        h = value / top * height
        d.add(Rect(x, base, 50, h, fillColor=ORANGE if k == 0 else BLUE, strokeColor=None))
        d.add(String(x + 25, base + h + 4, f"{value:g}", fontName="Helvetica-Bold", fontSize=9, textAnchor="middle"))
        d.add(String(x + 25, base - 13, name, fontName="Helvetica", fontSize=9, textAnchor="middle"))
    return d


def png(picture: PilImage.Image) -> io.BytesIO:
    data = io.BytesIO()
    picture.save(data, "PNG", dpi=(200, 200))
    data.seek(0)
    return data


def figure_rwkv() -> Image:
    """Memory against tokens: a constant and a line (raster)."""
    w, h = 1200, 640
    picture = PilImage.new("RGB", (w, h), "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(26)
    left, right, top, bottom = 130, 1160, 40, 540
    most_tokens, most_mb = 1000, 140.0

    def at(tokens: float, megabytes: float) -> tuple[float, float]:
        return (
            left + tokens / most_tokens * (right - left),
            bottom - megabytes / most_mb * (bottom - top),
        )

    for tokens in range(0, 1001, 200):
        x, _ = at(tokens, 0)
        draw.line((x, top, x, bottom), fill="#dddddd", width=2)
        draw.text((x, bottom + 12), str(tokens), fill="black", font=font, anchor="ma")
    for megabytes in range(0, 141, 20):
        _, y = at(0, megabytes)
        draw.line((left, y, right, y), fill="#dddddd", width=2)
        draw.text((left - 12, y), str(megabytes), fill="black", font=font, anchor="rm")
    draw.line((*at(0, 0), *at(1000, 131.072)), fill="#d9822b", width=6)
    draw.line((*at(0, 21.627), *at(1000, 21.627)), fill="#2563a8", width=6)
    draw.text(at(430, 92), "key-value cache,\n128 KiB per token", fill="#d9822b", font=font, anchor="mm")
    draw.text(at(760, 28), "RWKV-7 2.9B state, 21.6 MB", fill="#2563a8", font=font, anchor="mm")
    draw.text(((left + right) / 2, 620), "tokens in the context", fill="black", font=font, anchor="ms")
    draw.text((12, 8), "MB", fill="black", font=font)
    return Image(png(picture), width=150 * mm, height=80 * mm)


def figure_window() -> Image:
    """Two masks of 12 by 12 (raster)."""
    cell, n, gap = 40, 12, 120
    picture = PilImage.new("RGB", (2 * n * cell + gap + 40, n * cell + 110), "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(26)
    for k, (title, window) in enumerate((("causal", n), ("window of 4", 4))):
        x0, y0 = 20 + k * (n * cell + gap), 60
        draw.text((x0, 15), title, fill="black", font=font)
        for query in range(n):
            for key in range(n):
                seen = 0 <= query - key < window
                box = (x0 + key * cell, y0 + query * cell, x0 + (key + 1) * cell, y0 + (query + 1) * cell)
                draw.rectangle(box, fill="#2563a8" if seen else "white", outline="#aaaaaa")
        draw.text((x0 + n * cell / 2, y0 + n * cell + 10), "key", fill="black", font=font, anchor="ma")
    return Image(png(picture), width=130 * mm, height=130 * mm * picture.height / picture.width)


FIGURES = {"nf4": figure_nf4, "zero": figure_zero, "rwkv": figure_rwkv, "window": figure_window}


# --- PDF -------------------------------------------------------------------------------------------------------------


class Outlined(SimpleDocTemplate):
    """A document whose headings are bookmarks as well."""

    def afterFlowable(self, flowable):
        level = getattr(flowable, "outline_level", None)
        if level is not None:
            self.headings = getattr(self, "headings", 0) + 1
            key = f"heading-{self.headings}"  # not the id of an object, which differs between runs
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.getPlainText(), key, level, closed=False)


def inline(text: str) -> str:
    tags = {"": "{}", "code": '<font name="Courier">{}</font>', "bold": "<b>{}</b>"}
    return "".join(tags[kind].format(html.escape(part, quote=False)) for kind, part in runs(text))


def write_pdf(source: Path, target: Path) -> None:
    sheet = getSampleStyleSheet()
    body = ParagraphStyle("body", parent=sheet["BodyText"], fontSize=10, leading=13.5, spaceAfter=5)
    cell = ParagraphStyle("cell", parent=body, fontSize=8.5, leading=10.5, spaceAfter=0, spaceBefore=0)
    head = ParagraphStyle("head", parent=cell, fontName="Helvetica-Bold")
    code = ParagraphStyle("code", parent=sheet["Code"], fontSize=8, leading=10, leftIndent=8, spaceAfter=6)
    caption = ParagraphStyle("caption", parent=body, fontName="Helvetica-Oblique", fontSize=9, alignment=1)
    parsed = blocks(source.read_text(encoding="utf-8"))
    title = next(block[2] for block in parsed if block[0] == "h")
    document = Outlined(
        str(target), pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=18 * mm,
        title=title, author=AUTHOR, subject="Litmill sample corpus, Apache-2.0", creator="docs/corpus/make.py",
        invariant=1,
    )  # fmt: skip
    story = []
    for block in parsed:
        kind = block[0]
        if kind == "h":
            flowable = Paragraph(inline(block[2]), sheet[{1: "Title", 2: "Heading2"}.get(block[1], "Heading3")])
            flowable.outline_level = block[1] - 1
            flowable.keepWithNext = True
            story.append(flowable)
        elif kind == "p":
            story.append(Paragraph(inline(block[1]), body))
        elif kind in ("ul", "ol"):
            items = [ListItem(Paragraph(inline(item), body), leftIndent=14) for item in block[1]]
            marks = {"bulletType": "bullet", "start": "•"} if kind == "ul" else {"bulletType": "1"}
            story.append(ListFlowable(items, leftIndent=14, **marks))
        elif kind == "code":
            story.append(Preformatted(block[1], code))
        elif kind == "table":
            table = pdf_table(block[1], document.width, head, cell)
            story.append(KeepTogether([table]) if len(block[1]) <= 9 else table)
        elif kind == "figure":
            drawing = FIGURES[block[2]]()
            drawing.hAlign = "CENTER"
            story.append(KeepTogether([Spacer(1, 6), drawing, Paragraph(inline(block[1]), caption)]))
    document.build(story, onFirstPage=page_number, onLaterPages=page_number)


def page_number(canvas, document) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawCentredString(A4[0] / 2, 10 * mm, str(document.page))


def pdf_table(rows: list[list[str]], width: float, head: ParagraphStyle, cell: ParagraphStyle) -> Table:
    longest = [max(4, *(len(row[k]) for row in rows)) for k in range(len(rows[0]))]
    shares = [min(length, 38) + 3 for length in longest]
    total = min(width, sum(shares) * 5.4)
    data = [[Paragraph(inline(text), head if k == 0 else cell) for text in row] for k, row in enumerate(rows)]
    table = Table(data, colWidths=[total * share / sum(shares) for share in shares], repeatRows=1, hAlign="LEFT",
                  spaceBefore=4, spaceAfter=8)  # fmt: skip
    table.setStyle(TableStyle([
        ("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#999999")),
        ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e6edf5")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]))  # fmt: skip
    return table


# --- DOCX ------------------------------------------------------------------------------------------------------------


def add_runs(paragraph, text: str, bold: bool = False) -> None:
    for kind, part in runs(text):
        run = paragraph.add_run(part)
        if kind == "code":
            run.font.name = "Courier New"
        if kind == "bold" or bold:
            run.bold = True


def write_docx(source: Path, target: Path) -> None:
    document = Document()
    for block in blocks(source.read_text(encoding="utf-8")):
        kind = block[0]
        if kind == "h":
            document.add_heading(block[2], level=block[1])
        elif kind == "p":
            add_runs(document.add_paragraph(), block[1])
        elif kind in ("ul", "ol"):
            for item in block[1]:
                add_runs(document.add_paragraph(style="List Bullet" if kind == "ul" else "List Number"), item)
        elif kind == "code":
            paragraph = document.add_paragraph(style="No Spacing")
            run = paragraph.add_run(block[1])
            run.font.name = "Courier New"
            run.font.size = Pt(9)
            paragraph.paragraph_format.space_after = Pt(8)
        elif kind == "table":
            table = document.add_table(rows=0, cols=len(block[1][0]), style="Table Grid")
            for number, row in enumerate(block[1]):
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    add_runs(cell.paragraphs[0], text, bold=number == 0)
            document.add_paragraph()
        else:
            raise ValueError(f"{source.name}: no {kind} in DOCX")
    properties = document.core_properties
    properties.title = next(block[2] for block in blocks(source.read_text(encoding="utf-8")) if block[0] == "h")
    properties.author = properties.last_modified_by = AUTHOR
    properties.subject = "Litmill sample corpus, Apache-2.0"
    properties.comments = ""
    properties.created = properties.modified = DATE
    properties.revision = 1
    raw = io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            info = zipfile.ZipInfo(name, ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            new.writestr(info, old.read(name))


def main(arguments: list[str]) -> int:
    output = Path(arguments[0]) if arguments else HERE.parent.parent / "corpus"
    for folder, write in (("pdf", write_pdf), ("docx", write_docx)):
        (output / folder).mkdir(parents=True, exist_ok=True)
        for source in sorted((HERE / folder).glob("*.md")):
            target = output / folder / f"{source.stem}.{folder}"
            write(source, target)
            print(f"{folder}/{target.name}  {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
