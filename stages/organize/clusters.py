"""Clusters of documents: one for each task, and finer ones within it, each with an id that does not move.

A task's cluster has the task's id. Within it, documents are grouped by the entity that they are most about (its id is
the group's), and those about none by how alike they are (the id is that of a member). Which entity a document is about
depends on the document alone, so a document that comes or goes leaves groups of that kind as they are.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from stages.core.knowledge import Known
from stages.organize import Organizer
from stages.organize.alike import alike
from stages.organize.documents import Documents
from stages.organize.entities import slug
from stages.organize.leaders import follow_leaders, join_groups
from stages.organize.tasks import ARCHITECTURE, assign_tasks
from stages.organize.terms import Characteristic

OTHER = "other"  # the cluster of documents on no task
TITLE, HEADINGS = 20, 3  # mentions in a text that one in the title or a heading is worth
ABOUT = 4  # mentions from which a document is about an entity
NAMING = 24  # terms of a document that may name its cluster


def find_clusters(
    documents: Documents, entities: list[dict[str, Any]], knowledge: Known, organizer: Organizer
) -> list[dict[str, Any]]:
    """A cluster for each task that has documents, and one of the rest; each document is in one of them."""
    vectors = alike(documents.vectors, documents.terms)
    tasks = assign_tasks(documents, vectors, knowledge, organizer.least_evidence, organizer.least_similarity)
    groups: dict[str, list[int]] = defaultdict(list)
    for number, task in enumerate(tasks):
        groups[task].append(number)
    characteristic = Characteristic(documents.terms.first(NAMING), len(documents.keys))
    within = _Within(entities, documents.keys)
    clusters = []
    for task, members in sorted(groups.items()):
        name = task or OTHER
        own = frozenset([name, name.replace("-", " "), *(knowledge.tasks[task].keywords if task else [])])
        parent = knowledge.tasks[task].parent if task else ""
        held = {"id": task or OTHER, "task": task, "parent": parent, "name": name, "terms": characteristic.of(members)}
        finer = _finer(task, members, documents, vectors, knowledge, organizer)
        parts = [
            {
                "id": f"{task or OTHER}.{id}",
                **_named(about, characteristic.of(part, own)),
                **_members(part, documents, within),
            }
            for id, about, part in finer
        ]
        clusters.append({**held, **_members(members, documents, within), "clusters": parts})
    return clusters


def _named(about: str, terms: list[str]) -> dict[str, Any]:
    return {"name": about or ", ".join(terms[:3]) or OTHER, "terms": terms}


def _members(members: Iterable[int], documents: Documents, within: _Within) -> dict[str, Any]:
    numbers = sorted(members)
    return {"documents": [documents.keys[number] for number in numbers], "entities": within.of(numbers)}


class _Within:
    """Which entities documents name."""

    def __init__(self, entities: list[dict[str, Any]], keys: list[str]) -> None:
        self._ids = sorted(entity["id"] for entity in entities)
        numbers = {id: number for number, id in enumerate(self._ids)}
        places = {key: place for place, key in enumerate(keys)}
        at = np.array([places[key] for entity in entities for key in entity["documents"]], dtype=np.int64)
        named = [numbers[entity["id"]] for entity in entities]
        codes = np.repeat(np.array(named, dtype=np.int64), [len(entity["documents"]) for entity in entities])
        order = np.argsort(at, kind="stable")
        self._codes, self._starts = codes[order], np.searchsorted(at[order], np.arange(len(keys) + 1))

    def of(self, documents: list[int]) -> list[str]:
        """The ids of all that these documents name, sorted."""
        there = np.zeros(len(self._ids), dtype=bool)
        for number in documents:
            there[self._codes[self._starts[number] : self._starts[number + 1]]] = True
        return [self._ids[code] for code in np.flatnonzero(there)]


def _finer(
    task: str,
    members: list[int],
    documents: Documents,
    vectors: np.ndarray,
    knowledge: Known,
    organizer: Organizer,
) -> list[tuple[str, str, list[int]]]:
    """(id, entity's name or empty, members) of the groups within a task that are large enough; sorted by id."""
    about = leading_entities(task, members, documents, knowledge)
    named: dict[str, list[int]] = defaultdict(list)
    for number in members:
        named[about.get(number, "")].append(number)
    rest = named.pop("", [])
    small = [name for name, held in named.items() if len(held) < organizer.cluster_documents]
    rest = sorted([*rest, *(number for name in small for number in named.pop(name))])
    labels = documents.labels
    keys = [labels[number] for number in rest]
    led: dict[str, list[int]] = defaultdict(list)
    leaders = follow_leaders(keys, vectors[rest], organizer.likeness)
    joined = join_groups(keys, leaders, vectors[rest], organizer.cluster_documents, organizer.likeness)
    for number, leader in zip(rest, joined, strict=True):
        led[leader].append(number)
    groups = [(slug(name), name, held) for name, held in named.items()]
    ids: dict[str, str] = {}
    for leader in sorted(leader for leader, held in led.items() if leader and len(held) >= organizer.cluster_documents):
        called = leader.partition("\0")[0]
        ids[leader] = called if called not in ids.values() else leader
    groups += [(hashlib.sha256(id.encode()).hexdigest()[:8], "", led[leader]) for leader, id in ids.items()]
    return sorted(groups)


def leading_entities(task: str, members: list[int], documents: Documents, knowledge: Known) -> dict[int, str]:
    """The entity of the task that each document is most about, where it is about any; models for architecture."""
    known = [
        number
        for number, entity in enumerate(knowledge.entities.values())
        if entity.task == task or (task == ARCHITECTURE and entity.kind == "model")
    ]
    names = [list(knowledge.entities)[number] for number in known]
    title, headings, text = np.moveaxis(documents.names[np.ix_(members, known)], 2, 0)
    weight = TITLE * title + HEADINGS * headings + text
    if not names:
        return {}
    best = weight.argmax(axis=1)
    return {
        member: names[number] for member, number, row in zip(members, best, weight, strict=True) if row[number] >= ABOUT
    }
