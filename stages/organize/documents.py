"""What clustering needs of a document: its title, its headings, its mean vector."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Described:
    """A document by its headings and by the direction of its mean chunk vector (zeros if it has no chunks)."""

    key: str
    kind: str
    title: str
    headings: list[str]
    vector: np.ndarray


def read_documents(chunks: Path, rows: list[dict[str, Any]]) -> list[Described]:
    """A document for each row of facts, in their order; vectors have unit length, rounded to six digits."""
    from stages.core import table

    found: dict[str, tuple[list[str], np.ndarray]] = {}
    size = 1
    for row in table.read(chunks, ["document", "chunks"]):
        vectors = [chunk["vector"] for chunk in row["chunks"]]
        headings = sorted({heading for chunk in row["chunks"] for heading in chunk["section"] or []})
        if vectors:
            mean = np.asarray(vectors, dtype=np.float64).mean(axis=0)
            found[row["document"]] = headings, np.round(mean / (np.linalg.norm(mean) or 1.0), 6)
            size = len(mean)
    nothing: tuple[list[str], np.ndarray] = [], np.zeros(size)
    return [
        Described(row["document"], row["kind"], row["title"] or "", *found.get(row["document"], nothing))
        for row in rows
    ]
