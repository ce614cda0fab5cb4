"""The outlines of all documents as columns, in the order of the facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stages.core.knowledge import Known
from stages.organize.facts import flat

PLACES = ("title", "headings", "text")


@dataclass(frozen=True)
class Documents:
    """Documents by number; what they speak of as arrays (document, task or name, place)."""

    keys: list[str]
    titles: list[str]
    kinds: np.ndarray
    words: np.ndarray
    tasks: np.ndarray
    names: np.ndarray
    vectors: np.ndarray
    """Unit vectors; zeros where a document has no chunk."""
    terms: Terms

    @property
    def labels(self) -> list[str]:
        """What each is called, and its key, which only tells those apart that are called the same."""
        return [f"{title or key}\0{key}" for key, title in zip(self.keys, self.titles, strict=True)]


@dataclass(frozen=True)
class Terms:
    """Which document has which term: two arrays of equal length, and the terms by number."""

    documents: np.ndarray
    codes: np.ndarray
    names: list[str]


def read_documents(outlines: Path, keys: Sequence[str], knowledge: Known) -> Documents:
    """The documents `keys` of the table outlines/, in this order."""
    from stages.core.table import shard_files

    columns = ["document", "title", "kind", "words", "tasks", "names", "terms", "vector"]
    held = pa.concat_tables(pq.ParquetFile(path).read(columns) for path in shard_files(outlines))
    place = pc.index_in(held["document"], pa.array(keys, pa.string()))
    held = held.append_column("place", place).filter(pc.is_valid(place)).sort_by("place").combine_chunks()
    return Documents(
        keys=held["document"].to_pylist(),
        titles=held["title"].to_pylist(),
        kinds=np.array(held["kind"].to_pylist(), dtype=object),
        words=held["words"].to_numpy(),
        tasks=_spoken(held["tasks"], "task", list(knowledge.tasks)),
        names=_spoken(held["names"], "name", list(knowledge.entities)),
        vectors=_vectors(held["vector"]),
        terms=_terms(held["terms"]),
    )


def _spoken(column: pa.ChunkedArray, key: str, known: list[str]) -> np.ndarray:
    counts = np.zeros((len(column), len(known), len(PLACES)), dtype=np.int32)
    rows, items = flat(column)
    numbers = {name: number for number, name in enumerate(known)}
    codes = np.array([numbers[name] for name in items.field(key).to_pylist()], dtype=np.int64)
    for place, name in enumerate(PLACES):
        counts[rows, codes, place] = items.field(name).to_numpy(zero_copy_only=False)
    return counts


def _vectors(column: pa.ChunkedArray) -> np.ndarray:
    rows, items = flat(column)
    size = len(items) // max(1, len(np.unique(rows)))
    vectors = np.zeros((len(column), max(1, size)), dtype=np.float32)
    if size:
        vectors[np.unique(rows)] = items.to_numpy().reshape(-1, size)
    return vectors


def _terms(column: pa.ChunkedArray) -> Terms:
    rows, items = flat(column)
    coded = items.dictionary_encode()
    return Terms(rows, coded.indices.to_numpy(zero_copy_only=False), coded.dictionary.to_pylist())
