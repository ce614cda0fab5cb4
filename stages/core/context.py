"""What a passage is under: its document's title and its section path, in one line before its text."""

from __future__ import annotations

from collections.abc import Sequence


def above(title: str | None, section: Sequence[str]) -> list[str]:
    """Title and headings, outermost first; a first heading that repeats the title is left out."""
    return [part for number, part in enumerate([title, *section]) if part and (number != 1 or part != title)]


def in_context(title: str | None, section: Sequence[str], text: str) -> str:
    """A passage as keyword search sees it."""
    return "\n".join(filter(None, [" > ".join(above(title, section)), text]))
