"""Shards: where a row lives, what every row has, and how rows are read without reading the shard."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

import stages.core.table.arrow  # noqa: F401  (before the first array is made)

Row = dict[str, Any]
KEY = "document"
READ_ROWS = 64  # rows that `read` turns into Python at a time
FOOTER = "litmill"
LAYOUT = 2  # raise it when the same rows would be written otherwise


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


def read_columns(table: Path, columns: list[str]) -> pa.Table:
    """Some columns of all rows at once, in the order of `read`."""
    found = []
    for path in shard_files(table):
        with pq.ParquetFile(path) as file:
            found.append(file.read(columns=columns, use_threads=False))
    return pa.concat_tables(found)


def pack(payload: Mapping[str, Any], schema: pa.Schema) -> tuple[bytes, str]:
    """A payload as Arrow writes it, and the SHA-256 of that and of its schema."""
    batch = pa.RecordBatch.from_struct_array(pa.array([payload], pa.struct(list(schema))))
    packed = batch.serialize().to_pybytes()
    return packed, hashlib.sha256(schema.serialize().to_pybytes() + packed).hexdigest()


def unpack(packed: bytes, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches([pa.ipc.read_record_batch(pa.py_buffer(packed), schema)])


class Shard:
    """A shard for reading, opened when it must be and once. It keeps the row group that was read last, so rows in turn
    decode it once, and the rows without their payload."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._meta: list[Meta] | None = None
        self._group, self._held = -1, pa.table({})

    @cached_property
    def _file(self) -> pq.ParquetFile:
        return pq.ParquetFile(self.path)

    @cached_property
    def _starts(self) -> list[int]:
        """The number of the first row of each row group."""
        groups = self._file.metadata
        return list(accumulate((groups.row_group(n).num_rows for n in range(groups.num_row_groups)), initial=0))

    @cached_property
    def footer(self) -> dict[str, Any]:
        """What the shard says of itself."""
        return _footer(self._file.metadata)

    def meta(self) -> list[Meta]:
        """The rows without their payload."""
        if self._meta is None:
            table = self._file.read(columns=list(META_NAMES), use_threads=False)
            self._meta = [Meta(*row) for row in zip(*(table[name].to_pylist() for name in META_NAMES), strict=True)]
        return self._meta

    def same(self, rows: list[Meta], columns: Iterable[str]) -> bool:
        """Whether it holds these rows, written as they would be now, with the counts of these columns."""
        written = self.footer["pyarrow"] == pa.__version__ and set(self.footer["tally"]) == set(columns)
        return written and self.meta() == rows

    def row(self, number: int) -> Row:
        return next(self.rows(number, number + 1)).to_pylist()[0]

    def rows(self, start: int, stop: int) -> Iterator[pa.Table]:
        """The rows from `start` to before `stop`, a row group at a time."""
        while start < stop:
            group = bisect_right(self._starts, start) - 1
            first, end = self._starts[group], min(stop, self._starts[group + 1])
            yield self._read(group).slice(start - first, end - start)
            start = end

    def close(self) -> None:
        """Let the file go, since a process may hold few open; what was read of it stays."""
        if file := self.__dict__.pop("_file", None):
            file.close()

    def _read(self, group: int) -> pa.Table:
        if group != self._group:
            self._held = pa.table({})  # let it go before the next one comes
            self._group, self._held = group, self._file.read_row_group(group, use_threads=False)
        return self._held


def earlier(path: Path) -> Shard | None:
    """A shard of an earlier run, if it is there and lies as shards do now."""
    shard = Shard(path) if path.exists() else None
    return shard if shard and shard.footer["layout"] == LAYOUT else None


def footer(tally: Mapping[str, Counter[str]]) -> dict[str, str]:
    """What a shard says of itself."""
    held = {"layout": LAYOUT, "pyarrow": pa.__version__, "tally": tally}
    return {FOOTER: json.dumps(held, sort_keys=True, ensure_ascii=False)}


def _footer(metadata: pq.FileMetaData) -> dict[str, Any]:
    held = (metadata.metadata or {}).get(FOOTER.encode())
    return json.loads(held) if held else {"layout": 0, "tally": {}}
