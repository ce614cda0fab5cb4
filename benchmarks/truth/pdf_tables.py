"""Tables on a page: column widths, cells over several lines, merged cells; drawn with or without rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.truth.blocks import Cell, Table, spread
from benchmarks.truth.lines import width_of, wrap

PAD = 4.0
LEAST = 6.5


@dataclass
class Grid:
    """A table that is laid out: widths of columns, heights of rows, and for each place its cell's lines."""

    cells: list[list[Cell | None]]
    lines: list[list[list[str]]]
    widths: list[float]
    heights: list[float]
    size: float
    fonts: tuple[str, str]
    header: int
    """How many rows the header has."""

    @property
    def width(self) -> float:
        return sum(self.widths)

    @property
    def height(self) -> float:
        return sum(self.heights)

    def draw(self, canvas: Any, rows: list[int], left: float, top: float, rules: str) -> None:
        """Draw these rows below `top`."""
        edges = [left]
        for width in self.widths:
            edges.append(edges[-1] + width)
        y = top
        canvas.setLineWidth(0.5)
        for at, row in enumerate(rows):
            if rules == "bands" and row >= self.header and row % 2:
                canvas.setFillGray(0.92)
                canvas.rect(left, y - self.heights[row], self.width, self.heights[row], stroke=0, fill=1)
                canvas.setFillGray(0)
            self._row(canvas, row, edges, y, rules)
            y -= self.heights[row]
            if rules == "book" and row == self.header - 1 and at < len(rows) - 1:
                canvas.line(left, y, edges[-1], y)
            if rules == "rows":
                canvas.line(left, y, edges[-1], y)
        if rules == "columns":
            for edge in edges[1:-1]:
                canvas.line(edge, top, edge, y)
        if rules == "book":
            canvas.setLineWidth(0.9)
            canvas.line(left, top, edges[-1], top)
            canvas.line(left, y, edges[-1], y)

    def _row(self, canvas: Any, row: int, edges: list[float], y: float, rules: str) -> None:
        for column, cell in enumerate(self.cells[row]):
            if cell is None:
                continue
            right = edges[min(column + cell.colspan, len(edges) - 1)]
            height = sum(self.heights[row : row + cell.rowspan])
            if rules == "grid":
                canvas.rect(edges[column], y - height, right - edges[column], height, stroke=1, fill=0)
            font = self.fonts[1] if cell.header else self.fonts[0]
            canvas.setFont(font, self.size)
            for number, line in enumerate(self.lines[row][column]):
                baseline = y - PAD / 2 - self.size - number * self.size * 1.15
                if column == 0 and cell.colspan == 1:
                    canvas.drawString(edges[column] + PAD, baseline, line)
                else:
                    canvas.drawCentredString((edges[column] + right) / 2, baseline, line)


def lay_out(table: Table, width: float, size: float, regular: str, bold: str) -> Grid:
    """Fit a table into a width: smaller type, then cells over several lines; it may still be too wide."""
    cells = spread(table)
    while True:
        natural, least = _widths(cells, size, regular, bold)
        if sum(natural) <= width or (sum(least) <= width and size <= 8) or size <= LEAST:
            break
        size -= 0.5
    widths = natural if sum(natural) <= width else _squeezed(natural, least, width)
    lines = [
        [_lines(cell, column, widths, size, regular, bold) if cell else [] for column, cell in enumerate(row)]
        for row in cells
    ]
    heights = []
    for y, row in enumerate(cells):
        most = max((len(lines[y][x]) for x, cell in enumerate(row) if cell and cell.rowspan == 1), default=1)
        heights.append(most * size * 1.15 + PAD)
    header = 1 + max((cell.rowspan - 1 for cell in cells[0] if cell and cell.header), default=0)
    return Grid(cells, lines, widths, heights, size, (regular, bold), header)


def _widths(cells: list[list[Cell | None]], size: float, regular: str, bold: str) -> tuple[list[float], list[float]]:
    """For each column the width it would like, and the least it can do with."""
    natural = [2 * PAD] * len(cells[0])
    least = [2 * PAD] * len(cells[0])
    for row in cells:
        for column, cell in enumerate(row):
            if cell and cell.colspan == 1:
                font = bold if cell.header else regular
                natural[column] = max(natural[column], width_of(cell.text, font, size) + 2 * PAD)
                longest = max(width_of(word, font, size) for word in cell.text.split(" "))
                least[column] = max(least[column], longest + 2 * PAD)
    return natural, least


def _squeezed(natural: list[float], least: list[float], width: float) -> list[float]:
    """Between natural and least, so that the sum fits if it can."""
    spare = sum(natural) - sum(least)
    share = max(0.0, (width - sum(least)) / spare) if spare else 0.0
    return [low + (high - low) * share for high, low in zip(natural, least, strict=True)]


def _lines(cell: Cell, column: int, widths: list[float], size: float, regular: str, bold: str) -> list[str]:
    room = sum(widths[column : column + cell.colspan]) - 2 * PAD + 0.1
    return [line.text for line in wrap(cell.text, bold if cell.header else regular, size, room)]
