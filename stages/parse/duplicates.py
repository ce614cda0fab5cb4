"""Near-duplicates among all parsed documents: which document is folded into which.

A document is folded into a longer one (of equal length: one with as many numbers) that has nearly the same
runs of words and all of its numbers. It stays in every table; stages that would say or find things twice leave it out.

Only documents whose signatures have a band in common are compared (locality-sensitive hashing; Leskovec, Rajaraman and
Ullman, "Mining of Massive Datasets", 3.4). The bands are compared as columns of one matrix: datasketch's own index
gives the same, in three times the time and ten times the memory. How many bands of how many places is chosen as
datasketch chooses it (a test compares), without the 50 MB of scipy that it needs to integrate two curves.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stages.core.table import read_columns
from stages.parse.signature import PLACES

TABLE = pa.schema([("document", pa.string()), ("duplicate_of", pa.string()), ("likeness", pa.float32())])
STEPS = 1001  # in which a curve is summed up
Bucket = tuple[int, int]  # a band and a number that documents with the same values in it have


@dataclass(frozen=True)
class Signed:
    """The documents that have a signature, the longest first."""

    keys: list[str]
    numbers: pa.Array
    """The numbers in each document."""
    minhash: np.ndarray[Any, np.dtype[np.uint32]]
    """A row of PLACES values a document."""


def fold(elements: Path, likeness: float) -> list[dict[str, Any]]:
    """The documents of the table that are folded, in the order of their keys; with likeness 0 none is."""
    if not likeness:
        return []
    signed = _signed(elements)
    kept: dict[Bucket, list[int]] = defaultdict(list)
    folded = []
    for number, buckets in enumerate(_shared(signed.minhash, likeness)):
        near = {other for bucket in buckets for other in kept[bucket]}
        found = _closest(signed, number, near, likeness)
        if found:
            folded.append({"document": signed.keys[number], "duplicate_of": found[0], "likeness": found[1]})
        else:
            for bucket in buckets:
                kept[bucket].append(number)
    return sorted(folded, key=lambda row: row["document"])


def write(folded: list[dict[str, Any]], path: Path) -> None:
    """Write what `fold` found."""
    pq.write_table(pa.Table.from_pylist(folded, schema=TABLE), path)


def _signed(elements: Path) -> Signed:
    table = read_columns(elements, ["document", "signature"])
    table = table.filter(table["signature"].is_valid())
    keys = table["document"].to_pylist()
    minhash, numbers, words = (
        table["signature"].combine_chunks().field(name) for name in ("minhash", "numbers", "words")
    )
    length = words.to_pylist()
    packed, amount = minhash.to_pylist(), pc.list_value_length(numbers).to_pylist()
    order = sorted(range(len(keys)), key=lambda row: (-length[row], -amount[row], packed[row], keys[row]))
    values = np.frombuffer(b"".join(packed), "<u4").reshape(-1, PLACES)
    return Signed([keys[row] for row in order], numbers.take(pa.array(order, pa.int64())), values[order])


def _shared(minhash: np.ndarray[Any, np.dtype[np.uint32]], likeness: float) -> list[list[Bucket]]:
    """For each document its buckets that another one is in, too."""
    number, places = bands(likeness)
    shared: list[list[Bucket]] = [[] for _ in minhash]
    for band in range(number):
        columns = np.ascontiguousarray(minhash[:, band * places : (band + 1) * places])
        values = columns.view(f"V{columns.itemsize * places}").ravel()
        _, group, size = np.unique(values, return_inverse=True, return_counts=True)
        for row in np.flatnonzero(size[group] > 1).tolist():
            shared[row].append((band, int(group[row])))
    return shared


def bands(likeness: float) -> tuple[int, int]:
    """How many bands of how many places: those with which pairs that are less alike have a band in common, and pairs
    that are more alike have none, least often together."""
    less, more = np.linspace(0, likeness, STEPS), np.linspace(likeness, 1, STEPS)

    def wrong(chosen: tuple[int, int]) -> float:
        number, places = chosen
        found, missed = 1 - (1 - less**places) ** number, (1 - more**places) ** number
        return float(np.trapezoid(found, less) + np.trapezoid(missed, more))

    return min(((b, r) for b in range(1, PLACES + 1) for r in range(1, PLACES // b + 1)), key=wrong)


def _closest(signed: Signed, number: int, candidates: set[int], likeness: float) -> tuple[str, float] | None:
    """The document that one is folded into, and how alike the two are."""
    close = []
    for other in candidates:
        share = np.count_nonzero(signed.minhash[number] == signed.minhash[other]) / PLACES
        if share >= likeness and _numbers(signed, number) <= _numbers(signed, other):
            close.append((-share, other))
    return (signed.keys[min(close)[1]], -min(close)[0]) if close else None


def _numbers(signed: Signed, number: int) -> set[int]:
    return set(signed.numbers[number].as_py())
