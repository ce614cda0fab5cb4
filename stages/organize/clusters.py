"""Clusters of documents by task: by the words of titles and headings, and by vectors where those are silent."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

import numpy as np

from stages.core.knowledge import Knowledge
from stages.organize import Config
from stages.organize.documents import Described
from stages.organize.entities import slug

TITLE = 3  # a keyword or a known name in the title weighs as much as three headings
ARCHITECTURE = "architecture"  # what cards and configuration classes describe
MODEL_KINDS = ("card", "config")


def find_clusters(documents: list[Described], entities: list[dict[str, Any]], config: Config) -> list[dict[str, Any]]:
    """A cluster for each task that has documents, and clusters of the rest; each document is in one."""
    tasks = {document.key: by_keywords(document, config.knowledge) for document in documents}
    tasks = _by_vectors(documents, tasks, config.organizer.least_similarity)
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for document in documents:
        if tasks[document.key]:
            groups[tasks[document.key], tasks[document.key].replace("-", " ")].append(document.key)
    for name, members in _rest([held for held in documents if not tasks[held.key]], config):
        groups["", name].extend(members)
    return [
        {
            "id": slug(task or f"other {name}"),
            "task": task,
            "name": name,
            "documents": sorted(members),
            "entities": _entities(set(members), entities),
        }
        for (task, name), members in sorted(groups.items())
    ]


def by_keywords(document: Described, knowledge: Knowledge) -> str:
    """The task that a document's title and headings speak of most; empty if none, or if two tie."""
    if document.kind in MODEL_KINDS and ARCHITECTURE in knowledge.tasks:
        return ARCHITECTURE
    scores: Counter[str] = Counter()
    for task, about in knowledge.tasks.items():
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, about.keywords))})(?!\w)", re.IGNORECASE)
        headings = sum(bool(pattern.search(heading)) for heading in document.headings if heading != document.title)
        scores[task] += TITLE * len(set(map(str.lower, pattern.findall(document.title)))) + headings
    for name, entity in knowledge.entities.items():
        if any(re.search(rf"(?<!\w){re.escape(held)}(?![a-z])", document.title) for held in [name, *entity.aliases]):
            scores[entity.task] += TITLE
    (first, most), (_, second), *_ = [*scores.most_common(2), ("", 0), ("", 0)]
    return first if most >= TITLE and most > second else ""


def _by_vectors(documents: list[Described], tasks: dict[str, str], least: float) -> dict[str, str]:
    """Give silent documents the task whose documents are nearest on average, if they are near enough."""
    members: dict[str, list[np.ndarray]] = defaultdict(list)
    for document in documents:
        if tasks[document.key] and document.kind not in MODEL_KINDS:
            members[tasks[document.key]].append(document.vector)
    if not members:
        return tasks
    names = sorted(members)
    centres = np.stack([_unit(np.mean(members[name], axis=0)) for name in names])
    given = dict(tasks)
    for document in documents:
        if not tasks[document.key] and document.vector.any():
            near = np.round(centres @ document.vector, 6)
            if near.max() >= least:
                given[document.key] = names[int(near.argmax())]
    return given


def _rest(documents: list[Described], config: Config) -> list[tuple[str, list[str]]]:
    """Clusters (name, keys) of the documents that no task takes: k-means on their vectors, named by their titles."""
    if not documents:
        return []
    count = -(-len(documents) // config.organizer.cluster_documents)
    labels = np.zeros(len(documents), dtype=int)
    if count > 1:
        from sklearn.cluster import KMeans

        vectors = np.stack([document.vector for document in documents])
        count = min(count, len(np.unique(vectors, axis=0)))
        labels = KMeans(n_clusters=count, random_state=config.seed, n_init=4).fit_predict(vectors)
    groups: dict[int, list[Described]] = defaultdict(list)
    for document, label in zip(documents, labels, strict=True):
        groups[int(label)].append(document)
    return sorted((_name(held), [document.key for document in held]) for held in groups.values())


def _name(documents: list[Described]) -> str:
    """The words that most of the titles share."""
    words = Counter(word for held in documents for word in set(re.findall(r"[a-z][a-z\-]{3,}", held.title.lower())))
    best = sorted(words, key=lambda word: (-words[word], word))[:3]
    return ", ".join(best) or "untitled"


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / (np.linalg.norm(vector) or 1.0)


def _entities(members: set[str], entities: list[dict[str, Any]]) -> list[str]:
    return [entity["id"] for entity in entities if members.intersection(entity["documents"])]
