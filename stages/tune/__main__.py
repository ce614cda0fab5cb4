"""`python -m stages.tune`: build/chunks/ to build/search.json."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages.core.embedder import load
from stages.core.folded import folded
from stages.core.run import reads, run, writes
from stages.core.table import read
from stages.tune import Config

if TYPE_CHECKING:
    import numpy as np


def stage(
    config: Config,
    *,
    chunks: Path = reads("chunks"),
    duplicates: Path = reads("duplicates.parquet"),
    search: Path = writes("search.json"),
) -> dict[str, Any]:
    """Choose the fusion. Returns it, with what it reaches on each task."""
    from stages.tune.tune import Corpus, tune

    rows, vectors = passages(chunks, set(folded(duplicates)), config.tuning.documents)
    settings = config.embedder
    found = tune(
        Corpus(rows, vectors, config.search),
        load(settings.package, settings.precision),
        config.tuning,
        config.knowledge.words,
    )
    search.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return found


def passages(chunks: Path, left_out: set[str], most: int) -> tuple[list[dict[str, Any]], np.ndarray]:
    """The passages of at most `most` documents, in the order of their keys, and their vectors."""
    import numpy as np

    keys = [row["document"] for row in read(chunks, ["document"]) if row["document"] not in left_out]
    taken = set(sorted(keys, key=lambda key: hashlib.sha256(key.encode()).hexdigest())[:most])
    rows, vectors = list[dict[str, Any]](), list[Any]()
    for held in sorted((row for row in read(chunks) if row["document"] in taken), key=lambda row: str(row["document"])):
        for chunk in held["chunks"]:
            vectors.append(np.asarray(chunk["vector"], dtype=np.float32))
            own = {name: chunk[name] for name in ("text", "section")}
            rows.append({"document": held["document"], "title": held["title"], **own})
    return rows, np.array(vectors) if vectors else np.zeros((0, 1), dtype=np.float32)


if __name__ == "__main__":
    run(__spec__, stage)
