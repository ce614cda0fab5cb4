"""Small documents, made as text or by the libraries of their formats."""

from __future__ import annotations

import io

Lines = list[tuple[int, str]]  # (font size, text)


def pdf(pages: list[Lines]) -> bytes:
    """A PDF of these lines, each a text box of its own."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number, lines in enumerate(pages):
        page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"{page} /Contents {5 + 2 * number} 0 R >>".encode())
        text = "".join(
            f"BT /F1 {size} Tf 72 {740 - 60 * at} Td ({line}) Tj ET\n" for at, (size, line) in enumerate(lines)
        ).encode()
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text))
    return file(objects)


def page(stream: bytes, form: bytes = b"") -> bytes:
    """A PDF of one page with this content; `/X1 Do` in it shows the form."""
    shown = b"<< /Font << /F1 3 0 R >> /XObject << /X1 6 0 R >> >>"
    return file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources %s /Contents 5 0 R >>" % shown,
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources %s /Length %d >>\nstream\n%s\nendstream"
            % (shown, len(form), form),
        ]
    )


def pages(streams: list[bytes]) -> bytes:
    """A PDF of a page for each content; fonts /F1 (Helvetica) and /F2 (its bold)."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{5 + 2 * at} 0 R' for at in range(len(streams)))}] "
        f"/Count {len(streams)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
    ]
    for at, stream in enumerate(streams):
        fonts = b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
        box = b"/MediaBox [0 0 595 842] %s /Contents %d 0 R" % (fonts, 6 + 2 * at)
        objects.append(b"<< /Type /Page /Parent 2 0 R %s >>" % box)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return file(objects)


def show(size: int, x: float, y: float, text: str, *, bold: bool = False) -> str:
    """A line of text for the content of a page."""
    return f"BT /{'F2' if bold else 'F1'} {size} Tf {x} {y} Td ({text}) Tj ET\n"


def file(objects: list[bytes]) -> bytes:
    sink, offsets = io.BytesIO(), []
    sink.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, start=1):
        offsets.append(sink.tell())
        sink.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = sink.tell()
    sink.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    sink.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    sink.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return sink.getvalue()


def with_outline(raw: bytes, entries: list[tuple[str, int, int | None]]) -> bytes:
    """The PDF with bookmarks: (title, page from 0, number of the entry it belongs to)."""
    from pypdf import PdfReader, PdfWriter

    writer, held = PdfWriter(clone_from=PdfReader(io.BytesIO(raw))), []
    for title, page, parent in entries:
        held.append(writer.add_outline_item(title, page, parent=None if parent is None else held[parent]))
    return _written(writer)


def encrypted(raw: bytes) -> bytes:
    """The PDF, to be opened with a password only."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(raw)))
    writer.encrypt("secret", algorithm="RC4-128")
    return _written(writer)


def with_pictures(raw: bytes, sizes: list[tuple[int, int]]) -> bytes:
    """The PDF's first page once for each of these sizes, with a picture of that size on it."""
    from PIL import Image
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for size in sizes:
        sink = io.BytesIO()
        Image.new("RGB", size, (200, 30, size[0] % 256)).save(sink, "PDF")
        page = writer.add_page(PdfReader(io.BytesIO(raw)).pages[0])
        page.merge_page(PdfReader(io.BytesIO(sink.getvalue())).pages[0])
    return _written(writer)


def docx(title: str, paragraph: str, rows: list[list[str]]) -> bytes:
    """A Word document with a heading, a paragraph, a bullet and a table."""
    from docx import Document

    document, sink = Document(), io.BytesIO()
    document.add_heading(title, level=1)
    document.add_heading("Part", level=2)
    document.add_paragraph(paragraph)
    document.add_paragraph("a point", style="List Bullet")
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(sink)
    return sink.getvalue()


def _written(writer) -> bytes:
    sink = io.BytesIO()
    writer.write(sink)
    return sink.getvalue()
