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
    digests: list[str]
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
        """What each is called, and what its outline holds, which only tells those apart that are called the same.

        So a document with a title may lie anywhere; one without is called by its path.
        """
        held = zip(self.keys, self.titles, self.digests, strict=True)
        return [f"{title or key}\0{digest}" for key, title, digest in held]


@dataclass(frozen=True)
class Terms:
    """Which document has which term: two arrays of equal length, and the terms by number.

    They are in the order of the documents, and of each those that it has most come first.
    """

    documents: np.ndarray
    codes: np.ndarray
    names: list[str]

    def first(self, count: int) -> Terms:
        """The terms that each document has most."""
        place = np.arange(len(self.documents)) - np.searchsorted(self.documents, self.documents)
        return Terms(self.documents[place < count], self.codes[place < count], self.names)


def read_documents(outlines: Path, keys: Sequence[str], knowledge: Known) -> Documents:
    """The documents `keys` of the table outlines/, in this order; others of the table are left out."""
    from stages.core.table import shard_files

    columns = ["document", "digest", "title", "kind", "words", "tasks", "names", "terms", "vector"]
    held = pa.concat_tables(pq.ParquetFile(path).read(columns) for path in shard_files(outlines))
    place = pc.index_in(held["document"], pa.array(keys, pa.string())).fill_null(len(keys)).to_numpy()
    order = np.argsort(place, kind="stable")[: len(keys)]
    plain = held.select(["document", "digest", "title", "kind", "words"]).take(order)
    assert plain["document"].to_pylist() == list(keys), "each document has an outline"
    return Documents(
        keys=list(keys),
        digests=plain["digest"].to_pylist(),
        titles=plain["title"].to_pylist(),
        kinds=np.array(plain["kind"].to_pylist(), dtype=object),
        words=plain["words"].to_numpy(),
        tasks=_spoken(held["tasks"], "task", list(knowledge.tasks), place, len(keys)),
        names=_spoken(held["names"], "name", list(knowledge.entities), place, len(keys)),
        vectors=_vectors(held["vector"], place, len(keys)),
        terms=_terms(held["terms"], place, len(keys)),
    )


# What follows fills an array of `count` documents; what is of none of them goes to a row more, which is dropped.


def _spoken(column: pa.ChunkedArray, key: str, known: list[str], place: np.ndarray, count: int) -> np.ndarray:
    counts = np.zeros((count + 1, len(known), len(PLACES)), dtype=np.int32)
    rows, items = flat(column)
    numbers = {name: number for number, name in enumerate(known)}
    coded = items.field(key).dictionary_encode()
    codes = np.array([numbers[name] for name in coded.dictionary.to_pylist()], dtype=np.int64)
    at, of = place[rows.to_numpy()], codes[coded.indices.to_numpy()]
    for number, name in enumerate(PLACES):
        counts[at, of, number] = items.field(name).to_numpy(zero_copy_only=False)
    return counts[:count]


def _vectors(column: pa.ChunkedArray, place: np.ndarray, count: int) -> np.ndarray:
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
    size = int(lengths.max(initial=0))
    vectors = np.zeros((count + 1, max(1, size)), dtype=np.float32)
    if size:
        vectors[place[lengths > 0]] = pc.list_flatten(column).to_numpy().reshape(-1, size)
    return vectors[:count]


def _terms(column: pa.ChunkedArray, place: np.ndarray, count: int) -> Terms:
    rows, items = flat(column)
    at = place[rows.to_numpy()]
    order = np.argsort(at, kind="stable")[: np.count_nonzero(at < count)]
    coded = items.dictionary_encode()
    return Terms(at[order], coded.indices.to_numpy()[order], coded.dictionary.to_pylist())
