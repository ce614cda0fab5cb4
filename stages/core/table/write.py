"""A whole table from rows in any order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from stages.core.run import previous
from stages.core.table.shard import Held, Meta, Row, Shard, Writer, pack, shard_file, shard_name
from stages.core.table.spill import Span, close, drop, folder, put


def write(
    table: Path, rows: Iterable[tuple[str, Row]], schema: pa.Schema, shards: int, *, tally: Sequence[str] = ()
) -> None:
    """Write a whole table from (key, payload) pairs; empty shards are written, too.

    `tally` names columns whose values are counted in the footers (`elements.type`: within a list; a list of structs:
    its items).
    """
    spill = folder(table)
    held: dict[str, list[Held]] = {shard_file(number, shards): [] for number in range(shards)}
    for key, payload in rows:
        packed = pack(payload, schema)
        content = hashlib.sha256(packed).hexdigest()
        name = shard_name(key, shards)
        held[name].append(Held(Meta(key, content, content, len(packed), ""), put(spill / name, packed)))
    writer = Writer(table, schema, tally)
    last = previous(table)
    for name, rows_held in held.items():
        spans = [row.place for row in rows_held if isinstance(row.place, Span)]
        writer.write(name, rows_held, Shard(last / name) if last != table and (last / name).exists() else None)
        drop(spans)
    close(spill)
