"""Lines for a PDF: widths of words, breaking into lines, hyphens at line ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from reportlab.pdfbase import pdfmetrics

BREAK = re.compile(r"[aeiouy][bcdfghjklmnpqrstvwxz](?=[aeiouy])|[aeiouy][bcdfglmnprst](?=[bcdfglmnpt][aeiouy])")
WORD = re.compile(r"[a-z]{7,}[.,;:]?")


@dataclass(frozen=True)
class Line:
    """A line, its natural width, and whether it ends its paragraph."""

    text: str
    width: float
    last: bool


@lru_cache(maxsize=200_000)
def _unit_width(text: str, font: str) -> float:
    return float(pdfmetrics.stringWidth(text, font, 1000)) / 1000


def width_of(text: str, font: str, size: float) -> float:
    """The width of a text in points."""
    space = _unit_width(" ", font)
    words = text.split(" ")
    return (sum(_unit_width(word, font) for word in words) + space * (len(words) - 1)) * size


def wrap(text: str, font: str, size: float, width: float, *, hyphens: bool = False) -> list[Line]:
    """Break a text into lines of at most `width`; a word that is wider stands alone on its line."""
    space, limit = _unit_width(" ", font), width / size
    lines: list[Line] = []
    words: list[str] = []
    used = 0.0
    for word in text.split(" "):
        need = _unit_width(word, font)
        if words and used + space + need > limit:
            head, tail = _cut(word, font, limit - used - space) if hyphens else ("", word)
            if head:
                words.append(head)
                used += space + _unit_width(head, font)
            lines.append(Line(" ".join(words), used * size, False))
            words, used = [tail], _unit_width(tail, font)
        else:
            used += need + (space if words else 0.0)
            words.append(word)
    lines.append(Line(" ".join(words), used * size, True))
    return lines


def _cut(word: str, font: str, room: float) -> tuple[str, str]:
    """The longest beginning of a lower-case word that fits with a hyphen, between a vowel and a consonant."""
    if WORD.fullmatch(word):
        for match in reversed(list(BREAK.finditer(word, 1))):
            at = match.start() + (1 if match.end() - match.start() == 2 and word[match.end()] in "aeiouy" else 2)
            if 3 <= at <= len(word) - 3 and _unit_width(word[:at] + "-", font) <= room:
                return word[:at] + "-", word[at:]
    return "", word
