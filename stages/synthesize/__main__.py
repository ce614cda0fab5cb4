"""`python -m stages.synthesize`: write docs/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stages.core.run import reads, run, writes
from stages.synthesize import Config


def stage(
    config: Config,
    *,
    knowledge: Path = reads("knowledge"),
    facts: Path = reads("facts"),
    elements: Path = reads("elements"),
    quarantine: Path = reads("quarantine"),
    duplicates: Path = reads("duplicates.parquet"),
    chunks: Path = reads("chunks"),
    index: Path = reads("index.json"),
    docs: Path = writes("docs", persist=True),
) -> dict[str, Any]:
    """Write the pages; returns how many there are, what they hold, and what verification left out."""
    from stages.core.words import Words
    from stages.synthesize.load import load
    from stages.synthesize.write import write_docs

    sources = load(knowledge, facts, elements, quarantine, duplicates, chunks, index)
    return write_docs(sources, config, Words(config.language), docs, elements)


if __name__ == "__main__":
    run(__spec__, stage)
