"""The tables that the index's objects are made from, and what a document adds to each of its objects."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from stages.core.folded import folded
from stages.core.table import shard_files

LAYOUT = 1  # raise it when the same rows would be made into other objects
MODEL = "model"  # the kind of mention that names a model


@dataclass(frozen=True)
class Document:
    """What all objects of a document share, beside what their own rows say."""

    task: str
    licence: str
    subject: str
    facts: str
    elements: str


@dataclass(frozen=True)
class Sources:
    """The inputs of the index."""

    chunks: Path
    duplicates: Path
    elements: Path
    facts: Path
    figures: Path
    knowledge: Path

    @classmethod
    def of(cls, build: Path) -> Sources:
        """Those of a build folder."""
        names = ("chunks", "duplicates.parquet", "elements", "facts", "figures", "knowledge")
        return cls(*(build / name for name in names))

    @cached_property
    def left_out(self) -> dict[str, str]:
        """Near-duplicates: documents that have no objects."""
        return folded(self.duplicates)

    @cached_property
    def documents(self) -> dict[str, Document]:
        """Every document that may have objects, by key."""
        tasks = self._tasks()
        facts = {key: (digest, subject) for key, digest, subject in _columns(self.facts, "digest", "subject")}
        found = {}
        for key, digest, licence in _columns(self.elements, "digest", "licence"):
            if key not in self.left_out:
                facts_digest, subject = facts.get(key, ("", ""))
                found[key] = Document(tasks.get(key, ""), licence or "", subject or "", facts_digest, digest)
        return found

    def fingerprint(self, key: str, *digests: str) -> str:
        """What a document's objects are made from: rows with these digests, and what the document adds."""
        held = self.documents[key]
        made_from = json.dumps([LAYOUT, held.task, held.licence, held.subject, held.facts, *digests])
        return hashlib.sha256(made_from.encode()).hexdigest()

    def models(self, shard: str, keys: set[str]) -> dict[str, dict[str, list[str]]]:
        """The models that each element of these documents names, by document and element id."""
        path = self.facts / shard
        if not path.exists():
            return {}
        columns = ["document", *(f"mentions.list.element.{name}" for name in ("entity", "kind", "element"))]
        found: dict[str, dict[str, list[str]]] = {}
        for row in read_rows(path, keys, columns):
            named = found.setdefault(row["document"], {})
            for mention in row["mentions"]:
                if mention["kind"] == MODEL:
                    named.setdefault(mention["element"], []).append(mention["entity"])
        return found

    def _tasks(self) -> dict[str, str]:
        """The task of each document that has one: the cluster it is in."""
        clusters = json.loads((self.knowledge / "clusters.json").read_text(encoding="utf-8"))
        return {key: cluster["task"] for cluster in clusters for key in cluster["documents"] if cluster["task"]}


def read_rows(path: Path, keys: set[str], columns: list[str]) -> Iterator[dict[str, Any]]:
    """The rows of these documents in a shard; row groups that hold none are not read."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array(sorted(keys), pa.string())
    with pq.ParquetFile(path) as file:
        for group in range(file.metadata.num_row_groups):
            there = pc.is_in(file.read_row_group(group, ["document"])["document"], wanted)
            if pc.any(there).as_py():
                yield from file.read_row_group(group, columns).filter(there).to_pylist()


def _columns(table: Path, *names: str) -> Iterator[tuple[Any, ...]]:
    """The key and these columns of every row."""
    for path in shard_files(table):
        held = pq.ParquetFile(path).read(["document", *names])
        yield from zip(*(held[name].to_pylist() for name in ("document", *names)), strict=True)
