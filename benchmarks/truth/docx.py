"""DOCX: the body as XML beside fixed parts, in a ZIP file without compression and with fixed times."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from benchmarks.truth.article import Document
from benchmarks.truth.blocks import Block, Table, spread

TIME = (2025, 1, 1, 0, 0, 0)
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{WORD}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{WORD}.numbering+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{WORD}.header+xml"/></Types>'
)
ROOT = (
    f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATION}/officeDocument" Target="word/document.xml"/></Relationships>'
)
LINKS = (
    f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATION}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{RELATION}/numbering" Target="numbering.xml"/>'
    f'<Relationship Id="rId3" Type="{RELATION}/header" Target="header1.xml"/></Relationships>'
)
NUMBERING = (
    f'{XML}<w:numbering {SPACE}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:pPr><w:ind w:left="360" w:hanging="360"/></w:pPr></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
BULLET = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
PARAGRAPH_STYLES = (  # id, name, what the paragraph has, half points, bold
    ("Title", "Title", '<w:pPr><w:jc w:val="center"/></w:pPr>', 40, True),
    ("Heading1", "heading 1", '<w:pPr><w:keepNext/><w:outlineLvl w:val="0"/></w:pPr>', 30, True),
    ("Heading2", "heading 2", '<w:pPr><w:keepNext/><w:outlineLvl w:val="1"/></w:pPr>', 26, True),
    ("ListBullet", "List Bullet", BULLET, 22, False),
    ("Caption", "caption", "", 18, True),
    ("Code", "Code", "", 18, False),
)
STYLES = (
    f'{XML}<w:styles {SPACE}><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    '<w:rPr><w:sz w:val="22"/></w:rPr></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>{has}'
        f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/></w:rPr></w:style>'
        for key, name, has, size, bold in PARAGRAPH_STYLES
    )
    + '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders></w:tblPr></w:style></w:styles>"
)
STYLE_OF = {"title": "Title", "item": "ListBullet", "caption": "Caption", "code": "Code"}


def write(document: Document, part: str) -> tuple[bytes, list[str]]:
    """The document as a Word file, and what stands in its page header."""
    look = document.look
    columns, styled, running = look.chance(0.3), look.chance(0.8), document.title if look.chance(0.5) else ""
    body = "".join(_block(block, styled) for block in document.blocks)
    header = '<w:headerReference xmlns:r="' + RELATION + '" w:type="default" r:id="rId3"/>' if running else ""
    section = f'<w:sectPr>{header}<w:cols w:num="{2 if columns else 1}"/></w:sectPr>'
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "word/document.xml": f"{XML}<w:document {SPACE}><w:body>{body}{section}</w:body></w:document>",
        "word/_rels/document.xml.rels": LINKS,
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        "word/header1.xml": f"{XML}<w:hdr {SPACE}>{_paragraph(running, '')}</w:hdr>",
    }
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, TIME)
            info.create_system = 3
            archive.writestr(info, text.encode())
    return sink.getvalue(), [running] if running else []


def _block(block: Block, ruled: bool) -> str:
    if block.table:
        return _table(block.table, ruled)
    style = STYLE_OF.get(block.type, "")
    if block.type == "heading":
        style = f"Heading{block.level}"
    return _paragraph(block.text, style)


def _paragraph(text: str, style: str, *, bold: bool = False) -> str:
    has = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    looks = "<w:rPr><w:b/></w:rPr>" if bold else ""
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(text).split("\n"))
    return f'<w:p>{has}<w:r>{looks}<w:t xml:space="preserve">{lines}</w:t></w:r></w:p>'


def _table(table: Table, ruled: bool) -> str:
    """Merged cells as Word has them: gridSpan to the right, vMerge downwards."""
    grid = spread(table)
    inner = []
    below: dict[int, tuple[int, int]] = {}  # column -> rows still covered, width
    for row in grid:
        cells, x = [], 0
        while x < len(row):
            cell = row[x]
            if cell is None and x in below:
                left, width = below[x]
                cells.append(_cell("", width, "<w:vMerge/>", False))
                below[x] = (left - 1, width)
                if left == 1:
                    del below[x]
            elif cell is None:
                width = 1
                cells.append(_cell("", 1, "", False))
            else:
                width = cell.colspan
                if cell.rowspan > 1:
                    below[x] = (cell.rowspan - 1, width)
                merge = '<w:vMerge w:val="restart"/>' if cell.rowspan > 1 else ""
                cells.append(_cell(cell.text, width, merge, cell.header))
            x += width
        inner.append(f"<w:tr>{''.join(cells)}</w:tr>")
    style = '<w:tblStyle w:val="TableGrid"/>' if ruled else ""
    columns = "<w:gridCol/>" * len(grid[0])
    return f"<w:tbl><w:tblPr>{style}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(inner)}</w:tbl>" + _paragraph(
        "", ""
    )


def _cell(text: str, width: int, merge: str, bold: bool) -> str:
    span = f'<w:gridSpan w:val="{width}"/>' if width > 1 else ""
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{_paragraph(text, '', bold=bold)}</w:tc>"
