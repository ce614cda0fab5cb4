"""Canonical entities: one for all spellings, with its kind, family, tasks and the documents that name it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stages.core.knowledge import Knowledge

Row = dict[str, Any]
WORD = re.compile(r"\d+(?:\.\d+)?(?:[bmkt](?![^\W\d_]))?|[^\W\d_]+|[+@()]+")


@dataclass(frozen=True)
class Entities:
    """All entities as they are written, and the id that a name of the facts has."""

    listed: list[dict[str, Any]]
    ids: dict[str, str]


def fold(name: str) -> str:
    """What two spellings of one entity share: letters, digits and dots, in lower case."""
    return re.sub(r"[^\w.+()@]|_", "", name.lower())


def same(name: str) -> str:
    """What all names of one entity share: its words and numbers, whatever their order: Kestrel-2 7B, Kestrel 7B v2."""
    words = WORD.findall(name.lower())
    return " ".join(sorted(word for word in words if word != "v")) or fold(name)


def slug(name: str) -> str:
    """The id of an entity, fit for an address."""
    return re.sub(r"[^\w.]+|_", "-", name.lower()).strip("-.")


def find_entities(rows: list[Row], knowledge: Knowledge) -> Entities:
    """The entities that are mentioned, have a parameter or stand in a relation."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    aliases: dict[str, set[str]] = defaultdict(set)
    documents: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for name, kind, surface in _named(row):
            key = same(name)
            names[key][name] += 1
            documents[key].add(row["document"])
            if kind:
                kinds[key][kind] += 1
            if surface and surface != name:
                aliases[key].add(" ".join(surface.split()))
    ids = _ids({key: _most(counter) for key, counter in names.items()})
    families = {fold(name): name for name, entity in knowledge.entities.items() if entity.kind == "model"}
    listed = []
    for key in sorted(names, key=lambda held: ids[held]):
        name = _most(names[key])
        kind = _most(kinds[key]) if kinds[key] else "model"
        family = _family(name, families) if kind == "model" else ""
        known = knowledge.entities.get(family or name) or knowledge.entities.get(name)
        listed.append(
            {
                "id": ids[key],
                "name": name,
                "kind": kind,
                "family": family,
                "tasks": [known.task] if known else ["architecture"] if kind == "model" else [],
                "aliases": sorted(aliases[key] - {name}),
                "documents": sorted(documents[key]),
            }
        )
    return Entities(listed, {name: ids[key] for key, counter in names.items() for name in counter})


def _named(row: Row) -> Iterator[tuple[str, str, str]]:
    for mention in row["mentions"]:
        yield mention["entity"], mention["kind"], mention["surface"]
    for parameter in row["parameters"]:
        yield parameter["subject"], "", ""
    for relation in row["relations"]:
        yield relation["subject"], "", ""
        yield relation["object"], "", ""


def _most(counter: Counter[str]) -> str:
    return min(counter, key=lambda held: (-counter[held], held))


def _ids(names: dict[str, str]) -> dict[str, str]:
    taken: dict[str, str] = {}
    for key, name in sorted(names.items(), key=lambda item: item[1]):
        base = slug(name) or "entity"
        number, wanted = 2, base
        while wanted in taken.values():
            number, wanted = number + 1, f"{base}-{number}"
        taken[key] = wanted
    return taken


def _family(name: str, families: dict[str, str]) -> str:
    """The longest known family that the name begins with; else the name up to its marks."""
    folded = fold(name)
    known = max((key for key in families if folded.startswith(key)), key=len, default="")
    return families[known] if known else re.split(r" \(| \d", name)[0]
