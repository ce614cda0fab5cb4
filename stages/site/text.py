"""Text of documents for HTML: all of it is data, so every character with a meaning in HTML is escaped here."""

from __future__ import annotations

import re
from html import escape

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
PLAIN = str.maketrans({"<": "\u2039", ">": "\u203a", '"': "\u201d"})


def words(text: str) -> str:
    """Text for HTML, on one line, without control characters."""
    return escape(line(text))


def line(text: str) -> str:
    """Text on one line, without control characters."""
    return " ".join(CONTROL.sub(" ", text).split())


def plain(text: str) -> str:
    """A title for places where the theme may undo an escape: without the signs that markup begins with."""
    return line(text).translate(PLAIN).replace("&", "&amp;")
