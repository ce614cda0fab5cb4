"""The statements of pages that have citations: sentences, and what cells of tables and entries of files say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# How a row with these heads reads, by the places of subject, relation and object in it; None is the page's own subject.
RELATIONS: dict[tuple[str, ...], tuple[int | None, int, int | None]] = {
    ("Relation", "With"): (None, 0, 1),
    ("What", "Relation"): (0, 1, None),
    ("Model", "Is", "Model it comes from"): (0, 1, 2),
}
PARTS = ("Model", "Parts")
Citation = Mapping[str, Any]


@dataclass(frozen=True)
class Statement:
    """What a page says in one place, in parts, and what it cites for it."""

    page: str
    kind: str
    """sentence, written, value, name, relation, parts, section or entry"""
    text: str
    citations: tuple[Citation, ...]
    subject: str = ""
    relation: str = ""
    """The parameter of a value; the predicate of a relation."""
    object: str = ""

    def __str__(self) -> str:
        said = [self.subject, self.relation.replace("_", " "), self.object or self.text]
        return f"{self.page}: {self.kind}: {' | '.join(filter(None, said))}"


def statements(page: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Statement]:
    """All cited statements of a page; `names` has the name of each entity."""
    cited = {one["number"]: one for one in page["citations"]}
    head: tuple[str, ...] = ()
    for block in page["blocks"]:
        if block["kind"] == "header":
            head = tuple(cell["text"] for cell in block["cells"])
        if block["kind"] in ("sentence", "written"):
            yield Statement(page["document"], block["kind"], block["text"], _of(block, cited))
        if block["kind"] == "summary":
            yield from _row(page, block, (), cited, names)
        if block["kind"] == "row" and block["citations"]:
            yield from _row(page, block, head, cited, names)
    for file in page["files"]:
        for entry in file["entries"]:
            yield from _cell(page, entry["cell"], cited, names, file["entity"], json.loads(entry["value"]))


def _row(
    page: Mapping[str, Any],
    block: Mapping[str, Any],
    head: tuple[str, ...],
    cited: Mapping[int, Citation],
    names: Mapping[str, str],
) -> Iterator[Statement]:
    cells = block["cells"]
    if head in RELATIONS:
        own = names.get(page["about"], page["title"])
        said = [own if place is None else cells[place]["text"] for place in RELATIONS[head]]
        relation = cells[RELATIONS[head][1]]
        yield Statement(page["document"], "relation", " ".join(said), _of(relation, cited), said[0], said[1], said[2])
    if head == PARTS:
        yield Statement(page["document"], "parts", cells[1]["text"], _of(cells[1], cited), cells[0]["text"])
    for cell in cells:
        if cell["entity"] or head not in (*RELATIONS, PARTS):
            yield from _cell(page, cell, cited, names)


def _cell(
    page: Mapping[str, Any],
    cell: Mapping[str, Any],
    cited: Mapping[int, Citation],
    names: Mapping[str, str],
    about: str = "",
    value: Any = None,
) -> Iterator[Statement]:
    """What a cell says; one without a citation is the head of its row."""
    if not cell["citations"]:
        return
    where, citations = page["document"], _of(cell, cited)
    if cell["parameter"]:
        text = cell["text"]
        yield Statement(where, "value", text, citations, names[cell["entity"]], cell["parameter"])
    elif cell["entity"] and about:
        yield Statement(where, "relation", cell["text"], citations, names[about], "uses", cell["text"])
    elif cell["entity"]:
        yield Statement(where, "name", cell["text"], citations, cell["text"])
    else:
        yield Statement(where, "section" if value is None else "entry", cell["text"], citations)


def _of(held: Mapping[str, Any], cited: Mapping[int, Citation]) -> tuple[Citation, ...]:
    return tuple(cited[number] for number in held["citations"])
