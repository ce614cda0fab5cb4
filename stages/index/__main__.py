"""`python -m stages.index`: bring the collections up to date with the tables and write build/index.json."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from stages.core.collection import CHUNKS, FIGURES, Sources, bring_up_to_date
from stages.core.collection.place import alias_name
from stages.core.run import reads, run, writes
from stages.core.table import count
from stages.core.weaviate import Lost, serve
from stages.index import Config

TRIES = 3


def stage(
    config: Config,
    *,
    chunks: Path = reads("chunks"),
    duplicates: Path = reads("duplicates.parquet"),
    elements: Path = reads("elements"),
    facts: Path = reads("facts"),
    figures: Path = reads("figures"),
    knowledge: Path = reads("knowledge"),
    index: Path = writes("index.json"),
) -> dict[str, Any]:
    """Put chunks and figures into Weaviate, but not those of near-duplicates. Returns how many there are."""
    sources = Sources(chunks, duplicates, elements, facts, figures, knowledge)
    record = _persistently(config, sources)
    index.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    objects = {kind.name: record[kind.name]["count"] for kind in (CHUNKS, FIGURES)}
    return {"documents": count(chunks) - len(sources.left_out), **objects}


def _persistently(config: Config, sources: Sources) -> dict[str, Any]:
    """A server that goes away is started (or called) again, and the rest is written."""
    for tried in range(1, TRIES + 1):
        try:
            with serve(config.index) as client:
                record = bring_up_to_date(client, config.index, sources)
                print(
                    f"index: as {alias_name(CHUNKS, config.index)} and {alias_name(FIGURES, config.index)}",
                    file=sys.stderr,
                )
                return record
        except Lost as lost:
            if tried == TRIES:
                raise
            print(f"index: {lost}", file=sys.stderr)
    raise AssertionError


if __name__ == "__main__":
    run(__spec__, stage)
