"""What an object in Weaviate has: its properties, how each is searched and filtered, and how vectors are indexed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from stages.core.weaviate import Index

if TYPE_CHECKING:
    from weaviate import WeaviateClient
    from weaviate.collections import Collection


class Property(NamedTuple):
    """A property: its type; `word`: cut into words for keyword search; `field`: whole, to filter by; None: neither."""

    type: str
    tokens: str | None = None
    searchable: bool = False
    filterable: bool = False


SEARCHED = Property("text", "word", searchable=True)
FILTERED = Property("text", "field", filterable=True)
KEPT = Property("text")
SHARED = {
    "words": SEARCHED,  # title, headings and text as one: what our keyword search looks at
    "content": SEARCHED,  # the text alone: what is shown, and what other stores search
    "title": SEARCHED,
    "section": Property("text[]", "word", searchable=True, filterable=True),
    "document": FILTERED,
    "kind": FILTERED,
    "task": FILTERED,
    "model": Property("text[]", "field", filterable=True),
    "licence": FILTERED,
    "page": Property("int", filterable=True),
    "_original_id": KEPT,  # the object's id again: Haystack reads it from here
    "digest": KEPT,
}


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of object, and the properties of its collection."""

    name: str
    properties: dict[str, Property]


CHUNKS = Kind("chunks", {**SHARED, "chunk": KEPT, "elements": Property("text[]")})
FIGURES = Kind("figures", {**SHARED, "figure": KEPT, "element": KEPT, "media_type": KEPT, "file": KEPT})
KINDS = (CHUNKS, FIGURES)


def schema(kind: Kind, index: Index) -> dict[str, Any]:
    """The collection's schema as index.json states it."""
    properties = {name: held._asdict() for name, held in kind.properties.items()}
    hnsw = {"distance": "cosine", "max_connections": index.connections, "ef_construction": index.construction}
    hnsw |= {"ef": index.candidates, "quantizer": index.quantizer, "rescore": index.rescore}
    return {"properties": properties, "vector": hnsw, "shards": index.shards, "replicas": index.replicas}


def schema_digest(kind: Kind, index: Index) -> str:
    """Eight hex digits of the schema: collections of another schema are built beside."""
    return hashlib.sha256(json.dumps(schema(kind, index), sort_keys=True).encode()).hexdigest()[:8]


def create(client: WeaviateClient, name: str, kind: Kind, index: Index, description: str = "") -> Collection:
    """Make an empty collection of this kind."""
    from weaviate.classes.config import Configure, DataType, Tokenization, VectorDistances
    from weaviate.classes.config import Property as Declared

    hnsw = Configure.VectorIndex.hnsw(
        distance_metric=VectorDistances.COSINE,
        max_connections=index.connections,
        ef_construction=index.construction,
        ef=index.candidates,
        quantizer=_quantizer(index),
    )
    properties = [
        Declared(
            name=property_name,
            data_type=DataType(held.type),
            tokenization=Tokenization(held.tokens) if held.tokens else None,
            index_filterable=held.filterable,
            index_searchable=held.searchable,
        )
        for property_name, held in kind.properties.items()
    ]
    return client.collections.create(
        name,
        description=description or None,
        properties=properties,
        vector_config=Configure.Vectors.self_provided(vector_index_config=hnsw),
        inverted_index_config=Configure.inverted_index(index_timestamps=True),
        sharding_config=Configure.sharding(desired_count=index.shards) if index.shards > 1 else None,
        replication_config=_replicated(index.replicas) if index.replicas > 1 else None,
    )


def _replicated(factor: int) -> Any:
    """A node that was away gets what it missed, and does not bring back what was removed meanwhile."""
    from weaviate.classes.config import Configure, ReplicationDeletionStrategy

    return Configure.replication(
        factor=factor, async_enabled=True, deletion_strategy=ReplicationDeletionStrategy.TIME_BASED_RESOLUTION
    )


def _quantizer(index: Index) -> Any:
    from weaviate.classes.config import Configure

    known = Configure.VectorIndex.Quantizer
    return {
        "none": known.none,
        "rotational": lambda: known.rq(bits=8, rescore_limit=index.rescore),
        "binary": lambda: known.bq(rescore_limit=index.rescore),
        "scalar": lambda: known.sq(rescore_limit=index.rescore, training_limit=index.training),
        "product": lambda: known.pq(training_limit=index.training),
    }[index.quantizer]()
