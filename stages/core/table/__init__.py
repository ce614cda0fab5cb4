"""Sharded tables: a folder of Parquet files in which one document is one row.

A row lives in the shard that the hash of its document's key names; rows are sorted by key; writer settings are fixed.
Beside its payload a row carries

    document      its key
    fingerprint   what it was made from: the digest of the input row, and of the stage's config and code
    digest, size  of its payload, as Arrow writes it
    tables        the tables in which this document has a row from the same computation

`write` makes a table from rows in any order. `update` computes the rows whose fingerprint is new, drops those whose
input is gone, and links the shards that stay the same (never in place: the old file may be a link into DVC's cache).
Either way the bytes are those of a clean build. Memory does not grow with the table: rows are read a row group at a
time, results are spilled to disk until their shard is complete, and counts are read from the shards' footers.
"""

from stages.core.table.shard import META_NAMES, Row, count, pack, read, read_columns, shard_files, shard_name, tally
from stages.core.table.update import Counts, Output, update
from stages.core.table.work import Limit, Unsettled
from stages.core.table.write import Kept, Last, write

__all__ = [
    "META_NAMES",
    "Counts",
    "Kept",
    "Last",
    "Limit",
    "Output",
    "Row",
    "Unsettled",
    "count",
    "pack",
    "read",
    "read_columns",
    "shard_files",
    "shard_name",
    "tally",
    "update",
    "write",
]
