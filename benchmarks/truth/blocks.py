"""A document before it has a format: blocks of text, and where in them facts, names and traps stand."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Mention:
    """A planted fact in a text: text[start:end] is `raw`. In a table, row and column count from 0."""

    model: str
    parameter: str
    value: str
    unit: str
    raw: str
    surface: str
    """How the model is named here; empty: by a heading, a title or `it`."""
    agrees: bool
    """Whether the value is that of the table of facts."""
    detail: str = ""
    start: int = 0
    end: int = 0
    row: int | None = None
    column: int | None = None


@dataclass
class Name:
    """A model's name in a text."""

    model: str
    surface: str
    how: str
    """official, spelling, or former."""
    start: int = 0
    end: int = 0


@dataclass
class Trap:
    """Words that look like a fact and state none."""

    model: str
    parameter: str
    value: str
    raw: str
    why: str
    start: int = 0
    end: int = 0


Mark = Mention | Name | Trap


@dataclass
class Cell:
    """A cell of a table; it stands at its upper left place."""

    text: str
    header: bool = False
    colspan: int = 1
    rowspan: int = 1
    marks: list[Mark] = field(default_factory=list)


@dataclass
class Table:
    """Rows of cells; a place that a merged cell above or to the left covers has no cell."""

    rows: list[list[Cell]]
    rules: str = "grid"
    """How a PDF draws it: grid, book (three rules), bands, rows or columns (rules between them), none."""
    repeat: bool = True
    """Whether a PDF repeats the header on the next page."""


@dataclass
class Block:
    """A piece of a document. Types: title, heading, paragraph, item, table, caption, code, metadata."""

    type: str
    text: str = ""
    level: int = 0
    marks: list[Mark] = field(default_factory=list)
    table: Table | None = None
    language: str = ""
    mutable: bool = True
    """Whether a near-duplicate may change words here."""


class Text:
    """Text that grows, and remembers where its marks are."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.marks: list[Mark] = []

    def add(self, text: str, *marks: Mark) -> None:
        for mark in marks:
            mark.start, mark.end = self.length, self.length + len(text)
            self.marks.append(mark)
        self.parts.append(text)
        self.length += len(text)

    def append(self, other: Text) -> None:
        for mark in other.marks:
            mark.start, mark.end = mark.start + self.length, mark.end + self.length
        self.marks += other.marks
        self.parts += other.parts
        self.length += other.length

    def turn_a_into_an(self) -> None:
        """Before a vowel: a last `a ` becomes `an `."""
        if self.parts and (self.parts[-1].endswith(" a ") or self.parts[-1] in ("A ", "a ")):
            self.parts[-1] = self.parts[-1][:-1] + "n "
            self.length += 1

    def block(self, type: str, **options: object) -> Block:
        return Block(type, "".join(self.parts), marks=self.marks, **options)  # type: ignore[arg-type]


def table_block(table: Table) -> Block:
    """A table as a block: cells of a row joined by tabs, rows by line breaks; a mark of a cell spans the whole cell."""
    text = Text()
    for number, row in enumerate(table.rows):
        if number:
            text.add("\n")
        for place, cell in enumerate(row):
            if place:
                text.add("\t")
            text.add(cell.text, *cell.marks)
    return text.block("table", table=table, mutable=False)


def flattened(table: Table) -> Table:
    """The table without merged cells, for formats that have none: the places that one covered are empty."""
    rows = [[cell or Cell("") for cell in row] for row in spread(table)]
    whole = [
        [Cell(cell.text, cell.header and at == 0, marks=cell.marks) for cell in row] for at, row in enumerate(rows)
    ]
    return Table(whole, table.rules, table.repeat)


def spread(table: Table) -> list[list[Cell | None]]:
    """The table as a full grid, None where a merged cell covers the place."""
    taken: dict[tuple[int, int], Cell | None] = {}
    width = 0
    for y, row in enumerate(table.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            for down in range(cell.rowspan):
                for right in range(cell.colspan):
                    taken[y + down, x + right] = None
            taken[y, x] = cell
            x += cell.colspan
        width = max(width, x)
    height = len(table.rows)
    width = max([width, *(x + 1 for _, x in taken)])
    return [[taken.get((y, x)) for x in range(width)] for y in range(height)]
