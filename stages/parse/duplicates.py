"""Near-duplicates among all parsed documents: which document is folded into which.

A document is folded into a longer one (of equal length: the one whose key comes first) that has nearly the same runs
of words and all of its numbers. It stays in every table; stages that would say or find things twice leave it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stages.core.table import read
from stages.parse.signature import PLACES, SCHEME, SEED

TABLE = pa.schema([("document", pa.string()), ("duplicate_of", pa.string()), ("likeness", pa.float32())])


@dataclass(frozen=True)
class Signed:
    """A document with its signature."""

    key: str
    words: int
    numbers: frozenset[int]
    minhash: Any


def fold(elements: Path, likeness: float) -> list[dict[str, Any]]:
    """The documents of the table that are folded, in the order of their keys; with likeness 0 none is."""
    from datasketch import MinHashLSH

    if not likeness:
        return []
    near = MinHashLSH(threshold=likeness, num_perm=PLACES)
    kept: dict[str, Signed] = {}
    folded = []
    for one in sorted(_signed(elements), key=lambda one: (-one.words, one.key)):
        found = _closest(one, [kept[key] for key in near.query(one.minhash)], likeness)
        if found:
            folded.append({"document": one.key, "duplicate_of": found[0], "likeness": found[1]})
        else:
            kept[one.key] = one
            near.insert(one.key, one.minhash)
    return sorted(folded, key=lambda row: row["document"])


def write(folded: list[dict[str, Any]], path: Path) -> None:
    """Write what `fold` found."""
    pq.write_table(pa.Table.from_pylist(folded, schema=TABLE), path)


def _signed(elements: Path) -> list[Signed]:
    from datasketch import LeanMinHash

    found = []
    for row in read(elements, ["document", "signature"]):
        if held := row["signature"]:
            values = np.frombuffer(held["minhash"], "<u4").astype(np.uint32)
            minhash = LeanMinHash(seed=SEED, hashvalues=values, scheme=SCHEME)
            found.append(Signed(row["document"], held["words"], frozenset(held["numbers"]), minhash))
    return found


def _closest(one: Signed, candidates: list[Signed], likeness: float) -> tuple[str, float] | None:
    """The document that `one` is folded into, and how alike the two are."""
    alike = [(other, one.minhash.jaccard(other.minhash)) for other in candidates if one.numbers <= other.numbers]
    close = sorted((-share, other.key) for other, share in alike if share >= likeness)
    return (close[0][1], -close[0][0]) if close else None
