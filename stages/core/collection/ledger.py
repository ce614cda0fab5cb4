"""What was written of each document: the fingerprint that its objects were made from, their ids and digests.

It lies in the cache folder, a file a collection, and saves reading a collection back to find what is in it. It is
believed only if its root hash is the one that the collection states on the server, and the collection holds; otherwise
the collection itself is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stages.core.weaviate.shared import server_home

ID, DIGEST = 16, 32  # bytes
Digests = dict[bytes, bytes]


@dataclass
class Ledger:
    """By document: fingerprint, and the digest of each object by id."""

    fingerprints: dict[str, str] = field(default_factory=dict)
    objects: dict[str, Digests] = field(default_factory=dict)

    def root(self) -> str:
        """SHA-256 over all ids and digests, in the order of the ids."""
        return root(held for held in self.objects.values())

    def count(self) -> int:
        return sum(map(len, self.objects.values()))

    def overlap(self, wanted: Mapping[str, str]) -> float:
        """Share of the documents, here or there, that are the same in both."""
        same = sum(self.fingerprints.get(key) == held for key, held in wanted.items())
        return same / (max(len(wanted), len(self.fingerprints)) or 1)


def root(objects: Iterable[Digests]) -> str:
    """SHA-256 over all ids and digests, in the order of the ids."""
    pairs = sorted(key + digest for held in objects for key, digest in held.items())
    return hashlib.sha256(b"".join(pairs)).hexdigest()


def load(collection: str, root: str) -> Ledger | None:
    """The ledger of a collection that states this root hash, if there is one that has it, too."""
    path = _path(collection)
    if not root or not path.exists():
        return None
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException):  # cut off, or of another make: the collection is read instead
        return None
    keys = table["document"].to_pylist()
    ledger = Ledger(dict(zip(keys, table["fingerprint"].to_pylist(), strict=True)))
    ledger.objects = {key: _cut(held) for key, held in zip(keys, table["objects"].to_pylist(), strict=True)}
    return ledger if ledger.root() == root else None


def save(collection: str, ledger: Ledger) -> None:
    """Keep it for the next run."""
    path = _path(collection)
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = [b"".join(key + digest for key, digest in ledger.objects[name].items()) for name in ledger.fingerprints]
    names = [
        pa.array(list(ledger.fingerprints), pa.string()),
        pa.array(list(ledger.fingerprints.values()), pa.string()),
    ]
    table = pa.table([*names, pa.array(packed, pa.large_binary())], names=["document", "fingerprint", "objects"])
    part = path.with_suffix(".part")
    pq.write_table(table, part)
    part.rename(path)


def forget(collection: str) -> None:
    """Remove the ledger of a collection that is gone."""
    _path(collection).unlink(missing_ok=True)


def _cut(packed: bytes) -> Digests:
    step = ID + DIGEST
    return {packed[at : at + ID]: packed[at + ID : at + step] for at in range(0, len(packed), step)}


def _path(collection: str) -> Path:
    return server_home() / "ledgers" / f"{collection}.parquet"
