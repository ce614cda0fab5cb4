"""The stage: all sources into one table, document by document, so that no more than one is held here."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import Any

from stages.collect import Config
from stages.collect.arxiv import arxiv_rows
from stages.collect.content import Rows
from stages.collect.document import SCHEMA
from stages.collect.folder import DIRECTORY, folder_rows
from stages.collect.git import git_rows
from stages.collect.hub import hub_rows
from stages.collect.installed import configuration_rows, readme_rows
from stages.collect.remote import remote_rows
from stages.collect.store import alone
from stages.collect.urls import url_rows
from stages.core.run import writes
from stages.core.run.errors import UserError
from stages.core.table import count, write

SECONDS_BETWEEN_LINES = 10.0  # of progress


def stage(config: Config, *, corpus: Path = writes("corpus", persist=True)) -> dict[str, Any]:
    """Write build/corpus/. Returns the number of documents, by kind, by source, and of those not taken, by reason."""
    counts = Counts()
    held = config.corpus
    network = held.arxiv or held.git or held.hub or held.remote or held.urls
    with alone() if network else nullcontext():
        write(corpus, counts.once(chain.from_iterable(sources(config))), SCHEMA, held.shards)
    if not counts.documents - counts.folders:
        raise UserError(_nothing(config))
    assert count(corpus) == counts.documents
    return {
        "documents": counts.documents,
        "bytes": counts.bytes,
        "kinds": counts.kinds,
        "sources": counts.sources,
        "not_taken": counts.reasons,
        "named_twice": counts.again,
    }


def _nothing(config: Config) -> str:
    advice = "choose `corpus: sample` in params.yaml"
    if not config.corpus.include:
        return f"corpus: its sources give no document; name other ones, or {advice}"
    return (
        f"documents: no document in {config.documents!r} that corpus.include takes; put some there (PDF, DOCX, HTML,"
        f" Markdown, arXiv records, model cards), or {advice}"
    )


def sources(config: Config) -> Iterator[Rows]:
    """The rows of each source that is chosen; of a document that two sources name, the first one's."""
    corpus = config.corpus
    if corpus.include:
        yield folder_rows(Path(config.documents), corpus)
    yield readme_rows(list(corpus.packages))
    yield configuration_rows(corpus.families)
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


class Counts:
    """What went by."""

    def __init__(self) -> None:
        self.documents = self.bytes = self.folders = self.again = 0
        self.kinds: Counter[str] = Counter()
        self.sources: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()

    def once(self, rows: Rows) -> Rows:
        """The rows with a new key, counted; a document that is named again is left out and counted, too."""
        seen: set[str] = set()
        start = last = time.monotonic()
        for key, row in rows:
            if (now := time.monotonic()) - last >= SECONDS_BETWEEN_LINES:
                last = now
                rate, left_out = self.documents / (now - start), self.reasons.total()
                print(f"collect: {self.documents} documents, {rate:.1f}/s, {left_out} not taken", file=sys.stderr)
            if key in seen:
                self.again += 1
                continue
            seen.add(key)
            self.documents += 1
            self.bytes += row["bytes"]
            self.folders += row["media_type"] == DIRECTORY[1]
            self.kinds[row["kind"]] += 1
            self.sources[row["origin"]["source"]] += 1
            if row["reason"]:
                self.reasons[row["reason"]] += 1
            yield key, row
