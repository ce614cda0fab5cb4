"""Which held-out examples are measured: of each kind the ones whose hash is smallest, so that a sample stays itself."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path

from stages.core.run.errors import UserError
from stages.core.table import Row, read


def sample(tables: list[Path], most: int) -> list[Row]:
    """At most `most` held-out examples of each kind, in an order that hashes give."""
    kinds: defaultdict[str, list[Row]] = defaultdict(list)
    for table in tables:
        for row in read(table, ["examples"]):
            for example in row["examples"]:
                if example["split"] == "heldout":
                    kinds[example["kind"]].append(example)
    if not kinds:
        raise UserError("dataset.holdout: left no example to measure; raise it, or give it more documents")
    return [example for kind in sorted(kinds) for example in sorted(kinds[kind], key=_hash)[:most]]


def _hash(example: Row) -> bytes:
    return hashlib.sha256(f"{example['prompt']} {example['answer']}".encode()).digest()
