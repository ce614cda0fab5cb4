"""`python -m stages.embed`: bring build/chunks/ up to date with build/elements/."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from stages.core.run import reads, run, writes
from stages.core.run.code import stage_digest
from stages.core.table import Output, count, tally, update
from stages.embed import Config
from stages.embed.compute import compute

CHUNK = pa.struct(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("section", pa.list_(pa.string())),
        ("page", pa.int32()),
        ("elements", pa.list_(pa.string())),
        ("vector", pa.list_(pa.float32())),
    ]
)
SCHEMA = pa.schema([("title", pa.string()), ("kind", pa.string()), ("chunks", pa.list_(CHUNK))])


def stage(
    config: Config, *, elements: Path = reads("elements"), chunks: Path = writes("chunks", persist=True)
) -> dict[str, Any]:
    """Embed every document of `elements`. Returns the number of documents and of chunks."""
    work = partial(compute, embedder=config.embedder, chunking=config.chunking)
    outputs = {"chunks": Output(chunks, SCHEMA, tally=("chunks",))}
    counts = update(elements, outputs, work, stage_digest=stage_digest("embed"), what="embed")
    documents = count(chunks)
    assert documents == counts.inputs == count(elements), f"{counts.inputs} documents in, {documents} out"
    return {"documents": documents, "chunks": tally(chunks)["chunks"].total()}


if __name__ == "__main__":
    run(__spec__, stage)
