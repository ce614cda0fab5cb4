"""What a document is: by its content where that tells, else by the extension of its name."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

PDF = ("pdf", "application/pdf")
DOCX = ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
HTML = ("html", "text/html")
MARKDOWN = ("markdown", "text/markdown")
TEXT = ("markdown", "text/plain")
CARD = ("card", "text/markdown")
ARXIV = ("arxiv", "application/atom+xml")
PYTHON = ("config", "text/x-python")
UNKNOWN = ("unknown", "application/octet-stream")

EXTENSIONS = {
    ".pdf": PDF,
    ".docx": DOCX,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".txt": TEXT,
}
HEAD = 4096
FRONT_MATTER = re.compile(
    rb"\A(?:\xef\xbb\xbf)?---[ \t]*\r?\n[^\r\n]*:.*?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def kind_of(path: str, raw: bytes) -> tuple[str, str]:
    """Kind and media type of a document with this path and content."""
    return _by_content(raw) or _by_name(PurePosixPath(path), raw)


def _by_content(raw: bytes) -> tuple[str, str] | None:
    head = raw[:HEAD]
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"PK") and _is_docx(raw):
        return DOCX
    if start.startswith((b"<!doctype html", b"<html")):
        return HTML
    if b"http://www.w3.org/2005/Atom" in head and re.search(rb"<id>\s*https?://(?:export\.)?arxiv\.org/", raw):
        return ARXIV
    return None


def _by_name(path: PurePosixPath, raw: bytes) -> tuple[str, str]:
    if path.suffix == ".py" and path.name.startswith("configuration_"):
        return PYTHON
    found = EXTENSIONS.get(path.suffix.lower(), UNKNOWN)
    if found[1].startswith("text/") and b"\0" in raw[:HEAD] and not raw.startswith(UTF16):
        return UNKNOWN
    return CARD if found is MARKDOWN and FRONT_MATTER.match(raw) else found


def _is_docx(raw: bytes) -> bool:
    try:
        return "word/document.xml" in zipfile.ZipFile(io.BytesIO(raw)).namelist()
    except (zipfile.BadZipFile, ValueError):
        return False
