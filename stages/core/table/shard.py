"""One shard: how its rows lie in the file, and how they are read again.

A row group holds rows in turn until they are GROUP_ROWS or their payloads GROUP_BYTES, so that neither a table of many
small rows nor one of 50 MB documents needs more memory than that to be read. Where the groups end depends on the rows
alone. The footer holds the counts that the table was asked to keep (`tally`).
"""

from __future__ import annotations

import hashlib
import json
import os
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stages.core.table.spill import Span

Row = dict[str, Any]
KEY = "document"
GROUP_ROWS = 1024
GROUP_BYTES = 16 << 20
READ_ROWS = 64  # rows that `read` turns into Python at a time
FOOTER = "litmill"
LAYOUT = f"2, pyarrow {pa.__version__}"  # raise the number when the same rows would be written otherwise


class Meta(NamedTuple):
    """The columns that every row has beside its payload."""

    document: str
    fingerprint: str
    digest: str
    size: int
    tables: str


META_NAMES = Meta._fields
META = pa.schema([pa.field(name, pa.int64() if name == "size" else pa.string()) for name in META_NAMES])


def shard_file(number: int, shards: int) -> str:
    """The file name of shard `number` in a table of `shards` shards."""
    return f"{number:04d}-of-{shards:04d}.parquet"


def shard_name(key: str, shards: int) -> str:
    """The shard file that holds `key`."""
    return shard_file(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % shards, shards)


def shard_files(table: Path) -> list[Path]:
    """The shards of a table, in order."""
    return sorted(table.glob("*-of-*.parquet"))


def count(table: Path) -> int:
    """Number of rows, read from the shards' footers."""
    return sum(pq.read_metadata(path).num_rows for path in shard_files(table))


def tally(table: Path) -> dict[str, Counter[str]]:
    """The counts that the table keeps, read from the shards' footers: by column, by value."""
    counts: dict[str, Counter[str]] = {}
    for path in shard_files(table):
        for column, values in _footer(pq.read_metadata(path))["tally"].items():
            counts.setdefault(column, Counter()).update(values)
    return counts


def read(table: Path, columns: list[str] | None = None) -> Iterator[Row]:
    """All rows of a table, shard by shard, so in an order that depends on the keys alone."""
    for path in shard_files(table):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(READ_ROWS, columns=columns):
                yield from batch.to_pylist()


def pack(payload: Mapping[str, Any], schema: pa.Schema) -> tuple[bytes, str]:
    """A payload as Arrow writes it, and the SHA-256 of that and of its schema."""
    batch = pa.RecordBatch.from_struct_array(pa.array([payload], pa.struct(list(schema))))
    packed = batch.serialize().to_pybytes()
    return packed, hashlib.sha256(schema.serialize().to_pybytes() + packed).hexdigest()


def unpack(packed: bytes, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches([pa.ipc.read_record_batch(pa.py_buffer(packed), schema)])


class Shard:
    """A shard opened for reading. It keeps the row group that was read last, so rows in turn decode it once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = pq.ParquetFile(path)
        footer = self._file.metadata
        self._starts = list(accumulate((footer.row_group(n).num_rows for n in range(footer.num_row_groups)), initial=0))
        self._group, self._held = -1, pa.table({})

    def meta(self) -> list[Meta]:
        """The rows without their payload."""
        table = self._file.read(columns=list(META_NAMES), use_threads=False)
        return [Meta(*values) for values in zip(*(table[name].to_pylist() for name in META_NAMES), strict=True)]

    def keeps(self, columns: Sequence[str]) -> bool:
        """Whether this layout wrote the file, with the counts of these columns."""
        footer = _footer(self._file.metadata)
        return footer.get("layout") == LAYOUT and set(footer["tally"]) == set(columns)

    def row(self, number: int) -> Row:
        return next(self.rows(number, number + 1)).to_pylist()[0]

    def rows(self, start: int, stop: int) -> Iterator[pa.Table]:
        """The rows from `start` to before `stop`, a row group at a time."""
        while start < stop:
            group = bisect_right(self._starts, start) - 1
            first, end = self._starts[group], min(stop, self._starts[group + 1])
            yield self._read(group).slice(start - first, end - start)
            start = end

    def _read(self, group: int) -> pa.Table:
        if group != self._group:
            self._held = pa.table({})  # let it go before the next one comes
            self._group, self._held = group, self._file.read_row_group(group, use_threads=False)
        return self._held


def _footer(metadata: pq.FileMetaData) -> dict[str, Any]:
    return json.loads((metadata.metadata or {}).get(FOOTER.encode(), b'{"tally": {}}'))


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
        if old and old.keeps(self._tally) and old.meta() == [row.meta for row in rows]:
            os.link(old.path, self.table / name)
            return
        part = self.table / f"{name}.part"
        counts = {column: Counter[str]() for column in self._tally}
        schema = pa.schema([*META, *self._schema])
        settings = {"compression": "zstd", "compression_level": 3, "write_statistics": False, "store_schema": True}
        with pq.ParquetWriter(part, schema, **settings) as writer:
            for group in _groups(rows):
                payload = self._payload(group, old)
                for column, values in counts.items():
                    values.update(_counted(payload, column))
                meta = [pa.array(values, field.type) for values, field in zip(_transposed(group), META, strict=True)]
                columns = [*meta, *payload.columns]
                writer.write_table(pa.table(columns, schema=schema), row_group_size=len(group))
            footer = {"layout": LAYOUT, "tally": counts}
            writer.add_key_value_metadata({FOOTER: json.dumps(footer, sort_keys=True, ensure_ascii=False)})
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


def _transposed(rows: Iterable[Held]) -> Iterator[tuple[Any, ...]]:
    return zip(*(row.meta for row in rows), strict=True)


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
    """How often each value occurs in a column such as `elements.type`; of a list of structs, how many items."""
    first, *path = column.split(".")
    values = _flat(payload[first])
    for name in path:
        values = _flat(pc.struct_field(values, name))
    if pa.types.is_struct(values.type):
        return Counter({"items": len(values)})
    pairs = pc.value_counts(values.drop_null()).to_pylist()
    return Counter({str(pair["values"]): pair["counts"] for pair in pairs})


def _flat(values: Any) -> Any:
    return pc.list_flatten(values) if pa.types.is_list(values.type) else values
