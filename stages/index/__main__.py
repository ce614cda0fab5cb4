"""`python -m stages.index`: bring the collection up to date with build/chunks/ and write build/index.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stages.core.collection import bring_up_to_date
from stages.core.folded import folded
from stages.core.run import reads, run, writes
from stages.core.table import count
from stages.core.weaviate import serve
from stages.index import Config


def stage(
    config: Config,
    *,
    chunks: Path = reads("chunks"),
    duplicates: Path = reads("duplicates.parquet"),
    index: Path = writes("index.json"),
) -> dict[str, Any]:
    """Put the chunks into Weaviate, but not those of near-duplicates. Returns the number of documents and objects."""
    left_out = folded(duplicates)
    with serve(config.index) as client:
        record = bring_up_to_date(client, config.index, chunks, left_out)
    index.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return {"documents": count(chunks) - len(left_out), "objects": record["count"]}


if __name__ == "__main__":
    run(__spec__, stage)
