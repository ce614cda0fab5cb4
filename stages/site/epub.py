"""A book as EPUB 3: a zip of XHTML with a table of contents, citations as endnotes, diagrams and figures.

Nothing in it is of its time or place: the date is fixed, the identifier is the hash of what it holds.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from stages.core.words import Words
from stages.site.chapter import Chapter, document, file_of
from stages.site.text import words

Page = Mapping[str, Any]
DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say
MODIFIED = "1980-01-01T00:00:00Z"
TYPES = {
    **{".xhtml": "application/xhtml+xml", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"},
    **{".jpg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"},
}
CONTAINER = """\
<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
STYLE = """\
body { line-height: 1.45; }
h1, h2 { line-height: 1.2; }
.cover { text-align: center; margin-top: 30%; }
table { border-collapse: collapse; font-size: .85em; margin: 1em 0; }
th, td { border: 1px solid #bbb; padding: .25em .5em; text-align: left; vertical-align: top; }
img { max-width: 100%; }
svg { width: 100%; font-size: 12px; }
svg rect { fill: #5c6bc0; }
a.mark { font-size: .7em; vertical-align: super; line-height: 0; text-decoration: none; margin-left: .15em; }
.counted, .notes { font-size: .8em; }
"""


def write_epub(name: str, pages: Sequence[Page], images: Mapping[str, Any], say: Words, site: Path, path: Path) -> None:
    """Write `pages` into the EPUB `path`; pictures are those of the finished `site`."""
    chapters = {file_of(page["document"]): Chapter(page, pages, images.get(page["about"], ()), say) for page in pages}
    files = {file: chapter.xhtml().encode() for file, chapter in chapters.items()}
    shown = sorted({picture for chapter in chapters.values() for picture in chapter.pictures})
    files |= {picture: (site / picture).read_bytes() for picture in shown}
    files |= {"title.xhtml": _title(name, len(pages), say), "nav.xhtml": _contents(chapters, say)}
    files |= {"style.css": STYLE.encode()}
    drawn = {file for file, chapter in chapters.items() if chapter.draws}
    package = _package(name, ["title.xhtml", *chapters], files, drawn, say)
    with ZipFile(path, "w") as book:
        _add(book, "mimetype", b"application/epub+zip", ZIP_STORED)
        _add(book, "META-INF/container.xml", CONTAINER.encode(), ZIP_DEFLATED)
        for file, data in [("package.opf", package), *sorted(files.items())]:
            _add(book, f"EPUB/{file}", data, ZIP_DEFLATED)


def _add(book: ZipFile, name: str, data: bytes, way: int) -> None:
    entry = ZipInfo(name, DATE)
    entry.create_system, entry.external_attr, entry.compress_type = 3, 0o644 << 16, way
    book.writestr(entry, data)


def _title(name: str, pages: int, say: Words) -> bytes:
    body = f'<section class="cover"><h1>{words(name)}</h1><p>{words(say(f"{pages} pages."))}</p></section>'
    return document(name, body, "title.xhtml", say).encode()


def _contents(chapters: Mapping[str, Chapter], say: Words) -> bytes:
    lines = "".join(f'<li><a href="{file}">{words(one.page["title"])}</a></li>' for file, one in chapters.items())
    title = say("Pages")
    body = f'<nav epub:type="toc" id="toc" role="doc-toc"><h1>{words(title)}</h1><ol>{lines}</ol></nav>'
    return document(title, body, "nav.xhtml", say).encode()


def _package(name: str, spine: Iterable[str], files: Mapping[str, bytes], drawn: set[str], say: Words) -> bytes:
    """The package document: what the book is called, what is in it, and in which order it is read."""
    digest = hashlib.sha256()
    for file, data in sorted(files.items()):
        digest.update(f"{file} {len(data)}\n".encode() + data)
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, digest.hexdigest()).urn
    ids = {file: f"file-{number}" for number, file in enumerate(sorted(files), 1)}
    properties = {"nav.xhtml": ' properties="nav"'} | dict.fromkeys(drawn, ' properties="svg"')
    items = "\n".join(
        f'<item id="{ids[file]}" href="{file}" media-type="{TYPES[Path(file).suffix]}"{properties.get(file, "")}/>'
        for file in sorted(files)
    )
    order = "\n".join(f'<itemref idref="{ids[file]}"/>' for file in spine)
    return f"""\
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{say.language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{identifier}</dc:identifier>
<dc:title>{words(name)}</dc:title>
<dc:language>{say.language}</dc:language>
<meta property="dcterms:modified">{MODIFIED}</meta>
</metadata>
<manifest>
{items}
</manifest>
<spine>
{order}
</spine>
</package>
""".encode()
