"""A page as it is stored: a row of docs/, in which quotes have become numbered citations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from stages.core.quotes import Block, Cell, Quote
from stages.synthesize.page import File, Page
from stages.synthesize.render import Describe, rendered


def stored(
    page: Page, blocks: Sequence[Block], names: Mapping[str, str], describe: Describe, paths: Collection[str]
) -> dict[str, Any]:
    """The row of docs/ for a page with the blocks that passed.

    `names` has the name of each entity; `describe(quote)` gives a citation's display fields; `paths` are texts that
    say where documents lie. The page's `basis` is the digest of all that it says and of what that stands on, the spans
    with their hashes, without any of these: what is made of a page can be kept by it when a document is renamed.
    """
    cited = [*(quote for block in blocks for quote in block.cited)]
    cited += [quote for file in page.files for entry in file.entries for quote in entry.cell.quotes]
    numbers = {quote: number for number, quote in enumerate(dict.fromkeys(cited), 1)}
    held = []
    for block in blocks:
        held.append(
            {
                "kind": block.kind,
                "text": block.text,
                "cells": [_cell(cell, numbers) for cell in block.cells],
                "citations": sorted({numbers[quote] for quote in block.cited}),
                "evidence": list(block.evidence),
                "links": _links(block.links),
            }
        )
    citations = [
        {
            "number": number,
            "document": quote.document,
            "element": quote.element,
            "start": quote.start,
            "end": quote.end,
            "quote": quote.text,
            "sha256": quote.sha256,
            **describe(quote),
        }
        for quote, number in numbers.items()
    ]
    files = [_file(file, names, numbers, describe) for file in page.files]
    stored = {"title": page.title, "group": page.group, "about": page.about, "blocks": held}
    row = {**stored, "citations": citations, "files": files}
    return {**row, "basis": _basis(row, paths)}


def _basis(row: Mapping[str, Any], paths: Collection[str]) -> str:
    entries = [{key: value for key, value in file.items() if key != "text"} for file in row["files"]]
    held = _without({**row, "files": entries}, paths)
    return hashlib.sha256(json.dumps(held, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _without(held: Any, paths: Collection[str]) -> Any:
    """The same with nothing in the place of each path."""
    if isinstance(held, str):
        return "" if held in paths else held
    if isinstance(held, Mapping):
        return {key: _without(value, paths) for key, value in held.items()}
    return [_without(one, paths) for one in held] if isinstance(held, list) else held


def _file(file: File, names: Mapping[str, str], numbers: Mapping[Quote, int], describe: Describe) -> dict[str, Any]:
    entries = [
        {"key": one.key, "value": json.dumps(one.value, ensure_ascii=False), "cell": _cell(one.cell, numbers)}
        for one in file.entries
    ]
    text = rendered(file, names[file.entity], numbers, describe)
    return {"path": file.path, "entity": file.entity, "text": text, "entries": entries}


def _cell(cell: Cell, numbers: Mapping[Quote, int]) -> dict[str, Any]:
    return {
        "text": cell.text,
        "citations": sorted({numbers[quote] for quote in cell.quotes}),
        "links": _links(cell.links),
        "entity": cell.entity,
        "parameter": cell.parameter,
    }


def _links(links: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"text": text, "page": target} for text, target in links]
