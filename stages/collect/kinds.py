"""What a document is: by its content where that tells, else by the extension of its name."""

from __future__ import annotations

import io
import json
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
LATEX = ("latex", "application/x-tex")
JSON = ("json", "application/json")
RST = ("rst", "text/x-rst")
PNG = ("picture", "image/png")
JPEG = ("picture", "image/jpeg")
WEBP = ("picture", "image/webp")
TIFF = ("picture", "image/tiff")
UNKNOWN = ("unknown", "application/octet-stream")

EXTENSIONS = {
    ".pdf": PDF,
    ".docx": DOCX,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".mdx": MARKDOWN,
    ".qmd": MARKDOWN,
    ".txt": TEXT,
    ".rst": RST,
    ".tex": LATEX,
    ".latex": LATEX,
}
MEDIA_TYPES = {
    "application/pdf": PDF,
    DOCX[1]: DOCX,
    "text/html": HTML,
    "application/xhtml+xml": HTML,
    "text/markdown": MARKDOWN,
    "text/plain": TEXT,
    "text/x-rst": RST,
    "text/prs.fallenstein.rst": RST,
    "application/x-tex": LATEX,
    "text/x-tex": LATEX,
}
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
PICTURES = {b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG, b"II*\0": TIFF, b"MM\0*": TIFF}
HEAD = 4096
FRONT_MATTER = re.compile(
    rb"\A(?:\xef\xbb\xbf)?---[ \t]*\r?\n[^\r\n]*:.*?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def kind_of(path: str, raw: bytes, media_type: str = "") -> tuple[str, str]:
    """Kind and media type of a document with this path and content; what its server says counts last."""
    found = _by_content(raw) or _by_name(PurePosixPath(path), raw)
    return _checked(MEDIA_TYPES.get(media_type, UNKNOWN), raw) if found is UNKNOWN else found


def is_archive(path: str) -> bool:
    """Whether a name says that this is an archive of documents."""
    return path.lower().endswith(ARCHIVES)


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
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    return next((kind for start, kind in PICTURES.items() if head.startswith(start)), None)


def _by_name(path: PurePosixPath, raw: bytes) -> tuple[str, str]:
    if path.suffix == ".py" and path.name.startswith("configuration_"):
        return PYTHON
    if path.name == "config.json" and _is_object(raw):
        return JSON
    return _checked(EXTENSIONS.get(path.suffix.lower(), UNKNOWN), raw)


def _checked(found: tuple[str, str], raw: bytes) -> tuple[str, str]:
    if (found[1].startswith("text/") or found is LATEX) and b"\0" in raw[:HEAD] and not raw.startswith(UTF16):
        return UNKNOWN
    return CARD if found is MARKDOWN and FRONT_MATTER.match(raw) else found


def _is_object(raw: bytes) -> bool:
    try:
        return isinstance(json.loads(raw), dict)
    except (ValueError, RecursionError):
        return False


def _is_docx(raw: bytes) -> bool:
    try:
        return "word/document.xml" in zipfile.ZipFile(io.BytesIO(raw)).namelist()
    except (zipfile.BadZipFile, ValueError):
        return False
