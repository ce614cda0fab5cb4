"""Canonical entities: one for all spellings, with its kind, family, tasks and the documents that name it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stages.core.knowledge import Known
from stages.core.spelling import fold, same
from stages.organize.facts import Facts
from stages.organize.renames import Renames, renames

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
    keys = joined({name: renamed.key(name) for name in pc.unique(named["entity"]).to_pylist()})
    counted = named.group_by(["entity", "kind", "surface"]).aggregate([([], "count_all")])
    for name, kind, surface, count in zip(*(column.to_pylist() for column in counted.columns), strict=True):
        names[keys[name]][name] += count
        if kind:
            kinds[keys[name]][kind] += count
        if surface and surface != name:
            aliases[keys[name]].add(" ".join(surface.split()))
    documents = _documents(named, keys, facts.documents)
    called = {key: _most(_present(counter, renamed)) for key, counter in names.items()}
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


def joined(keys: dict[str, str]) -> dict[str, str]:
    """One key for names that differ in their gaps alone, numbers aside: DeepSeekMoE 16B and DeepSeek MoE 16B."""
    first: dict[tuple[str, ...], str] = {}
    one: dict[str, str] = {}
    for name, key in sorted(keys.items()):
        numbers = [word for word in same(name).split() if word[0].isdigit()]
        one.setdefault(key, first.setdefault((fold(name), *numbers), key))
    return {name: one[key] for name, key in keys.items()}


def _present(names: Counter[str], renamed: Renames) -> Counter[str]:
    """The names of an entity without those it had before it was renamed."""
    present = Counter({name: count for name, count in names.items() if renamed.key(name) == same(name)})
    return present or names


def _named(facts: Facts) -> pa.Table:
    """Every place that names an entity: mentions, and the subjects and objects of other facts."""
    mentions = facts.mentions.select(["at", "entity", "kind", "surface"])
    parameters = facts.parameters
    related = [(fact["at"], fact[side]) for side in ("subject", "object") for fact in facts.relations]
    others = [
        (parameters["at"].combine_chunks(), parameters["subject"].combine_chunks()),
        (pa.array([at for at, _ in related], pa.int64()), pa.array([name for _, name in related], pa.string())),
    ]
    return pa.concat_tables([mentions, *(_unspoken(at, names, mentions.schema) for at, names in others)])


def _unspoken(at: pa.Array, names: pa.Array, schema: pa.Schema) -> pa.Table:
    """Names in facts, which tell neither a kind nor how they are written."""
    nothing = pa.repeat("", len(names))
    return pa.table([at.cast(schema.field("at").type), names, nothing, nothing], schema=schema)


def _documents(named: pa.Table, keys: dict[str, str], documents: list[str]) -> dict[str, list[str]]:
    """The documents that name each entity, by the key of its names, in their order."""
    coded = named["entity"].combine_chunks().dictionary_encode()
    found = sorted(set(keys.values()))
    numbers = {key: number for number, key in enumerate(found)}
    codes = np.array([numbers[keys[name]] for name in coded.dictionary.to_pylist()], dtype=np.int64)
    pairs = np.sort(codes[coded.indices.to_numpy()] * len(documents) + named["at"].to_numpy())
    pairs = pairs[np.diff(pairs, prepend=-1) != 0]
    starts = np.searchsorted(pairs, np.arange(len(found) + 1) * len(documents)).tolist()
    names = [documents[number] for number in (pairs % max(1, len(documents))).tolist()]
    return {key: names[start:end] for key, (start, end) in zip(found, pairwise(starts), strict=True)}


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
    """The longest known family that the name begins with; else the name up to its marks.

    Within a word only as it is spelt: BERTweet is of BERT, BloombergGPT is not of BLOOM; BertGeneration is two words.
    """
    folded = fold(name)
    begun = (folded[:length] for length in lengths if folded[:length] in families)
    known = next((held for held in begun if not name[len(held) :][:1].islower() or name.startswith(families[held])), "")
    return families[known] if known else re.split(r" \(| \d", name)[0]
