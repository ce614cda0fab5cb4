"""The chunks' collection in Weaviate: brought up to date with chunks/, then read back and compared.

An object's id is the UUIDv5 of document and chunk id. Its digest covers all its properties and its vector, and is
stored beside them, so that only the difference is written. The root hash covers all ids and digests.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from array import array
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from stages.core.run.errors import UserError
from stages.core.run.progress import track
from stages.core.table import shard_files
from stages.core.weaviate import Index

if TYPE_CHECKING:
    from weaviate import WeaviateClient
    from weaviate.collections import Collection

T = TypeVar("T")
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "chunks.litmill")
BATCH = 256
OWN = ("chunk", "section", "text", "page", "elements")  # a chunk's own properties; the others are its document's
PROPERTIES = {  # type, and how its text is cut for keyword search and filters (None: for neither)
    "document": ("text", "field"),
    "chunk": ("text", None),
    "kind": ("text", "field"),
    "title": ("text", "word"),
    "section": ("text[]", "word"),
    "text": ("text", "word"),
    "page": ("int", None),
    "elements": ("text[]", None),
    "digest": ("text", None),
}


@dataclass(frozen=True)
class Object:
    """What one chunk is in the collection: its properties (empty ones left out) and its vector (32-bit floats)."""

    id: uuid.UUID
    properties: dict[str, Any]
    vector: Any

    def digest(self) -> str:
        """SHA-256 over properties and vector."""
        content = {name: value for name, value in sorted(self.properties.items()) if name != "digest"}
        digest = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode())
        digest.update(self.vector)
        return digest.hexdigest()


def schema(index: Index) -> dict[str, Any]:
    """The collection's schema as index.json states it."""
    properties = {name: {"type": kind, "tokenization": cut} for name, (kind, cut) in PROPERTIES.items()}
    hnsw = {"distance": "cosine", "max_connections": index.connections, "ef_construction": index.construction}
    return {"properties": properties, "vector": hnsw}


def collection_name(index: Index) -> str:
    """The same for all builds whose chunks are made by the same settings; it does not change with the documents."""
    content = json.dumps([index.made_from, schema(index)], sort_keys=True)
    return f"Litmill_{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def objects(chunks: Path, left_out: Container[str] = ()) -> Iterator[Object]:
    """The objects that the collection must hold, in the table's order; `left_out` names documents that it must not."""
    for shard in shard_files(chunks):
        table = pq.ParquetFile(shard).read(["document", "title", "kind", "chunks"])
        lists = table["chunks"].combine_chunks()
        held = lists.flatten()
        if len(held):
            shared = table.drop_columns(["chunks"]).to_pylist()
            parents = pa.compute.list_parent_indices(lists).to_pylist()
            own = [held.field("id" if name == "chunk" else name).to_pylist() for name in OWN]
            vectors = held.field("vector").flatten().to_numpy().reshape(len(held), -1)
            for parent, vector, values in zip(parents, vectors, zip(*own, strict=True), strict=True):
                if shared[parent]["document"] in left_out:
                    continue
                properties = {**shared[parent], **dict(zip(OWN, values, strict=True))}
                key = uuid.uuid5(NAMESPACE, f"{properties['document']}\0{properties['chunk']}")
                yield Object(key, _filled(properties), vector)


def number(chunks: Path) -> int:
    """How many chunks the table holds."""
    lists = (pq.ParquetFile(shard).read(["chunks.list.element.id"])["chunks"] for shard in shard_files(chunks))
    return sum(pa.compute.sum(pa.compute.list_value_length(held)).as_py() or 0 for held in lists)


