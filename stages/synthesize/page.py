"""A page as it is written (blocks, each with the quotes that it stands on) and as it is stored (a row of docs/)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from stages.core.quotes import Block, Cell, Quote

SOURCES = "sources.json"  # beside the files of a page: the place of each value
LINK = pa.struct([("text", pa.string()), ("page", pa.string())])
CELL = pa.struct(
    [
        ("text", pa.string()),
        ("citations", pa.list_(pa.int32())),
        ("links", pa.list_(LINK)),
        ("entity", pa.string()),
        ("parameter", pa.string()),
    ]
)
BLOCK = pa.struct(
    [
        ("kind", pa.string()),
        ("text", pa.string()),
        ("cells", pa.list_(CELL)),
        ("citations", pa.list_(pa.int32())),
        ("evidence", pa.list_(pa.string())),
        ("links", pa.list_(LINK)),
    ]
)
CITATION = pa.struct(
    [
        ("number", pa.int32()),
        ("document", pa.string()),
        ("element", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("quote", pa.string()),
        ("sha256", pa.string()),
        ("title", pa.string()),
        ("origin", pa.string()),
        ("section", pa.list_(pa.string())),
        ("page", pa.int32()),
        ("digest", pa.string()),
        ("place", pa.string()),
    ]
)
FILE = pa.struct(
    [
        ("path", pa.string()),
        ("entity", pa.string()),
        ("text", pa.string()),
        ("entries", pa.list_(pa.struct([("key", pa.string()), ("value", pa.string()), ("cell", CELL)]))),
    ]
)
SCHEMA = pa.schema(
    [
        pa.field("title", pa.string()),
        pa.field("group", pa.string()),
        pa.field("about", pa.string()),
        pa.field("blocks", pa.list_(BLOCK)),
        pa.field("citations", pa.list_(CITATION)),
        pa.field("files", pa.list_(FILE)),
        pa.field("basis", pa.string()),
    ]
)


@dataclass(frozen=True)
class Entry:
    """A value of a file: its key or the line that it stands in, and the cell that shows where it is from."""

    key: str
    value: Any
    cell: Cell


@dataclass(frozen=True)
class File:
    """A file that belongs to a page, and is about one entity; `missing` is what no document states."""

    path: str
    entity: str
    entries: tuple[Entry, ...]
    missing: tuple[str, ...]


@dataclass
class Page:
    """A page while it is written."""

    id: str
    title: str
    group: str
    about: str = ""
    blocks: list[Block] = field(default_factory=list)
    files: list[File] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The files of the page, and the one that has their sources."""
        return [*(file.path for file in self.files), *([f"{self.id}/{SOURCES}"] if self.files else [])]

    def heading(self, text: str, evidence: Sequence[str] = ()) -> None:
        """A heading of ours; one of a document has the output that it was read from as `evidence`."""
        self.blocks.append(Block("heading", text, evidence=tuple(evidence)))

    def sentence(self, quote: Quote) -> None:
        """A sentence that is the quote itself, on one line."""
        self.blocks.append(Block("sentence", " ".join(quote.text.split()), quotes=(quote,)))

    def summary(self, name: Cell, values: Iterable[Cell]) -> None:
        """What has these values, told in sentences (stages/core/summary.py)."""
        self.blocks.append(Block("summary", cells=(name, *values)))

    def note(self, text: str, evidence: Sequence[str] = (), links: Iterable[tuple[str, str]] = ()) -> None:
        """A remark of ours about the build or the page, counted from the outputs named in `evidence`."""
        self.blocks.append(Block("note", text, evidence=tuple(evidence), links=tuple(links)))

    def header(self, *cells: str) -> None:
        """The header of the table whose rows follow."""
        self.blocks.append(Block("header", cells=tuple(Cell(text) for text in cells)))

    def row(self, *cells: Cell | str, evidence: Sequence[str] = ()) -> None:
        held = tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)
        self.blocks.append(Block("row", cells=held, evidence=tuple(evidence)))

    def diagram(self, text: str, evidence: Sequence[str]) -> None:
        """A diagram in Mermaid's language, if it has any node."""
        if "\n" in text.strip():
            self.blocks.append(Block("diagram", text, evidence=tuple(evidence)))

    def plot(self, text: str, evidence: Sequence[str]) -> None:
        """Bars, as JSON: {"unit": what is counted, "bars": [{"label": ..., "count": ...}]}."""
        self.blocks.append(Block("plot", text, evidence=tuple(evidence)))


def without_empty(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without headers that no row follows, and without headings that nothing follows."""
    kept: list[Block] = []
    for block in reversed(blocks):
        following = kept[-1].kind if kept else "heading"
        if block.kind == "header" and following != "row":
            continue
        if block.kind == "heading" and following == "heading":
            continue
        kept.append(block)
    return kept[::-1]
