"""What a document calls itself, where its format has a place for that beside its headings."""

from __future__ import annotations

import html
import re
from typing import Any

from stages.parse.elements import Piece

HTML_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
LONGEST = 200  # characters; a paragraph is no title


def html_title(text: str, pieces: list[Piece]) -> str | None:
    """The page's <title>, without the site's name: the longest heading that stands in it, if there is one."""
    found = HTML_TITLE.search(text)
    title = " ".join(html.unescape(found[1]).split()) if found else ""
    headings = [" ".join(piece.text.split()) for piece in pieces if piece.type == "Title"]
    return max((heading for heading in headings if heading in title), key=len, default=title) or None


def pdf_title(reader: Any, pieces: list[Piece]) -> str | None:
    """The title in the PDF's metadata, if the first page says it too (many name a file); else the page's first line."""
    stated = " ".join(str((reader.metadata or {}).get("/Title") or "").split())
    first = [" ".join(piece.text.split()) for piece in pieces if piece.page == 1]
    if len(stated) > 3 and stated.lower() in " ".join(first).lower():
        return stated
    return next((text for text in first if _is_title(text)), None)


def _is_title(text: str) -> bool:
    return len(text) <= LONGEST and sum(letter.isalpha() for letter in text) >= 10
