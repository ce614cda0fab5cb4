"""What is written with its sources: blocks of a page or sentences of an answer, each with the quotes it stands on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Quote:
    """A place in an element: characters `start` to `end` of its text, which read `text`."""

    document: str
    element: str
    start: int
    end: int
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Cell:
    """One cell of a table, with the quotes that it stands on and the words of it that lead to other pages.

    A cell that states the value of a parameter names the entity and the parameter, so that whoever reads the page (the
    verifier, a table for machines) need not guess from headers.
    """

    text: str
    quotes: tuple[Quote, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    entity: str = ""
    parameter: str = ""


@dataclass(frozen=True)
class Block:
    """One block of a page: heading, sentence, written, summary, header, row, note, diagram or plot.

    A sentence is its quote; what is written words its quotes anew. Both stand on `quotes`, a row on those of its cells,
    and so does a summary (stages/core/summary.py);
    what tells of the build itself stands on `evidence`: names of build outputs that it was counted from. `links` are
    words of a note that lead to another page.
    """

    kind: str
    text: str = ""
    cells: tuple[Cell, ...] = ()
    quotes: tuple[Quote, ...] = ()
    evidence: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    @property
    def cited(self) -> tuple[Quote, ...]:
        """All quotes of the block, each once, in the order of its cells."""
        return tuple(dict.fromkeys([*self.quotes, *(quote for cell in self.cells for quote in cell.quotes)]))
