"""`python -m stages.organize`: from facts/ and chunks/ to knowledge/; near-duplicates are left out."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from stages.core.run import reads, run, writes
from stages.organize import Config
from stages.organize.files import write_json


def stage(
    config: Config,
    *,
    facts: Path = reads("facts"),
    chunks: Path = reads("chunks"),
    duplicates: Path = reads("duplicates.parquet"),
    outlines: Path = writes("outlines", persist=True),
    knowledge: Path = writes("knowledge"),
) -> dict[str, Any]:
    """Merge the facts of all documents. Returns entities by kind, conflicts, clusters and rules."""
    from stages.core import table
    from stages.core.folded import folded
    from stages.core.run.code import stage_digest
    from stages.organize.outline import SCHEMA, lexicon, outline

    output = {"outlines": table.Output(outlines, SCHEMA)}
    compute = partial(outline, lexicon(config.knowledge))
    table.update(chunks, output, compute, stage_digest=stage_digest("organize"), what="organize")
    knowledge.mkdir(parents=True)
    with _uncollected():
        pages = _pages(config, facts, outlines, folded(duplicates))
        for name, content in pages.items():
            write_json(knowledge / f"{name}.json", content)
        return _metrics(pages)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: it would walk millions of rows again and again, and none is in a cycle."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _pages(config: Config, facts: Path, outlines: Path, left_out: Collection[str]) -> dict[str, Any]:
    """What the corpus knows, by the name of its file."""
    from stages.organize.clusters import find_clusters
    from stages.organize.compatibility import compatibility
    from stages.organize.components import component_tree
    from stages.organize.documents import read_documents
    from stages.organize.entities import find_entities
    from stages.organize.facts import read_facts
    from stages.organize.lineage import lineage
    from stages.organize.parameters import merge_parameters
    from stages.organize.relations import merge_relations
    from stages.organize.renames import renames, renamings

    read = read_facts(facts, left_out)
    documents = read_documents(outlines, read.documents, config.knowledge)
    entities = find_entities(read, config.knowledge)
    parameters = merge_parameters(read, entities)
    relations = merge_relations(read.relations, entities)
    clusters = find_clusters(documents, entities.listed, config.knowledge, config.organizer)
    grouped = sum(len(cluster["documents"]) for cluster in clusters)
    assert grouped == len(documents.keys) == len(read.documents), "each document is in one cluster"
    return {
        "entities": entities.listed,
        "parameters": parameters,
        "relations": relations,
        "renames": renamings(entities.ids, renames(read)),
        "clusters": clusters,
        "components": component_tree(entities.listed, relations, config.knowledge),
        "lineage": lineage(config.knowledge, read, entities, relations),
        "compatibility": compatibility(
            config.knowledge, config.organizer.models_for_pair, entities, parameters, relations
        ),
    }


def _metrics(pages: dict[str, Any]) -> dict[str, Any]:
    from collections import Counter

    kinds = Counter(entity["kind"] for entity in pages["entities"])
    values = Counter((parameter["entity"], parameter["name"]) for parameter in pages["parameters"])
    return {
        "entities": dict(sorted(kinds.items())),
        "parameters": len(pages["parameters"]),
        "conflicts": sum(count > 1 for count in values.values()),
        "relations": len(pages["relations"]),
        "clusters": len(pages["clusters"]),
        "finer_clusters": sum(len(cluster["clusters"]) for cluster in pages["clusters"]),
        "on_no_task": sum(len(cluster["documents"]) for cluster in pages["clusters"] if not cluster["task"]),
        "rules": len(pages["compatibility"]["rules"]),
        "descents": len(pages["lineage"]["edges"]),
        "pairs": len(pages["compatibility"]["seen"]),
    }


if __name__ == "__main__":
    run(__spec__, stage)
