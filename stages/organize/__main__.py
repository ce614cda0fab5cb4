"""`python -m stages.organize`: from facts/ and chunks/ to knowledge/; near-duplicates are left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stages.core.run import reads, run, writes
from stages.organize import Config


def stage(
    config: Config,
    *,
    facts: Path = reads("facts"),
    chunks: Path = reads("chunks"),
    duplicates: Path = reads("duplicates.parquet"),
    knowledge: Path = writes("knowledge"),
) -> dict[str, Any]:
    """Merge the facts of all documents. Returns entities by kind, conflicts, clusters and rules."""
    from stages.core import table
    from stages.core.folded import folded
    from stages.organize.clusters import find_clusters
    from stages.organize.compatibility import compatibility
    from stages.organize.components import component_tree
    from stages.organize.documents import read_documents
    from stages.organize.entities import find_entities
    from stages.organize.parameters import merge_parameters
    from stages.organize.relations import merge_relations

    left_out = folded(duplicates)
    rows = sorted(
        (row for row in table.read(facts) if row["document"] not in left_out), key=lambda row: row["document"]
    )
    documents = read_documents(chunks, rows)
    entities = find_entities(rows, config.knowledge)
    parameters = merge_parameters(rows, entities)
    relations = merge_relations(rows, entities)
    clusters = find_clusters(documents, entities.listed, config)
    pages = {
        "entities": entities.listed,
        "parameters": parameters,
        "relations": relations,
        "clusters": clusters,
        "components": component_tree(entities.listed, relations, config.knowledge),
        "compatibility": compatibility(config, entities, parameters, relations),
    }
    knowledge.mkdir(parents=True)
    for name, content in pages.items():
        text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
        (knowledge / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    assert sum(len(cluster["documents"]) for cluster in clusters) == len(rows), "each document is in one cluster"
    return _metrics(pages)


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
        "rules": len(pages["compatibility"]["rules"]),
        "pairs": len(pages["compatibility"]["seen"]),
    }


if __name__ == "__main__":
    run(__spec__, stage)
