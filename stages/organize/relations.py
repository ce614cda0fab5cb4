"""Relations between entities, each once, with all the places that state it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from stages.organize.entities import Entities
from stages.organize.facts import PLACE, Fact


def merge_relations(stated: list[Fact], entities: Entities) -> list[dict[str, Any]]:
    """All relations, sorted by subject, predicate and object."""
    facts: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in stated:
        facts[entities.ids[fact["subject"]], fact["predicate"], entities.ids[fact["object"]]].append(fact)
    return [
        {"subject": subject, "predicate": predicate, "object": other, "sources": _sources(held)}
        for (subject, predicate, other), held in sorted(facts.items())
        if subject != other  # an earlier name is one of the entity's own
    ]


def _sources(facts: list[Fact]) -> list[dict[str, Any]]:
    """Where facts stand, each place once, in the order of the documents."""
    places = {(fact["at"], *(fact[key] for key in PLACE)): fact["document"] for fact in facts}
    return [{"document": places[place], **dict(zip(PLACE, place[1:], strict=True))} for place in sorted(places)]
