"""Sharded tables: a folder of Parquet files in which one document is one row.

A row lives in the shard that the hash of its document's key names; rows are sorted by key; writer settings are fixed.
Each row carries the `digest` of its own payload and the `fingerprint` of what it was made from: the digest of the
input row and of the stage. `update` computes the rows whose fingerprint is new, drops those whose input is gone, and
links the shards that stay the same (never writes in place: the old file may be a link into DVC's cache). The result is
byte for byte that of a clean build.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from stages.core.run import previous
from stages.core.table.engine import Compute, compute_rows

Row = dict[str, Any]
KEY = "document"
META = [pa.field(KEY, pa.string()), pa.field("fingerprint", pa.string()), pa.field("digest", pa.string())]
META_NAMES = tuple(field.name for field in META)


@dataclass(frozen=True)
class Output:
    """One table that `update` writes: its fresh folder and the columns beside document, fingerprint and digest."""

    path: Path
    schema: pa.Schema


@dataclass(frozen=True)
class Counts:
    """What an update did: input rows, rows computed now, rows kept as they were."""

    inputs: int
    computed: int
    kept: int


def shard_name(key: str, shards: int) -> str:
    """The shard file that holds `key` in a table of `shards` shards."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % shards
    return f"{number:04d}-of-{shards:04d}.parquet"


def shard_files(table: Path) -> list[Path]:
    """The shards of a table, in order."""
    return sorted(table.glob("*-of-*.parquet"))


def read(table: Path, columns: list[str] | None = None) -> Iterator[Row]:
    """All rows of a table, shard by shard, so in an order that depends on the keys alone."""
    for path in shard_files(table):
        yield from pq.read_table(path, columns=columns).to_pylist()


def count(table: Path) -> int:
    """Number of rows, read from the shards' footers."""
    return sum(pq.read_metadata(path).num_rows for path in shard_files(table))


def digest(payload: Mapping[str, Any], schema: pa.Schema) -> str:
    """SHA-256 of a payload as Arrow writes it."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(pa.RecordBatch.from_pylist([dict(payload)], schema=schema))
    return hashlib.sha256(sink.getvalue()).hexdigest()


def write(table: Path, rows: Iterable[tuple[str, Row]], schema: pa.Schema, shards: int) -> None:
    """Write a whole table from (key, payload) pairs; empty shards are written, too."""
    table.mkdir(parents=True)
    sorted_rows: dict[str, list[Row]] = {shard_name_of(number, shards): [] for number in range(shards)}
    for key, payload in rows:
        content = digest(payload, schema)
        sorted_rows[shard_name(key, shards)].append({KEY: key, "fingerprint": content, "digest": content, **payload})
    for name, held in sorted_rows.items():
        write_shard(table / name, held, schema)


def shard_name_of(number: int, shards: int) -> str:
    """The file name of shard `number`."""
    return f"{number:04d}-of-{shards:04d}.parquet"


def write_shard(path: Path, rows: list[Row], schema: pa.Schema) -> None:
    """Write one shard, sorted by key, unless the table's last version holds the same rows: then link that file."""
    rows.sort(key=lambda row: row[KEY])
    assert len({row[KEY] for row in rows}) == len(rows), f"{path}: a key occurs twice"
    old = previous(path.parent) / path.name
    if old.exists() and old != path and _same(old, rows):
        os.link(old, path)
        return
    pq.write_table(
        pa.Table.from_pylist(rows, schema=pa.schema([*META, *schema])),
        path,
        compression="zstd",
        compression_level=3,
        row_group_size=1024,
        store_schema=True,
    )


def _same(old: Path, rows: list[Row]) -> bool:
    held = pq.read_table(old, columns=list(META_NAMES)).to_pylist()
    return held == [{name: row[name] for name in META_NAMES} for row in rows]


def update(source: Path, outputs: Mapping[str, Output], compute: Compute, *, stage_digest: str, what: str) -> Counts:
    """Bring `outputs` up to date with the table `source`.

    `compute(row)` returns a payload, or None, for each name of `outputs`; at least one must not be None, so that a
    document which was done is known to be done. It runs in worker processes, one document at a time.
    """
    kept, missing = _anti_join(source, outputs, stage_digest)
    fresh: dict[str, dict[str, Row]] = {name: {} for name in outputs}
    wanted = {key: value for shard in missing.values() for key, value in shard.items()}
    types = {name: pa.struct(list(output.schema)) for name, output in outputs.items()}
    for key, payloads in compute_rows(_rows(source, missing), len(wanted), compute, types, what=what):
        done = {name: payload for name, payload in payloads.items() if payload is not None}
        assert done, f"{key}: {what} gave no row for any table"
        for name, payload in done.items():
            content = digest(payload, outputs[name].schema)
            fresh[name][key] = {KEY: key, "fingerprint": wanted[key], "digest": content, **payload}
    for name, output in outputs.items():
        output.path.mkdir(parents=True)
        for shard in shard_files(source):
            new = [fresh[name][key] for key in missing[shard.name] if key in fresh[name]]
            _write_merged(output, shard.name, kept[shard.name], new)
    computed, held = len(wanted), sum(len(keys) for keys in kept.values())
    return Counts(inputs=computed + held, computed=computed, kept=held)


def _anti_join(
    source: Path, outputs: Mapping[str, Output], stage_digest: str
) -> tuple[dict[str, set[str]], dict[str, dict[str, str]]]:
    """By shard: the keys that stay as they are, and the keys to compute with their fingerprints."""
    kept: dict[str, set[str]] = {}
    missing: dict[str, dict[str, str]] = {}
    for shard in shard_files(source):
        wanted = {
            row[KEY]: hashlib.sha256(f"{row['digest']} {stage_digest}".encode()).hexdigest()
            for row in pq.read_table(shard, columns=[KEY, "digest"]).to_pylist()
        }
        done: dict[str, str] = {}
        olds = [previous(output.path) / shard.name for output in outputs.values()]
        for old in olds if all(old.exists() for old in olds) else []:  # a row here does not say that the rest is there
            done |= {
                row[KEY]: row["fingerprint"] for row in pq.read_table(old, columns=[KEY, "fingerprint"]).to_pylist()
            }
        kept[shard.name] = {key for key, value in wanted.items() if done.get(key) == value}
        missing[shard.name] = {key: value for key, value in wanted.items() if done.get(key) != value}
    return kept, missing


def _rows(source: Path, missing: Mapping[str, Mapping[str, str]]) -> pa.Table:
    """The input rows to compute, as one Arrow table."""
    parts = []
    for shard in shard_files(source):
        if missing[shard.name]:
            table = pq.read_table(shard)
            mask = pa.compute.is_in(table[KEY], value_set=pa.array(sorted(missing[shard.name])))
            parts.append(table.filter(mask))
    return pa.concat_tables(parts) if parts else pa.table({KEY: pa.array([], pa.string())})


def _write_merged(output: Output, name: str, kept: set[str], new: list[Row]) -> None:
    old = previous(output.path) / name
    held = [row for row in pq.read_table(old).to_pylist() if row[KEY] in kept] if old.exists() and kept else []
    write_shard(output.path / name, held + new, output.schema)
