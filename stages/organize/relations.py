"""Relations between entities, each once, with all the places that state it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from stages.organize.entities import Entities
from stages.organize.facts import Fact
from stages.organize.parameters import sources


def merge_relations(stated: list[Fact], entities: Entities) -> list[dict[str, Any]]:
    """All relations, sorted by subject, predicate and object."""
    facts: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in stated:
        facts[entities.ids[fact["subject"]], fact["predicate"], entities.ids[fact["object"]]].append(fact)
    return [
        {"subject": subject, "predicate": predicate, "object": other, "sources": sources(held)}
        for (subject, predicate, other), held in sorted(facts.items())
        if subject != other  # an earlier name is one of the entity's own
    ]
