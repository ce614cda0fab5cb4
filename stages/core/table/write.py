"""A whole table from rows in any order."""

from __future__ import annotations

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
    last = {name: previous(table) / name for name in (shard_file(number, shards) for number in range(shards))}
    olds = {name: path for name, path in last.items() if path.exists()} if previous(table) != table else {}
    there = {
        name: {meta.document: (meta.digest, at) for at, meta in enumerate(Shard(path).meta())}
        for name, path in olds.items()
    }
    held: dict[str, list[Held]] = {name: [] for name in last}
    for key, payload in rows:
        packed, content = pack(payload, schema)
        name = shard_name(key, shards)
        digest, at = there.get(name, {}).get(key, ("", 0))
        place = at if digest == content else put(spill / name, packed)
        held[name].append(Held(Meta(key, content, content, len(packed), ""), place))
    writer = Writer(table, schema, tally)
    for name, ours in held.items():
        spans = [row.place for row in ours if isinstance(row.place, Span)]
        writer.write(name, ours, Shard(olds[name]) if name in olds else None)
        drop(spans)
    close(spill)
