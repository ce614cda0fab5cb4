"""A whole table from rows in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from stages.core.run import previous
from stages.core.table.shard import Meta, Row, Shard, earlier, pack, shard_file, shard_name
from stages.core.table.spill import Span, close, drop, folder, put
from stages.core.table.writer import Held, Writer


def write(
    table: Path, rows: Iterable[tuple[str, Row]], schema: pa.Schema, shards: int, *, tally: Sequence[str] = ()
) -> None:
    """Write a whole table from (key, payload) pairs; empty shards are written, too.

    `tally` names columns whose values are counted in the footers (`elements.type`: within a list; a list of structs:
    its items).
    """
    spill = folder(table)
    names = [shard_file(number, shards) for number in range(shards)]
    there = {name: _there(_old(table, name)) for name in names}
    held: dict[str, list[Held]] = {name: [] for name in names}
    for key, payload in rows:
        packed, content = pack(payload, schema)
        name = shard_name(key, shards)
        digest, at = there[name].get(key, ("", 0))
        place = at if digest == content else put(spill / name, packed)
        held[name].append(Held(Meta(key, content, content, len(packed), ""), place))
    writer = Writer(table, schema, tally)
    for name, ours in held.items():
        spans = [row.place for row in ours if isinstance(row.place, Span)]
        writer.write(name, ours, _old(table, name))
        drop(spans)
    close(spill)


def _old(table: Path, name: str) -> Shard | None:
    """The shard of the table's last version; opened for each use, since a process may hold few files open."""
    last = previous(table)
    return earlier(last / name) if last != table else None


def _there(old: Shard | None) -> dict[str, tuple[str, int]]:
    """By key: the digest of a payload that is there already, and its row."""
    return {meta.document: (meta.digest, at) for at, meta in enumerate(old.meta())} if old else {}
