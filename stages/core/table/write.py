"""A whole table from rows in any order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from stages.core.run import previous
from stages.core.table.shard import Held, Meta, Row, Shard, Writer, pack, shard_file, shard_name
from stages.core.table.spill import Spill


def write(
    table: Path, rows: Iterable[tuple[str, Row]], schema: pa.Schema, shards: int, *, tally: Sequence[str] = ()
) -> None:
    """Write a whole table from (key, payload) pairs; empty shards are written, too.

    `tally` names columns whose values are counted in the footers (`elements.type`: within a list; a list of structs:
    its items).
    """
    table.mkdir(parents=True)
    spill = Spill(table / "spill")
    for key, payload in rows:
        packed = pack(payload, schema)
        content = hashlib.sha256(packed).hexdigest()
        spill.add(shard_name(key, shards), Meta(key, content, content, len(packed), ""), packed)
    writer = Writer(table, schema, tally)
    for name in (shard_file(number, shards) for number in range(shards)):
        old = previous(table) / name
        held = [Held(meta, place) for meta, place in spill.take(name)]
        writer.write(name, held, Shard(old) if previous(table) != table and old.exists() else None)
    spill.close()