def bring_up_to_date(
    client: WeaviateClient, index: Index, chunks: Path, left_out: Container[str] = ()
) -> dict[str, Any]:
    """Write the difference between `chunks` and the collection. Returns what index.json holds.

    Raises UserError where Weaviate refuses an object, or where what is read back at the end differs from `chunks`.
    """
    collection = _open(client, index)
    held = {one.uuid: str(one.properties["digest"]) for one in _stored(collection, ["digest"], vectors=False)}
    wanted = _write(collection, chunks, left_out, held)
    _remove(collection, [key for key in held if key not in wanted])
    _compare(collection, wanted)
    return {"collection": collection.name, "count": len(wanted), "root": root(wanted), "schema": schema(index)}


def root(digests: Mapping[uuid.UUID, str]) -> str:
    """SHA-256 over all ids and digests, in the order of the ids."""
    return hashlib.sha256("".join(f"{key} {digests[key]}\n" for key in sorted(digests)).encode()).hexdigest()


def _open(client: WeaviateClient, index: Index) -> Collection:
    from weaviate.classes.config import Configure, DataType, Property, Tokenization, VectorDistances

    name = collection_name(index)
    if client.collections.exists(name):
        return client.collections.get(name)
    hnsw = Configure.VectorIndex.hnsw(
        distance_metric=VectorDistances.COSINE,
        max_connections=index.connections,
        ef_construction=index.construction,
    )
    properties = [
        Property(
            name=name,
            data_type=DataType(kind),
            tokenization=Tokenization(cut) if cut else None,
            index_filterable=cut == "field",
            index_searchable=bool(cut),
        )
        for name, (kind, cut) in PROPERTIES.items()
    ]
    vectors = Configure.Vectors.self_provided(vector_index_config=hnsw)
    return client.collections.create(name, vector_config=vectors, properties=properties)


def _stored(collection: Collection, properties: list[str], *, vectors: bool) -> Iterator[Any]:
    return collection.iterator(include_vector=vectors, return_properties=properties, cache_size=1000)


def _remove(collection: Collection, keys: list[uuid.UUID]) -> None:
    from weaviate.classes.query import Filter

    for some in _batches(keys, BATCH):
        result = collection.data.delete_many(where=Filter.by_id().contains_any(some))
        if result.failed:
            raise UserError(f"Weaviate did not remove {result.failed} of {len(some)} objects; run again")


def _write(
    collection: Collection, chunks: Path, left_out: Container[str], held: Mapping[uuid.UUID, str]
) -> dict[uuid.UUID, str]:
    """Put in what `held` lacks or holds otherwise. Returns the digest of every object that must be there, by id."""
    wanted: dict[uuid.UUID, str] = {}

    def missing() -> Iterator[tuple[Object, str]]:
        for one in track(objects(chunks, left_out), total=number(chunks), what="index", unit="chunks"):
            wanted[one.id] = digest = one.digest()
            if held.get(one.id) != digest:
                yield one, digest

    for some in _batches(missing(), BATCH):
        _insert(collection, some)
    return wanted


def _insert(collection: Collection, some: list[tuple[Object, str]]) -> None:
    from weaviate.classes.data import DataObject

    rows = [
        DataObject(uuid=one.id, properties={**one.properties, "digest": digest}, vector=one.vector)
        for one, digest in some
    ]
    result = collection.data.insert_many(rows)
    if result.has_errors:
        message = next(iter(result.errors.values())).message
        raise UserError(f"Weaviate refused {len(result.errors)} of {len(rows)} chunks: {message}")


def _compare(collection: Collection, wanted: Mapping[uuid.UUID, str]) -> None:
    """Read everything back and compute it anew: what is searched is what chunks/ holds, or the build stops here."""
    found = {}
    for one in _stored(collection, list(PROPERTIES), vectors=True):
        found[one.uuid] = Object(one.uuid, _filled(one.properties), array("f", one.vector["default"])).digest()
    wrong = sum(found.get(key) != wanted.get(key) for key in {*found, *wanted})
    if wrong:
        raise UserError(
            f"{collection.name}: {wrong} of {len(wanted)} chunks differ from what Weaviate gave back; "
            "stop whoever else writes to it and run again"
        )


def _filled(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value not in (None, "", [])}


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while some := list(islice(source, size)):
        yield some
