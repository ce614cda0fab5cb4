"""Parameters of each entity: equal values become one with all its sources, values that differ stand side by side.

Values that differ are ranked by the best of their sources, never averaged: a card or a report about the model itself
comes before one about its family, and that before a page about something else; then counts how many state a value.
Results that were got in ways that their sources name, such as 5-shot and 0-shot, are not disputed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import Any

from stages.organize.entities import Entities
from stages.organize.facts import About, Fact, Facts

OFFICIAL = ("card", "json", "config")
SUFFIX = {"k": (1e3, 2.0**10), "m": (1e6, 2.0**20), "b": (1e9, 2.0**30), "t": (1e12, 2.0**40)}


def merge_parameters(read: Facts, entities: Entities) -> list[dict[str, Any]]:
    """All parameters, sorted by entity, name and rank; the text of a merged value is its most exact one."""
    families = {entity["id"]: entity["family"] for entity in entities.listed}
    facts: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in read.parameters:
        entity = entities.ids[fact["subject"]]
        authority = _authority(read.about[fact["document"]], entity, entities, families)
        facts[entity, fact["name"]].append({**fact, "authority": authority})
    merged = []
    for (entity, name), held in sorted(facts.items()):
        groups = _groups(held)
        details = [next((fact["detail"] for fact in group if fact.get("detail")), None) for group in groups]
        for rank, (group, detail) in enumerate(zip(groups, details, strict=True)):
            exact = group[0]
            merged.append(
                {
                    "entity": entity,
                    "name": name,
                    "value": exact["value"],
                    "number": exact["number"],
                    "unit": exact["unit"],
                    "detail": detail,
                    "disputed": _disputed(rank, details),
                    "rank": rank,
                    "sources": sources(group),
                }
            )
    return merged


def _disputed(at: int, details: list[str | None]) -> bool:
    """Whether a value disagrees with another: none does that was got in another way, as with 5 shots and with none."""
    own = details[at]
    return any(other == own or not own or not other for place, other in enumerate(details) if place != at)


def _authority(document: About, entity: str, entities: Entities, families: dict[str, str]) -> int:
    """How far a document is from the model it speaks of: 0 its own card, 1 its own report or page, 2 its family's."""
    about = entities.ids.get(document.subject, "")
    if about and about == entity:
        return 0 if document.kind in OFFICIAL else 1
    return 2 if about and families[about] and families[about] == families[entity] else 3


def sources(facts: list[Fact]) -> list[dict[str, Any]]:
    """Where facts stand, each place once, in the order of the documents."""
    keys = ("element", "start", "end", "quote")
    places = {(fact["at"], *(fact[key] for key in keys)): fact["document"] for fact in facts}
    return [{"document": places[place], **dict(zip(keys, place[1:], strict=True))} for place in sorted(places)]


def _groups(facts: list[Fact]) -> list[list[Fact]]:
    """Facts that agree, the most exact value first in each group; groups by rank, then by number and value."""
    if len(facts) == 1:
        return [facts]
    groups: list[list[Fact]] = []
    same: dict[tuple[float | None, str], list[Fact]] = {}  # most values are one that was met before, letter by letter
    for fact in sorted(facts, key=_exactness):
        key = fact["number"], fact["value"]
        if key not in same:
            same[key] = next((group for group in groups if agree(group[0], fact)), [])
            if not same[key]:
                groups.append(same[key])
        same[key].append(fact)
    return sorted(groups, key=_rank)


def _rank(group: list[Fact]) -> tuple[Any, ...]:
    documents = {fact["document"] for fact in group}
    best = min(fact["authority"] for fact in group)
    return best, -len(documents), group[0]["number"] or 0.0, group[0]["value"]


def _exactness(fact: Fact) -> tuple[Any, ...]:
    return *_roundness(fact["value"]), fact["value"], fact["at"], fact["element"], fact["start"]


@lru_cache(maxsize=65536)
def _roundness(value: str) -> tuple[bool, int]:
    """Whether a value ends in a letter, as 32k does, and how many digits it lacks."""
    return bool(re.search(r"[A-Za-z]$", value)), -len(re.sub(r"\D", "", value))


def agree(exact: Fact, other: Fact) -> bool:
    """Whether two values are equal, or `other` is `exact` rounded as it is written: 32k and 32,768."""
    if exact["number"] is None or other["number"] is None:
        return bool(exact["value"].lower() == other["value"].lower())
    if exact["number"] == other["number"]:
        return True
    written = _written(other["value"])
    if written is None:
        return False
    stated, places, scales = written
    return any(round(exact["number"] / scale, places) == stated for scale in scales)


@lru_cache(maxsize=65536)
def _written(value: str) -> tuple[float, int, tuple[float, float]] | None:
    """Of a value with a suffix the number before it, its decimal places, and what the suffix may stand for."""
    written = re.fullmatch(r"(\d+)(?:\.(\d+))?\s?(K|k|M|B|T|thousand|million|billion|trillion)", value)
    if not written:
        return None
    unit = {"thousand": "k", "million": "m", "billion": "b", "trillion": "t"}.get(written[3], written[3].lower())
    return float(f"{written[1]}.{written[2] or 0}"), len(written[2] or ""), SUFFIX[unit]
