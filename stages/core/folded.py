"""Near-duplicates: the documents that are folded into another, as parse found them."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq


def folded(path: Path) -> dict[str, str]:
    """The key of each folded document, and of the one that is kept in its place."""
    held = pq.ParquetFile(path).read(["document", "duplicate_of"])
    return dict(zip(held["document"].to_pylist(), held["duplicate_of"].to_pylist(), strict=True))
