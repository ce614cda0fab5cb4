"""The page of changes: what differs from an earlier build in documents, facts and pages.

reads   the folder that the config pins: docs/, knowledge/ and elements/ as they were, copied out of that build

It is no output of this build, and a build without such a folder has no such page: so a page depends on declared inputs.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from stages.core.models import folder_sha256
from stages.core.quotes import Cell
from stages.core.run.errors import UserError
from stages.core.table import read
from stages.core.words import Words
from stages.synthesize import Earlier
from stages.synthesize.page import SCHEMA, Page
from stages.synthesize.sources import Sources
from stages.synthesize.stored import stored
from stages.synthesize.translate import translate
from stages.synthesize.values import label, value

ID = "changes"
NEEDED = ("docs", "elements", "knowledge/parameters.json")
Rows = Mapping[str, Mapping[str, Any]]
ORDER = ("new", "gone", "changed")
Fact = tuple[str, str]  # entity; parameter, with the way in which it was got


def changes_row(earlier: Earlier, sources: Sources, rows: Rows, words: Words, most: int) -> dict[str, Any]:
    """The row of docs/ for the page of changes from the earlier build to the pages `rows`; `most` lines a table."""
    folder = _pinned(earlier)
    page = Page(ID, "Changes", "overview")
    before = {row["document"]: row for row in read(folder / "docs") if row["document"] != ID}
    documents = _differ(_texts(folder, sources), _own_texts(sources), lambda key: (Cell(key),))
    _table(page, "Documents", ("What", "Change"), documents, most, ["elements/"])
    _facts(page, sources, folder, most)
    now = {key: row for key, row in rows.items() if key != ID}
    titles = {key: Cell(row["title"], links=((row["title"], key),)) for key, row in {**before, **now}.items()}
    there = {key: cell if key in now else Cell(cell.text) for key, cell in titles.items()}
    groups = {key: Cell(row["group"].capitalize()) for key, row in {**before, **now}.items()}
    changed = _differ(_shown(before), _shown(now), lambda key: (there[key], groups[key]))
    _table(page, "Pages", ("What", "Group", "Change"), changed, most, ["docs/"])
    if not page.blocks:
        page.note("Nothing has changed.", evidence=["docs/", "elements/", "knowledge/parameters.json"])
    translate(page, words)
    return stored(page, page.blocks, {}, sources.describe, sources.paths)


def _pinned(earlier: Earlier) -> Path:
    """The folder, if it is one and its content is what the config pins."""
    folder = Path(earlier.path)
    for name in NEEDED:
        if not (folder / name).exists():
            raise UserError(
                f"earlier.path: {earlier.path!r} holds no {name}; copy docs, elements, knowledge of a build"
            )
    found = folder_sha256(folder)
    if found != earlier.sha256:
        state = f"the folder's content is not {earlier.sha256[:12]}..." if earlier.sha256 else "is empty"
        raise UserError(f"earlier.sha256: {state}; to compare with what is there, set it to {found}")
    return folder


def _differ(
    before: Mapping[str, Any], now: Mapping[str, Any], name: Callable[[str], tuple[Cell, ...]]
) -> list[tuple[Cell, ...]]:
    """What is new, then what is gone, then what is changed."""
    found = []
    for key in sorted({*before, *now}):
        change = "new" if key not in before else "gone" if key not in now else "changed"
        if before.get(key) != now.get(key):
            found.append((*name(key), Cell(change)))
    return sorted(found, key=lambda cells: ORDER.index(cells[-1].text))


def _table(
    page: Page, title: str, heads: Sequence[str], found: list[tuple[Cell, ...]], most: int, evidence: list[str]
) -> None:
    if found:
        page.heading(title)
        page.header(*heads)
        for cells in found[:most]:
            page.row(*cells, evidence=evidence)
        _more(page, len(found), most, evidence)


def _more(page: Page, count: int, most: int, evidence: list[str]) -> None:
    if count > most:
        page.note(f"The first {most} of {count}.", evidence=evidence)


def _facts(page: Page, sources: Sources, folder: Path, most: int) -> None:
    """The parameters whose values are others than before, with all that is said on both sides."""
    held = json.loads((folder / "knowledge/parameters.json").read_text(encoding="utf-8"))
    before, now = _values(held), _values(sources.knowledge["parameters"])
    different = [fact for fact in sorted({*before, *now}) if before.get(fact) != now.get(fact)]
    if different:
        evidence = ["knowledge/parameters.json"]
        page.heading("Facts")
        page.header("Model", "Parameter", "Before", "Now")
        for entity, name in different[:most]:
            model = sources.cell(entity) if entity in sources.entities else Cell(entity)
            sides = ("; ".join(side.get((entity, name), ())) for side in (before, now))
            page.row(Cell(model.text, links=model.links), name, *sides, evidence=evidence)
        _more(page, len(different), most, evidence)


def _values(parameters: list[dict[str, Any]]) -> dict[Fact, list[str]]:
    found: dict[Fact, set[str]] = defaultdict(set)
    for one in parameters:
        found[one["entity"], label(one["name"], one["detail"])].add(value(one))
    return {fact: sorted(values) for fact, values in found.items()}


def _texts(folder: Path, sources: Sources) -> dict[str, list[str]]:
    """The elements of each document as it was, but for those that are folded into others now."""
    rows = (row for row in read(folder / "elements") if row["document"] not in sources.folded)
    return {row["document"]: [one["id"] + one["text"] for one in row["elements"]] for row in rows}


def _own_texts(sources: Sources) -> dict[str, list[str]]:
    return {key: [one["id"] + one["text"] for one in document.elements] for key, document in sources.documents.items()}


def _shown(rows: Rows) -> dict[str, dict[str, Any]]:
    """What of a page is to be seen."""
    return {key: {name: row[name] for name in SCHEMA.names} for key, row in rows.items()}
