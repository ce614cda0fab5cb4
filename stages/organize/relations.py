"""Relations between entities, each once, with all the places that state it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from stages.organize.entities import Entities, Row
from stages.organize.parameters import sources


def merge_relations(rows: list[Row], entities: Entities) -> list[dict[str, Any]]:
    """All relations, sorted by subject, predicate and object."""
    facts: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        for fact in row["relations"]:
            key = entities.ids[fact["subject"]], fact["predicate"], entities.ids[fact["object"]]
            facts[key].append({**fact, "document": row["document"]})
    return [
        {"subject": subject, "predicate": predicate, "object": other, "sources": sources(held)}
        for (subject, predicate, other), held in sorted(facts.items())
        if subject != other
    ]
