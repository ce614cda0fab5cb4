"""The stage: all sources into one table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from stages.collect import Config
from stages.collect.document import SCHEMA
from stages.collect.folder import DIRECTORY, folder_rows
from stages.collect.installed import configuration_rows, readme_rows
from stages.core.run import writes
from stages.core.run.errors import UserError
from stages.core.table import count, write


def stage(config: Config, *, corpus: Path = writes("corpus", persist=True)) -> dict[str, Any]:
    """Write build/corpus/. Returns the number of documents, by kind, by source, and of those not taken, by reason."""
    rows = list(folder_rows(Path(config.documents), config.corpus))
    rows += readme_rows(list(config.corpus.packages))
    rows += configuration_rows(config.corpus.families)
    if all(row["media_type"] == DIRECTORY[1] for _, row in rows):
        raise UserError(
            f"documents: no document in {config.documents!r} that corpus.include takes; put some there (PDF, DOCX,"
            " HTML, Markdown, arXiv records, model cards), or choose `corpus: sample` in params.yaml"
        )
    write(corpus, rows, SCHEMA, config.corpus.shards)
    assert count(corpus) == len(rows)
    return {
        "documents": len(rows),
        "bytes": sum(row["bytes"] for _, row in rows),
        "kinds": Counter(row["kind"] for _, row in rows),
        "sources": Counter(row["origin"]["source"] for _, row in rows),
        "not_taken": Counter(row["reason"] for _, row in rows if row["reason"]),
    }
