"""The elements of documents, read from the build's table one document at a time."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from stages.core.table import shard_files, shard_name

KEPT = 256  # documents


class Elements:
    """Elements by document and id."""

    def __init__(self, build: Path) -> None:
        self._folder = build / "elements"
        self._of = lru_cache(maxsize=KEPT)(self._read)

    def get(self, document: str, element: str) -> dict[str, Any]:
        return self._of(document)[0][element]

    def language(self, document: str) -> str | None:
        """The language of a document's prose, where it has enough of it to tell."""
        return self._of(document)[1]

    def texts(self, document: str) -> dict[tuple[str, str], str]:
        """The texts of a document's elements, as the verifier wants them."""
        return {(document, key): held["text"] for key, held in self._of(document)[0].items()}

    def _read(self, document: str) -> tuple[dict[str, dict[str, Any]], str | None]:
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        shard = self._folder / shard_name(document, len(shard_files(self._folder)))
        wanted = pc.field("document") == document
        rows = pq.read_table(shard, columns=["document", "language", "elements"], filters=wanted).to_pylist()
        return {held["id"]: held for row in rows for held in row["elements"]}, rows[0]["language"]
