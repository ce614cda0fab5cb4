"""How the rows of a shard lie in its file.

A row group holds rows in turn until they are GROUP_ROWS or their payloads GROUP_BYTES, so that neither a table of many
small rows nor one of 50 MB documents needs more memory than that to be read. Where the groups end depends on the rows
alone. The footer holds the counts that the table was asked to keep (`tally`).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stages.core.table.shard import META, META_NAMES, Meta, Shard, footer, unpack
from stages.core.table.spill import Span

GROUP_ROWS = 1024
GROUP_BYTES = 16 << 20


class Held(NamedTuple):
    """A row to be written: its meta columns, and where its payload is: a row of the old shard, or spilled."""

    meta: Meta
    place: int | Span


class Writer:
    """Writes the shards of one table."""

    def __init__(self, table: Path, schema: pa.Schema, tally: Sequence[str]) -> None:
        assert not set(META_NAMES) & set(schema.names), f"{table}: a payload has a column of the table's own"
        self.table, self._schema, self._tally = table, schema, tally

    def write(self, name: str, rows: list[Held], old: Shard | None) -> None:
        """Write one shard, sorted by key, or link `old` if it holds the same; it has its name when it is complete."""
        rows.sort(key=lambda row: row.meta.document)
        for one, other in pairwise(rows):
            assert one.meta.document != other.meta.document, f"{name}: the key {one.meta.document} occurs twice"
        if old and old.same([row.meta for row in rows], self._tally):
            os.link(old.path, self.table / name)
            return
        part = self.table / f"{name}.part"
        counts = {column: Counter[str]() for column in self._tally}
        schema = pa.schema([*META, *self._schema])
        settings = {"compression": "zstd", "compression_level": 3, "write_statistics": False, "store_schema": True}
        with pq.ParquetWriter(part, schema, **settings) as writer:
            for group in _groups(rows):
                payload = self._payload(group, old)
                for column, found in counts.items():
                    found.update(_counted(payload, column))
                values = zip(*(row.meta for row in group), strict=True)
                columns = [*map(pa.array, values, META.types), *payload.columns]
                writer.write_table(pa.table(columns, schema=schema), row_group_size=len(group))
            writer.add_key_value_metadata(footer(counts))
        part.rename(self.table / name)

    def _payload(self, rows: list[Held], old: Shard | None) -> pa.Table:
        """The payloads of `rows` as one table of one chunk."""
        parts: list[pa.Table] = []
        at = 0
        while at < len(rows):
            place, run = rows[at].place, 1
            if isinstance(place, int):
                assert old is not None
                while at + run < len(rows) and rows[at + run].place == place + run:
                    run += 1
                parts.extend(table.select(self._schema.names) for table in old.rows(place, place + run))
            else:
                parts.append(unpack(place.load(), self._schema))
            at += run
        return pa.concat_tables([part.cast(self._schema) for part in parts]).combine_chunks()


def _groups(rows: list[Held]) -> Iterator[list[Held]]:
    group: list[Held] = []
    size = 0
    for row in rows:
        if group and (len(group) == GROUP_ROWS or size + row.meta.size > GROUP_BYTES):
            yield group
            group, size = [], 0
        group.append(row)
        size += row.meta.size
    if group:
        yield group


def _counted(payload: pa.Table, column: str) -> Counter[str]:
    """How often each value occurs in a column such as `elements.type`; of a list of structs, how many items; of whole
    numbers, their sum."""
    first, *path = column.split(".")
    values = _flat(payload[first])
    for name in path:
        values = _flat(pc.struct_field(values, name))
    if pa.types.is_struct(values.type):
        return Counter({"items": len(values)})
    if pa.types.is_integer(values.type):
        return Counter({"sum": pc.sum(values).as_py() or 0})
    pairs = pc.value_counts(values.drop_null()).to_pylist()
    return Counter({str(pair["values"]): pair["counts"] for pair in pairs})


def _flat(values: Any) -> Any:
    return pc.list_flatten(values) if pa.types.is_list(values.type) else values
