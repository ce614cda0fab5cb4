"""Read the inputs of the writer: tables and knowledge as they lie in the build, documents in the order of titles."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from stages.core.folded import folded
from stages.core.table import read, read_columns
from stages.core.titles import COLUMNS, by_title
from stages.synthesize.sources import Document, Mention, Sources


def load(
    knowledge: Path, facts: Path, elements: Path, quarantine: Path, duplicates: Path, chunks: Path, index: Path
) -> Sources:
    """Read all inputs of the writer; of near-duplicates it sees that they are there, and not what they say."""
    order = {key: place for place, key in enumerate(_ordered(facts))}

    def place(row: Mapping[str, Any]) -> int:
        return order[row["document"]]

    left_out = folded(duplicates)
    held = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(knowledge.glob("*.json"))}
    rows = (row for row in read(elements) if row["document"] not in left_out)
    documents = {row["document"]: _document(row) for row in sorted(rows, key=place)}
    found = (row for row in read(facts, ["document", "mentions"]) if row["document"] not in left_out)
    mentions, mentioned = _mentions(sorted(found, key=place), held["entities"])
    return Sources(
        documents=documents,
        quarantine=sorted(read(quarantine), key=_key),
        folded={key: left_out[key] for key in sorted(left_out, key=order.__getitem__)},
        mentions=mentions,
        mentioned=mentioned,
        knowledge=held,
        chunks=sum(len(row["chunks"]) for row in read(chunks, ["chunks"])),
        index=json.loads(index.read_text(encoding="utf-8")),
    )


def _ordered(facts: Path) -> list[str]:
    """The documents of facts/, by title."""
    held = read_columns(facts, COLUMNS)
    found: list[str] = held["document"].take(by_title(held)).to_pylist()
    return found


def _key(row: Mapping[str, Any]) -> str:
    return row["document"]


def _document(row: Mapping[str, Any]) -> Document:
    return Document(
        key=row["document"],
        title=" ".join((row["title"] or "").split()) or row["document"].rpartition("/")[2],
        kind=row["kind"],
        licence=row["licence"] or "",
        source=row["origin"]["source"],
        origin=origin(row["origin"]),
        elements=row["elements"],
    )


def origin(held: Mapping[str, Any]) -> str:
    """Where a document comes from, in words: `peft 0.21.2: README.md`, or the path of a file."""
    if held.get("package"):
        return f"{held['package']} {held.get('version') or ''}".strip() + f": {held['path']}"
    return held["path"]


def _mentions(
    rows: Iterable[Mapping[str, Any]], entities: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, list[Mention]], dict[str, list[str]]]:
    """Who is mentioned where: by entity its mentions, and by document the entities, most often first.

    A name that is an alias of another, too (Llama, of the defaults of its class), is the one's that is called so.
    """
    entities = list(entities)
    ids = {alias: entity["id"] for entity in entities for alias in entity["aliases"]}
    ids |= {entity["name"]: entity["id"] for entity in entities}
    by_entity: dict[str, list[Mention]] = defaultdict(list)
    by_document: dict[str, list[str]] = {}
    for row in rows:
        found: Counter[str] = Counter()
        for mention in row["mentions"]:
            if entity := ids.get(mention["entity"]):
                place = (row["document"], mention["element"], mention["start"], mention["end"])
                by_entity[entity].append(place)
                found[entity] += 1
        by_document[row["document"]] = sorted(found, key=lambda entity: (-found[entity], entity))
    return dict(by_entity), by_document
