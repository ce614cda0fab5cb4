"""Canonical entities: one for all spellings, with its kind, family, tasks and the documents that name it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stages.core.knowledge import Known
from stages.core.spelling import fold, same
from stages.organize.facts import Facts
from stages.organize.renames import renames

TASK_OF_KIND = {"model": "architecture", "dataset": "data", "metric": "evaluation", "hardware": "parallelism"}


@dataclass(frozen=True)
class Entities:
    """All entities as they are written, and the id that a name of the facts has."""

    listed: list[dict[str, Any]]
    ids: dict[str, str]


def slug(name: str) -> str:
    """The id of an entity, fit for an address."""
    return re.sub(r"[^\w.]+|_", "-", name.lower()).strip("-.")


def find_entities(facts: Facts, knowledge: Known) -> Entities:
    """The entities that are mentioned, have a parameter or stand in a relation."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    aliases: dict[str, set[str]] = defaultdict(set)
    named = _named(facts)
    renamed = renames(facts)
    keys = {name: renamed.key(name) for name in pc.unique(named["entity"]).to_pylist()}
    counted = named.group_by(["entity", "kind", "surface"]).aggregate([([], "count_all")])
    for name, kind, surface, count in zip(*(column.to_pylist() for column in counted.columns), strict=True):
        names[keys[name]][name] += count
        if kind:
            kinds[keys[name]][kind] += count
        if surface and surface != name:
            aliases[keys[name]].add(" ".join(surface.split()))
    documents = _documents(named, keys, facts.documents)
    called = {key: _most(_present(key, counter)) for key, counter in names.items()}
    ids = _ids(called)
    families = {fold(name): name for name, entity in knowledge.entities.items() if entity.kind == "model"}
    lengths = sorted({len(key) for key in families}, reverse=True)
    listed = []
    for key in sorted(names, key=lambda held: ids[held]):
        name = called[key]
        kind = _most(kinds[key]) if kinds[key] else "model"
        family = _family(name, families, lengths) if kind == "model" else ""
        known = knowledge.entities.get(family or name) or knowledge.entities.get(name)
        listed.append(
            {
                "id": ids[key],
                "name": name,
                "kind": kind,
                "family": family,
                "tasks": [known.task] if known else [task] if (task := TASK_OF_KIND.get(kind, "")) else [],
                "aliases": sorted((aliases[key] | names[key].keys()) - {name}),
                "documents": documents[key],
            }
        )
    return Entities(listed, {name: ids[key] for key, counter in names.items() for name in counter})


def _present(key: str, names: Counter[str]) -> Counter[str]:
    """The names of an entity without those it had before it was renamed."""
    present = Counter({name: count for name, count in names.items() if same(name) == key})
    return present or names


def _named(facts: Facts) -> pa.Table:
    """Every place that names an entity: mentions, and the subjects and objects of other facts."""
    numbers = {key: number for number, key in enumerate(facts.documents)}
    others = [(numbers[fact["document"]], fact["subject"]) for fact in [*facts.parameters, *facts.relations]]
    others += [(numbers[fact["document"]], fact["object"]) for fact in facts.relations]
    nothing = [""] * len(others)
    mentions = facts.mentions.select(["document", "entity", "kind", "surface"])
    schema = mentions.schema
    columns = [[number for number, _ in others], [name for _, name in others], nothing, nothing]
    return pa.concat_tables([mentions, pa.Table.from_arrays(list(map(pa.array, columns, schema.types)), schema=schema)])


def _documents(named: pa.Table, keys: dict[str, str], documents: list[str]) -> dict[str, list[str]]:
    """The documents that name each entity, by the key of its names, sorted."""
    pairs = named.group_by(["entity", "document"]).aggregate([])
    found: dict[str, set[int]] = defaultdict(set)
    for name, number in zip(pairs["entity"].to_pylist(), pairs["document"].to_pylist(), strict=True):
        found[keys[name]].add(number)
    return {key: [documents[number] for number in sorted(numbers)] for key, numbers in found.items()}


def _most(counter: Counter[str]) -> str:
    return min(counter, key=lambda held: (-counter[held], held))


def _ids(names: dict[str, str]) -> dict[str, str]:
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for key, name in sorted(names.items(), key=lambda item: item[1]):
        base = slug(name) or "entity"
        number, wanted = 2, base
        while wanted in taken:
            number, wanted = number + 1, f"{base}-{number}"
        taken.add(wanted)
        ids[key] = wanted
    return ids


def _family(name: str, families: dict[str, str], lengths: list[int]) -> str:
    """The longest known family that the name begins with; else the name up to its marks."""
    folded = fold(name)
    known = next((folded[:length] for length in lengths if folded[:length] in families), "")
    return families[known] if known else re.split(r" \(| \d", name)[0]
