"""The truth of a document as rows of tables; `benchmarks.truth` says what each column is."""

from __future__ import annotations

from typing import Any

from benchmarks.truth.article import Document, kind_of, path_of
from benchmarks.truth.blocks import Block, Mention, Name, spread
from benchmarks.truth.markup import html_table
from benchmarks.truth.render import Rendered

PER_DOCUMENT = ("documents", "elements", "tables", "mentions", "names", "traps", "furniture")
TABLES = (*PER_DOCUMENT, "families", "facts", "conflicts")
PLACES = {"table": "table", "metadata": "card", "item": "list", "code": "code"}
Rows = dict[str, list[dict[str, Any]]]


def rows_of(document: Document, rendered: Rendered, part: str) -> Rows:
    """All rows that one document gives."""
    rows: Rows = {name: [] for name in PER_DOCUMENT}
    offset = 0
    for at, block in enumerate(rendered.blocks):
        page, box = rendered.pages.get(at, (None, None))
        rows["elements"].append(
            {
                **{"document": document.path, "order": at, "type": block.type, "level": block.level},
                **{"text": block.text, "start": offset, "end": offset + len(block.text), "page": page, "box": box},
            }
        )
        table = len(rows["tables"]) if block.table else None
        if block.table:
            rows["tables"].append(_table(document, rendered, at, len(rows["tables"])))
        for mark in block.marks:
            where = {"document": document.path, "element": at, "start": offset + mark.start, "end": offset + mark.end}
            if isinstance(mark, Mention):
                number = {"id": f"{document.path}#{len(rows['mentions'])}"}
                rows["mentions"].append({**number, **where, **_mention(block, mark, table)})
            elif isinstance(mark, Name):
                rows["names"].append({**where, "model": mark.model, "surface": mark.surface, "how": mark.how})
            else:
                told = {"model": mark.model, "parameter": mark.parameter, "value": mark.value}
                rows["traps"].append({**where, **told, "raw": mark.raw, "why": mark.why})
        offset += len(block.text) + 2
    rows["documents"].append(_document(document, rendered, part))
    rows["furniture"] = [
        {"document": document.path, "page": page, "kind": kind, "text": text} for page, kind, text in rendered.furniture
    ]
    return rows


def _document(document: Document, rendered: Rendered, part: str) -> dict[str, Any]:
    source = document.near_duplicate_of
    return {
        **{"document": document.path, "number": document.number, "kind": document.kind, "part": part},
        **{"title": document.title, "authors": document.authors, "year": document.year, "bytes": len(rendered.raw)},
        "pages": max((page for page, _ in rendered.pages.values()), default=None),
        "near_duplicate_of": None if source is None else path_of(part, source, kind_of(source)),
        "changed_words": document.changed_words,
        "layout": rendered.layout or None,
    }


def _mention(block: Block, mark: Mention, table: int | None) -> dict[str, Any]:
    return {
        **{"place": PLACES.get(block.type, "prose"), "quote": _quote(block, mark)},
        **{"model": mark.model, "surface": mark.surface, "parameter": mark.parameter},
        **{"value": mark.value, "unit": mark.unit, "raw": mark.raw, "detail": mark.detail, "agrees": mark.agrees},
        **{"table": table, "row": mark.row, "column": mark.column},
    }


def _quote(block: Block, mark: Mention) -> str:
    """The line around a value: the sentence in prose, the cell in a table, the line in code."""
    if block.table:
        return mark.raw
    if block.type in ("code", "metadata"):
        start, end = block.text.rfind("\n", 0, mark.start) + 1, block.text.find("\n", mark.end)
        return block.text[start : end if end >= 0 else None].strip()
    start = max(block.text.rfind(". ", 0, mark.start), block.text.rfind(".) ", 0, mark.start)) + 1
    while block.text[max(0, start - 6) : start].endswith(("et al.", "Max.", "num.")) and start > 0:
        start = block.text.rfind(". ", 0, start - 1) + 1
    end = block.text.find(". ", mark.end)
    return block.text[start : end + 1 if end >= 0 else None].strip()


def _table(document: Document, rendered: Rendered, at: int, number: int) -> dict[str, Any]:
    block = rendered.blocks[at]
    assert block.table
    grid = spread(block.table)
    around = [held for held in rendered.blocks[max(0, at - 1) : at + 2] if held.text.startswith("Table ")]
    cells = [
        {
            "text": cell.text,
            "row": y,
            "column": x,
            "rowspan": cell.rowspan,
            "colspan": cell.colspan,
            "header": cell.header,
        }
        for y, row in enumerate(grid)
        for x, cell in enumerate(row)
        if cell
    ]
    return {
        **{"document": document.path, "table": number, "element": at, "rows": len(grid), "columns": len(grid[0])},
        **{"caption": around[0].text if around else "", "cells": cells, "html": html_table(block.table)},
        **{"rules": block.table.rules, "split": any(block is held for held in rendered.split)},
    }
