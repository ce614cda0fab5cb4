"""Write docs/: draft the pages, verify their blocks, drop links that lead nowhere, store what stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from stages.core.quotes import Block
from stages.core.table import shard_files, write
from stages.core.verify import CLAIMS, verified
from stages.core.words import Words
from stages.synthesize import Config, Terms, Writer
from stages.synthesize.changes import ID as CHANGES
from stages.synthesize.changes import changes_row
from stages.synthesize.documents import document_pages
from stages.synthesize.entities import comparison, entity_pages, task_pages
from stages.synthesize.families import family_pages
from stages.synthesize.graphs import component_tree, lineage
from stages.synthesize.home import home
from stages.synthesize.llm.write import ByModel
from stages.synthesize.overview import compatibility, conflicts, coverage
from stages.synthesize.page import SCHEMA, Page, without_empty
from stages.synthesize.parameters import parameter_pages
from stages.synthesize.paths import paths
from stages.synthesize.sources import GROUPS, Sources
from stages.synthesize.stored import stored
from stages.synthesize.translate import translate

Links = tuple[tuple[str, str], ...]


def write_docs(sources: Sources, config: Config, words: Words, docs: Path, elements: Path) -> dict[str, Any]:
    """Write the table of pages, in as many shards as the table of elements has. Returns the metrics."""
    worded: dict[str, Any] = {}
    writer = config.writer

    def word(pages: list[Page]) -> None:
        if writer.llm:
            worded["by_model"] = ByModel(writer, sources.texts).write(pages)

    rows, dropped = rows_of(sources, writer, config.knowledge, words, word)
    if config.earlier.path:
        rows[CHANGES] = changes_row(config.earlier, sources, rows, words, writer.rows)
    write(docs, sorted(rows.items()), SCHEMA, len(shard_files(elements)))
    return {**_metrics(sources, rows.values(), dropped), **worded}


def rows_of(
    sources: Sources,
    writer: Writer,
    known: Terms,
    words: Words,
    word: Callable[[list[Page]], None] | None = None,
) -> tuple[dict[str, dict[str, Any]], Counter[str]]:
    """The row of each page that stands, by its id, and how many blocks verification dropped for which reason.

    `words` says what is ours in the language of the config. `word` may put other sentences on the pages that stand;
    what is counted of the build stays.
    """
    drafts = [
        *entity_pages(sources, writer, known.parts),
        *task_pages(sources, writer),
        *document_pages(sources, writer),
    ]
    drafts += [*family_pages(sources, writer, known.parameters), *parameter_pages(sources, writer, known.parameters)]
    drafts += [
        comparison(sources, writer),
        compatibility(sources, writer, known.parts),
        lineage(sources),
        component_tree(sources),
    ]
    drafts += [page for page in [paths(sources)] if page.blocks]
    kept, dropped = _verified(sources, drafts, writer)
    if word:
        word(kept)
    groups = Counter(page.group for page in kept if page.group != "overview")
    kept += [home(sources, kept), coverage(sources, kept, dropped)]
    for page in kept:
        translate(page, words)
    linked = {*(page.id for page in kept), *groups, *(path for page in kept for path in page.paths)}
    names = {id: entity["name"] for id, entity in sources.entities.items()}
    rows = {
        page.id: stored(page, _linked(page.blocks, linked), names, sources.describe, sources.paths) for page in kept
    }
    assert len(rows) == len(kept), "two pages have one id"
    return rows, dropped


def _verified(sources: Sources, drafts: Iterable[Page], writer: Writer) -> tuple[list[Page], Counter[str]]:
    """The pages with the blocks that stand; a page of an entity that is left with too little is not written."""
    kept, dropped = [], Counter[str]()
    for page in drafts:
        blocks, reasons = verified(page.blocks, sources.texts)
        page.blocks = without_empty(blocks)
        dropped += reasons
        if page.group not in GROUPS.values() or enough(page, writer):
            kept.append(page)
    return kept, dropped


def enough(page: Page, writer: Writer) -> bool:
    """Whether an entity's page still has a parameter or enough sentences."""
    kinds = Counter(block.kind for block in page.blocks if block.cited)
    return (page.group == "models" and kinds["row"] > 0) or kinds["sentence"] >= writer.least


def _linked(blocks: list[Block], pages: set[str]) -> list[Block]:
    def leading(links: Links) -> Links:
        return tuple(link for link in links if link[1] in pages)

    return [
        replace(
            block,
            links=leading(block.links),
            cells=tuple(replace(cell, links=leading(cell.links)) for cell in block.cells),
        )
        for block in blocks
    ]


def _metrics(sources: Sources, rows: Iterable[dict[str, Any]], dropped: Counter[str]) -> dict[str, Any]:
    rows = list(rows)
    kinds = Counter(block["kind"] for row in rows for block in row["blocks"])
    for row in rows:
        for block in row["blocks"]:
            cited = block["citations"] or block["evidence"]
            assert cited or block["kind"] not in CLAIMS, f"{row['title']}: a block without a source"
    return {
        "pages": len(rows),
        "groups": dict(sorted(Counter(row["group"] for row in rows).items())),
        "sentences": kinds["sentence"],
        "rows": kinds["row"],
        "citations": sum(len(row["citations"]) for row in rows),
        "files": sum(len(row["files"]) for row in rows),
        "dropped": sum(dropped.values()),
        "dropped_by_reason": dict(sorted(dropped.items())),
        "conflicts": len(conflicts(sources)),
    }
