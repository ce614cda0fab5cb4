"""`python -m stages.index`: bring the collection up to date with build/chunks/ and write build/index.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stages.core.collection import bring_up_to_date
from stages.core.run import reads, run, writes
from stages.core.table import count
from stages.core.weaviate import serve
from stages.index import Config


def stage(config: Config, *, chunks: Path = reads("chunks"), index: Path = writes("index.json")) -> dict[str, Any]:
    """Put the chunks into Weaviate. Returns the number of documents and of objects."""
    with serve(config.index) as client:
        record = bring_up_to_date(client, config.index, chunks)
    index.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return {"documents": count(chunks), "objects": record["count"]}


if __name__ == "__main__":
    run(__spec__, stage)
