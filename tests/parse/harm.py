"""Documents that would do harm: that grow, nest, loop, run or fetch. Each is a name and its bytes."""

from __future__ import annotations

import io
import zipfile

from tests.parse import builders

SENTENCE = "The optimizer keeps two moments for each weight and divides the first by the root of the second."
OUTSIDE = "http://192.0.2.1:9/outside"
DEEP = 100_000
MANY = 2_000  # of what takes time that grows with the square: more is left to parse's limit
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE w [<!ENTITY l0 "laugh">{LAUGHS}]>'
FEED = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2106.09685</id>'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def word(body: str, doctype: str = "", relations: str = "", padding: bytes = b"") -> bytes:
    """A Word document with this body; one that python-docx wrote, its main part and relations replaced."""
    source, sink = zipfile.ZipFile(io.BytesIO(builders.docx("Title", SENTENCE, [["a", "b"]]))), io.BytesIO()
    main = f'{doctype}<w:document xmlns:w="{WORD}" xmlns:r="{LINK}"><w:body>{body}</w:body></w:document>'
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as held:
        for name in source.namelist():
            raw = source.read(name)
            if name == "word/document.xml":
                raw = main.encode() + padding
            if name == "word/_rels/document.xml.rels":
                raw = raw.replace(b"</Relationships>", f"{relations}</Relationships>".encode())
            held.writestr(name, raw)
    return sink.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def outside(kind: str, name: str) -> str:
    return f'<Relationship Id="{name}" Type="{LINK}/{kind}" Target="{OUTSIDE}" TargetMode="External"/>'


def objects(catalog: str, *more: bytes) -> bytes:
    """A PDF of one page with a sentence; `catalog` is put into its catalog, `more` are objects from number 6 on."""
    text = f"BT /F1 10 Tf 72 740 Td ({SENTENCE}) Tj ET".encode()
    font = b"<< /Font << /F1 3 0 R >> >>"
    return builders.file(
        [
            f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources %s /Contents 5 0 R >>" % font,
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
            *more,
        ]
    )


