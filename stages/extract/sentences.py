"""Sentences of an element, as spans of its text."""

from __future__ import annotations

import re
from collections.abc import Iterator

ABBREVIATED = r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bal\.)(?<!\bvs\.)(?<!\bFig\.)(?<!\bapprox\.)"
END = re.compile(rf"(?<=[.!?]){ABBREVIATED}\s+(?=[\"'`(\[]?(?:[A-Z0-9]|[a-z]+[\w./]*-?v?\d))|\n{{2,}}")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each sentence, without the white space around it."""
    start = 0
    for match in END.finditer(text):
        yield from _trimmed(text, start, match.start())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    held = text[start:end]
    if held.strip():
        yield start + len(held) - len(held.lstrip()), end - (len(held) - len(held.rstrip()))
