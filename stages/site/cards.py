"""Tables of the home page as cards: a link, a number of what its column is called, and a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Cell = Mapping[str, Any]


def cards(rows: Sequence[Mapping[str, Any]], heads: Sequence[str], linked: Callable[[Cell], str]) -> str:
    """The cards of some rows; rows of a name and a number are tiles, on which the number is large."""
    tiles = all(len(row["cells"]) == 2 and _number(row["cells"][1]) for row in rows)
    items = "".join((_tile if tiles else _card)(row["cells"], heads, linked) for row in rows)
    return f'<ul class="{"tiles" if tiles else "cards"}">{items}</ul>'


def _tile(cells: Sequence[Cell], heads: Sequence[str], linked: Callable[[Cell], str]) -> str:
    return f"<li><b>{_shown(cells[1])}</b> {linked(cells[0])}</li>"


def _card(cells: Sequence[Cell], heads: Sequence[str], linked: Callable[[Cell], str]) -> str:
    """What is no number stands in the line below, with the column's name unless that says nothing of it."""
    name, *rest = cells
    counts = [f"{head}: {_shown(cell)}" for cell, head in zip(rest, heads[1:], strict=True) if _number(cell)]
    lines = [linked(cell) for cell in rest if cell["text"] and not _number(cell)]
    count = f" <small>{', '.join(counts)}</small>" if counts else ""
    return f"<li><strong>{linked(name)}</strong>{count}" + "".join(f"<p>{line}</p>" for line in lines) + "</li>"


def _number(cell: Cell) -> bool:
    return cell["text"].isdecimal()


def _shown(cell: Cell) -> str:
    return f"{int(cell['text']):,}"
