"""A whole table from rows in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from stages.core.run import previous
from stages.core.table.shard import Meta, Row, Shard, earlier, pack, shard_file, shard_name
from stages.core.table.spill import Span, close, drop, folder, put
from stages.core.table.writer import Held, Writer


class Kept(NamedTuple):
    """In the place of a payload: the row with this digest stays as it lies in the table's last version."""

    digest: str


class Last:
    """The last version of a table that is written as a whole, with `shards` shards."""

    def __init__(self, table: Path, shards: int) -> None:
        last = previous(table)
        self.names = [shard_file(number, shards) for number in range(shards)]
        self.shards = {name: earlier(last / name) if last != table else None for name in self.names}
        self._rows = {name: self._held(shard) for name, shard in self.shards.items()}

    def row(self, key: str, digest: str) -> Held | None:
        """The row of `key`, if it is there with this digest."""
        held = self._rows[self.name(key)].get(key)
        return held if held and held.meta.digest == digest else None

    def name(self, key: str) -> str:
        """The shard that holds `key`."""
        return shard_name(key, len(self.names))

    def _held(self, shard: Shard | None) -> dict[str, Held]:
        if not shard:
            return {}
        rows = {meta.document: Held(meta, at) for at, meta in enumerate(shard.meta())}
        shard.close()
        return rows


def write(
    table: Path,
    rows: Iterable[tuple[str, Row | Kept]],
    schema: pa.Schema,
    shards: int,
    *,
    tally: Sequence[str] = (),
    last: Last | None = None,
) -> dict[str, str]:
    """Write a whole table from (key, payload) pairs; empty shards are written, too. Returns each row's digest.

    `tally` names columns whose values are counted in the footers (`elements.type`: within a list; a list of structs:
    its items; whole numbers: their sum). With `last`, which is asked first, a payload may be `Kept`.
    """
    spill = folder(table)
    there = last or Last(table, shards)
    held: dict[str, list[Held]] = {name: [] for name in there.names}
    for key, payload in rows:
        name = there.name(key)
        if isinstance(payload, Kept):
            row = there.row(key, payload.digest)
            assert row, f"{key}: no such row to keep"
        else:
            row = _packed(key, payload, schema, there, spill / name)
        held[name].append(row)
    writer = Writer(table, schema, tally)
    for name, ours in held.items():
        spans = [row.place for row in ours if isinstance(row.place, Span)]
        old = there.shards[name]
        writer.write(name, ours, old)
        drop(spans)
        if old:
            old.close()
    close(spill)
    return {row.meta.document: row.meta.digest for ours in held.values() for row in ours}


def _packed(key: str, payload: Row, schema: pa.Schema, last: Last, spill: Path) -> Held:
    """The row of a payload: where it lies already, or spilled."""
    packed, digest = pack(payload, schema)
    return last.row(key, digest) or Held(Meta(key, digest, digest, len(packed), ""), put(spill, packed))
