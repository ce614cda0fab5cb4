"""The stage: all sources into one table, document by document, so that no more than one is held here."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import Any

from stages.collect import Config
from stages.collect.arxiv import arxiv_rows
from stages.collect.document import SCHEMA
from stages.collect.files import Files, KeptRows
from stages.collect.folder import DIRECTORY, folder_rows
from stages.collect.git import git_rows
from stages.collect.hub import hub_rows
from stages.collect.installed import configuration_rows, readme_rows
from stages.collect.remote import remote_rows
from stages.collect.store import alone
from stages.collect.urls import url_rows
from stages.core.run import writes
from stages.core.run.errors import UserError
from stages.core.table import Last, tally, write

SECONDS_BETWEEN_LINES = 10.0  # of progress
COUNTED = ("bytes", "kind", "media_type", "origin.source", "reason")


def stage(config: Config, *, corpus: Path = writes("corpus", persist=True)) -> dict[str, Any]:
    """Write build/corpus/. Returns the number of documents, by kind, by source, and of those not taken, by reason."""
    held = config.corpus
    last = Last(corpus, held.shards)
    files = Files(corpus, last)
    once = Once()
    with alone() if held.arxiv or held.git or held.hub or held.remote or held.urls else nullcontext():
        rows = once.rows(chain.from_iterable(sources(config, files)))
        digests = write(corpus, rows, SCHEMA, held.shards, tally=COUNTED, last=last)
    counts = tally(corpus)
    if len(digests) == counts["media_type"][DIRECTORY[1]]:
        raise UserError(_nothing(config))
    assert counts["media_type"].total() == len(digests)
    files.keep(digests)
    return {
        "documents": len(digests),
        "bytes": counts["bytes"]["sum"],
        "kinds": counts["kind"],
        "sources": counts["origin.source"],
        "not_taken": counts["reason"],
        "named_twice": once.again,
    }


def _nothing(config: Config) -> str:
    advice = "choose `corpus: sample` in params.yaml"
    if not config.corpus.include:
        return f"corpus: its sources give no document; name other ones, or {advice}"
    return (
        f"documents: no document in {config.documents!r} that corpus.include takes; put some there (PDF, DOCX, HTML,"
        f" Markdown, arXiv records, model cards), or {advice}"
    )


def sources(config: Config, files: Files) -> Iterator[KeptRows]:
    """The rows of each source that is chosen; of a document that two sources name, the first one's."""
    corpus = config.corpus
    if corpus.include:
        yield folder_rows(Path(config.documents), corpus, files)
    yield readme_rows(list(corpus.packages))
    yield configuration_rows(corpus.families, files)
    if corpus.git:
        yield git_rows(corpus.git, corpus.max_bytes)
    if corpus.hub:
        yield hub_rows(corpus.hub, corpus.max_bytes)
    if corpus.arxiv:
        yield arxiv_rows(corpus.arxiv, corpus.max_bytes)
    if corpus.urls:
        yield url_rows(corpus.urls, corpus.max_bytes)
    if corpus.remote:
        yield remote_rows(corpus.remote, corpus.max_bytes)


class Once:
    """Lets each document by once."""

    def __init__(self) -> None:
        self.again = 0

    def rows(self, rows: KeptRows) -> KeptRows:
        """The rows with a new key; a document that is named again is left out and counted."""
        seen: set[str] = set()
        start = last = time.monotonic()
        for key, row in rows:
            if (now := time.monotonic()) - last >= SECONDS_BETWEEN_LINES:
                last = now
                print(f"collect: {len(seen)} documents, {len(seen) / (now - start):.1f}/s", file=sys.stderr)
            if key in seen:
                self.again += 1
                continue
            seen.add(key)
            yield key, row
