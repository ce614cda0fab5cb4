"""From rows to objects: a chunk is an object, and so is a figure.

An object's id is the UUIDv5 of its document and its own id. Its digest covers all its properties and its vector, and is
stored beside them.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stages.core.collection.schema import CHUNKS, FIGURES, Kind
from stages.core.collection.sources import Sources, read_rows
from stages.core.context import in_context
from stages.core.figures import figure_file
from stages.core.table import shard_files

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "objects.litmill")
CHUNK = ("id", "text", "section", "page", "elements")


@dataclass(frozen=True)
class Object:
    """What is in the collection: the document, properties (empty ones left out), a vector of 32-bit floats or none."""

    document: str
    id: uuid.UUID
    properties: dict[str, Any]
    vector: Any

    def digest(self) -> str:
        """SHA-256 over properties and vector."""
        content = {name: value for name, value in sorted(self.properties.items()) if name != "digest"}
        digest = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode())
        if self.vector is not None:
            digest.update(self.vector)
        return digest.hexdigest()


@dataclass(frozen=True)
class Contents:
    """What a collection must hold: the fingerprint of each document, and a way to get objects of some of them."""

    fingerprints: dict[str, str]
    make: Callable[[set[str]], Iterator[Object]]

    def root(self) -> str:
        """SHA-256 over all documents and their fingerprints: equal ones give equal objects."""
        lines = (f"{key} {held}\n" for key, held in sorted(self.fingerprints.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def contents(kind: Kind, sources: Sources) -> Contents:
    """What the collection of this kind must hold."""
    return {CHUNKS.name: _chunks, FIGURES.name: _figures}[kind.name](sources)


def filled(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that Weaviate keeps: it does not tell an empty one from none."""
    return {name: value for name, value in properties.items() if value not in (None, "", [])}


def _chunks(sources: Sources) -> Contents:
    digests = _digests(sources.chunks, sources)
    fingerprints = {key: sources.fingerprint(key, digest) for key, digest in digests.items()}

    def make(keys: set[str]) -> Iterator[Object]:
        for path in shard_files(sources.chunks):
            here = keys.intersection(_keys(path))
            named = sources.models(path.name, here) if here else {}
            for row, vectors in _with_vectors(path, here):
                for chunk, vector in zip(row["chunks"], vectors, strict=True):
                    elements = chunk["elements"]
                    own = {"content": chunk["text"], "section": chunk["section"], "page": chunk["page"]}
                    own |= {"chunk": chunk["id"], "elements": elements}
                    yield _object(row, chunk["id"], own, vector, elements, named, sources)

    return Contents(fingerprints, make)


def _figures(sources: Sources) -> Contents:
    digests, chunks = _digests(sources.figures, sources), _digests(sources.chunks, sources)
    fingerprints = {
        key: sources.fingerprint(key, digest, chunks.get(key, ""), sources.documents[key].elements)
        for key, digest in digests.items()
    }

    def make(keys: set[str]) -> Iterator[Object]:
        for path in shard_files(sources.figures):
            here = keys.intersection(_keys(path))
            if not here:
                continue
            named = sources.models(path.name, here)
            chunks = {row["document"]: (row, held) for row, held in _with_vectors(sources.chunks / path.name, here)}
            names = ("id", "element", "media_type", "page", "caption")
            columns = ["document", *(f"figures.list.element.{name}" for name in names)]
            for row in read_rows(path, here, columns):
                document, vectors = chunks.get(row["document"], ({**row, "title": "", "kind": "", "chunks": []}, []))
                for figure in row["figures"]:
                    at = _place(figure, document["chunks"])
                    own = {"content": figure["caption"], "page": figure["page"], "figure": figure["id"]}
                    own |= {"element": figure["element"], "media_type": figure["media_type"]}
                    own |= {"file": figure_file(figure["id"], figure["media_type"])}
                    own |= {"section": document["chunks"][at]["section"] if at is not None else []}
                    vector = vectors[at] if at is not None else None
                    yield _object(document, figure["id"], own, vector, [figure["element"]], named, sources)

    return Contents(fingerprints, make)


def _place(figure: dict[str, Any], chunks: list[dict[str, Any]]) -> int | None:
    """The chunk that a figure belongs to: the one with its caption, else the first on its page."""
    for number, chunk in enumerate(chunks):
        if figure["element"] and figure["element"] in chunk["elements"]:
            return number
    return next((number for number, chunk in enumerate(chunks) if chunk["page"] == figure["page"]), None)


def _object(
    row: dict[str, Any],
    own_id: str,
    own: dict[str, Any],
    vector: Any,
    elements: list[str],
    named: Mapping[str, Mapping[str, list[str]]],
    sources: Sources,
) -> Object:
    """`row` gives document, title and kind; models are those that the elements name, and the document's subject."""
    key = row["document"]
    held = sources.documents[key]
    of_document = named.get(key, {})
    models = {held.subject, *(name for element in elements for name in of_document.get(element, ()))} - {""}
    identity = uuid.uuid5(NAMESPACE, f"{key}\0{own_id}")
    properties = {"document": key, "title": row["title"], "kind": row["kind"], "task": held.task}
    properties |= {"licence": held.licence, "model": sorted(models), "_original_id": str(identity), **own}
    properties["words"] = in_context(row["title"], own["section"], own["content"] or "")
    return Object(key, identity, filled(properties), vector)


def _with_vectors(path: Path, keys: set[str]) -> Iterator[tuple[dict[str, Any], Any]]:
    """The rows of these documents in a shard of chunks, and their vectors as rows of a matrix."""
    if not keys or not path.exists():
        return
    wanted = pa.array(sorted(keys), pa.string())
    columns = ["document", "title", "kind", *(f"chunks.list.element.{name}" for name in CHUNK)]
    with pq.ParquetFile(path) as file:
        for group in range(file.metadata.num_row_groups):
            there = pc.is_in(file.read_row_group(group, ["document"])["document"], wanted)
            if not pc.any(there).as_py():
                continue
            rows = file.read_row_group(group, columns).filter(there).to_pylist()
            held = file.read_row_group(group, ["chunks.list.element.vector"]).filter(there)["chunks"].combine_chunks()
            flat = held.flatten().field("vector").flatten().to_numpy()
            total = sum(len(row["chunks"]) for row in rows)
            vectors = flat.reshape(total, -1) if total else flat
            start = 0
            for row in rows:
                yield row, vectors[start : start + len(row["chunks"])]
                start += len(row["chunks"])


def _keys(path: Path) -> list[str]:
    return list(pq.ParquetFile(path).read(["document"])["document"].to_pylist())


def _digests(table: Path, sources: Sources) -> dict[str, str]:
    """The digest of each document's row in a table, without those that are left out."""
    found: dict[str, str] = {}
    for path in shard_files(table):
        held = pq.ParquetFile(path).read(["document", "digest"])
        rows = zip(held["document"].to_pylist(), held["digest"].to_pylist(), strict=True)
        found.update((key, digest) for key, digest in rows if key in sources.documents)
    return found
