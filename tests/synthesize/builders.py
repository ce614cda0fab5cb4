"""Small inputs of the writer, made by hand: documents, mentions, knowledge, as their stages would write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from stages.core.table import write
from stages.parse.duplicates import write as write_folded
from stages.synthesize.sources import Document, Mention, Sources

ORIGIN = pa.struct([(name, pa.string()) for name in ("source", "path", "package", "version")])
ELEMENT = pa.struct(
    [
        ("id", pa.string()),
        ("type", pa.string()),
        ("text", pa.string()),
        ("section", pa.list_(pa.string())),
        ("page", pa.int32()),
        ("html", pa.string()),
    ]
)
MENTION = pa.struct(
    [(name, pa.string()) for name in ("entity", "kind", "surface", "element")]
    + [("start", pa.int32()), ("end", pa.int32())]
)
ELEMENTS = pa.schema(
    [
        ("kind", pa.string()),
        ("origin", ORIGIN),
        ("licence", pa.string()),
        ("title", pa.string()),
        ("elements", pa.list_(ELEMENT)),
    ]
)
QUARANTINE = pa.schema([("origin", ORIGIN), ("bytes", pa.int64()), ("reason", pa.string()), ("detail", pa.string())])
CHUNKS = pa.schema([("chunks", pa.list_(pa.struct([("id", pa.string())])))])
EMPTY = {"entities": [], "parameters": [], "relations": [], "clusters": [], "components": {}}
EMPTY["lineage"] = {"families": [], "edges": []}


def document(title: str, texts: list[str], path: str, package: str = "") -> dict[str, Any]:
    """A document whose elements are a title and paragraphs; the ids are e0, e1, ..."""
    origin = {"source": "installed" if package else "folder", "path": path, "package": package, "version": "1.0"}
    elements = [
        {
            "id": f"e{i}",
            "type": "NarrativeText" if i else "Title",
            "text": t,
            "section": [title],
            "page": None,
            "html": None,
        }
        for i, t in enumerate([title, *texts])
    ]
    return {"kind": "markdown", "origin": origin, "licence": "Apache-2.0", "title": title, "elements": elements}


def entity(id: str, name: str, kind: str = "model", **more: Any) -> dict[str, Any]:
    """An entity of knowledge/entities.json."""
    return {"id": id, "name": name, "kind": kind, "family": "", "tasks": [], "aliases": [], "documents": [], **more}


def parameter(
    entity: str, name: str, value: str, *sources: tuple[str, str, str], unit: str = "", **more: Any
) -> dict[str, Any]:
    """A parameter of knowledge/parameters.json with sources (document, element, quote)."""
    held = [dict(zip(("document", "element", "quote"), source, strict=True)) for source in sources]
    stated = {"entity": entity, "name": name, "value": value, "number": None, "unit": unit, "sources": held}
    return {**stated, "detail": None, "disputed": False, **more}


def build(
    root: Path,
    documents: dict[str, dict[str, Any]],
    knowledge: dict[str, Any],
    bad: dict[str, Any],
    folded: dict[str, str] | None = None,
) -> dict[str, Path]:
    """Write all inputs below `root`; an entity is mentioned where its name occurs. Returns their paths."""
    held = {**EMPTY, "compatibility": {"rules": [], "seen": [], "stated": [], "models": {}}, **knowledge}
    (root / "knowledge").mkdir(parents=True)
    for name, value in held.items():
        (root / "knowledge" / f"{name}.json").write_text(json.dumps(value, sort_keys=True))
    (root / "index.json").write_text(json.dumps({"chunks": {"count": len(documents)}}))
    write(root / "elements", documents.items(), ELEMENTS, 4)
    facts = pa.schema([("title", pa.string()), ("kind", pa.string()), ("mentions", pa.list_(MENTION))])
    mentions = {key: {"mentions": _mentions(row, held["entities"])} for key, row in documents.items()}
    called = {key: {name: documents[key][name] for name in ("title", "kind")} for key in documents}
    write(root / "facts", {key: called[key] | mentions[key] for key in documents}.items(), facts, 4)
    write(root / "quarantine", bad.items(), QUARANTINE, 4)
    write(root / "chunks", {key: {"chunks": [{"id": key}]} for key in documents}.items(), CHUNKS, 4)
    duplicates = [{"document": key, "duplicate_of": kept, "likeness": 1.0} for key, kept in (folded or {}).items()]
    write_folded(duplicates, root / "duplicates.parquet")
    names = ("knowledge", "facts", "elements", "quarantine", "chunks")
    files = {"index": root / "index.json", "duplicates": root / "duplicates.parquet"}
    return {name: root / name for name in names} | files


def sources_of(documents: dict[str, dict[str, Any]], entities: list[dict[str, Any]], **knowledge: Any) -> Sources:
    """What the writer has read of documents that need no files; an entity is mentioned where its name occurs."""
    mentions: dict[str, list[Mention]] = {}
    for key, row in documents.items():
        for held in _mentions(row, entities):
            id = next(one["id"] for one in entities if one["name"] == held["entity"])
            mentions.setdefault(id, []).append((key, held["element"], held["start"], held["end"]))
    read = {
        key: Document(key, row["title"], row["kind"], row["licence"], "folder", key, row["elements"])
        for key, row in documents.items()
    }
    return Sources(read, [], {}, mentions, {}, {"entities": entities, **knowledge}, 0, {})


def _mentions(row: dict[str, Any], entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for element in row["elements"]:
        for held in entities:
            start = element["text"].find(held["name"])
            if start >= 0:
                place = {"element": element["id"], "start": start, "end": start + len(held["name"])}
                found.append({"entity": held["name"], "kind": held["kind"], "surface": held["name"], **place})
    return found