ACTION = "/OpenAction << /S /{} >> /AA << /WC << /S /{} >> >>"
PARSED = {
    "script.pdf": objects(f"/OpenAction << /S /JavaScript /JS (app.launchURL\\('{OUTSIDE}'\\)) >>"),
    "launch.pdf": objects("/OpenAction << /S /Launch /F (/bin/sh) /NewWindow true >>"),
    "address.pdf": objects(f"/OpenAction << /S /URI /URI ({OUTSIDE}) >>"),
    "pictures.html": (
        f'<html><head><base href="{OUTSIDE}/"><link rel="stylesheet" href="a.css"><style>@import "{OUTSIDE}"</style>'
        f'</head><body><img src="{OUTSIDE}.png"><iframe src="{OUTSIDE}"></iframe><p>{SENTENCE}</p></body></html>'
    ).encode(),
    "entity.html": f'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><p>{SENTENCE} &x;</p>'.encode(),
    "picture.md": f"# Title\n\n![a]({OUTSIDE}.png)\n\n{SENTENCE}\n\n[b]: {OUTSIDE}\n".encode(),
    "template.docx": word(paragraph(SENTENCE), relations=outside("attachedTemplate", "rId90")),
    "linked.docx": word(paragraph(SENTENCE), relations=outside("image", "rId90") + outside("hyperlink", "rId91")),
    "included.tex": (
        f"\\documentclass{{article}}\\begin{{document}}\\input{{/etc/passwd}}\\input{{{OUTSIDE}}}"
        f"\\write18{{touch x}} {SENTENCE}\\end{{document}}"
    ).encode(),
}  # parsed, with their sentence, and nothing asked of anybody
NESTED = {
    "quotes.md": (b"> " * DEEP) + SENTENCE.encode(),
    "quote_marks.md": (b">" * DEEP) + SENTENCE.encode(),
    "brackets.md": (b"[" * MANY) + SENTENCE.encode() + (b"](x)" * MANY),
    "stars.md": (b"*a_" * MANY) + SENTENCE.encode(),
    "ticks.md": b"".join(b"`" * (n % 300) + b" " for n in range(3000)) + SENTENCE.encode(),
    "items.md": b"".join(b" " * n + b"- a\n" for n in range(300)) + SENTENCE.encode(),
    "divs.html": b"<html>" + b"<div>" * DEEP + SENTENCE.encode(),
    "tables.html": b"<html>" + b"<table><tr><td>" * 5000 + SENTENCE.encode(),
    "lists.html": b"<html>" + b"<ul><li>" * 20_000 + SENTENCE.encode(),
    "cells.docx": word("<w:tbl><w:tr><w:tc>" * 3000 + paragraph(SENTENCE) + "</w:tc></w:tr></w:tbl>" * 3000),
    "braces.tex": b"\\documentclass{article}\\begin{document}" + b"{" * DEEP + SENTENCE.encode() + b"}" * DEEP,
    "parts.tex": b"\\documentclass{article}" + b"\\begin{quote}" * 20_000 + SENTENCE.encode(),
    "config.json": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "configuration_deep.py": b"class AConfig:\n    a: int = " + b"(" * 5000 + b"1" + b")" * 5000,
    "configuration_minus.py": b"class AConfig:\n    a: int = " + b"-" * 50_000 + b"1",
    "card.md": b"---\na: " + b"[" * DEEP + b"\n---\n# Title\n\n" + SENTENCE.encode(),
    "anchors.md": (
        b"---\na0: &a0 [x]\n"
        + b"".join(b"a%d: &a%d [*a%d,*a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 60))
        + b"license: *a59\n---\n# Title\n\n"
        + SENTENCE.encode()
    ),
    "feed.xml": FEED.encode() + b"<a>" * DEEP,
    "arrays.pdf": objects("/A " + "[" * DEEP + "]" * DEEP),
    "content.pdf": builders.page(b"[" * DEEP + b"]" * DEEP + b" TJ q " * 1000),
    "line.txt": (SENTENCE + " ").encode() * 20_000,
    "word.txt": b"a" * 3_000_000,
    "line.html": b"<html><p>" + (SENTENCE + " ").encode() * 10_000,
}  # parsed or quarantined, in a bounded time
LOOPS = {
    "laughs.xml": f"{BOMB.replace('DOCTYPE w', 'DOCTYPE feed')}{FEED}<title>&l9;</title></entry></feed>".encode(),
    "laughs.docx": word(paragraph("&l9;"), BOMB.replace("DOCTYPE w", "DOCTYPE w:document")),
    "entity.docx": word(paragraph("&x;" + SENTENCE), '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "bomb.docx": word(paragraph(SENTENCE), padding=b" " * 300_000_000),
    "kids.pdf": builders.file(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]
    ),
    "outline.pdf": objects(
        "/Outlines 6 0 R", b"<< /First 7 0 R /Last 7 0 R >>", b"<< /Title (A) /Next 7 0 R /First 7 0 R >>"
    ),
    "streams.pdf": objects(
        "/X 7 0 R",
        b"<< /Type /ObjStm /N 1 /First 4 /Extends 6 0 R /Length 8 >>\nstream\n7 0 6 0 R\nendstream",
        b"7 0 R",
    ),
    "previous.pdf": objects("").replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9"),
    "length.pdf": objects("", b"<< /Length 6 0 R >>\nstream\nx\nendstream").replace(b"/Length 124", b"/Length 6 0 R"),
    "outside.pdf": objects("", b"<< /F (/etc/passwd) /FFilter /None /Length 0 >>\nstream\n\nendstream"),
    "kids.parent.pdf": objects("").replace(b"/Parent 2 0 R", b"/Parent 4 0 R"),
}  # neither grows nor turns in a circle
