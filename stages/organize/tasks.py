"""The task of each document: by what its title, headings and text speak of, and by the documents that are like it."""

from __future__ import annotations

import numpy as np

from stages.core.knowledge import Known
from stages.organize.alike import leaning
from stages.organize.documents import Documents

TITLE, HEADINGS, TEXT = 5.0, 1.2, 2.0  # weight of a mention in the title, of one in a heading, of a text full of them
LIKENESS = 5.0  # weight of the likeness to a task's documents
COMPANY = 0.5  # weight of what the documents most like it say, for one between two tasks
BETWEEN = 3.0  # how far the first task may be ahead of the second one then
RIDGE = 10.0  # documents that it takes to believe half of what their vectors have in common
CERTAIN = 8.0  # evidence from which a document stands for its task
LEAD = 2.0  # and how far the task must be ahead of the next one
RATE = 0.004  # share of a text's words that makes it full of a task, if more is not usual in the corpus
ARCHITECTURE = "architecture"  # what configuration classes describe, and documents with a model's name as title
CONFIG = "config"
LIBRARY = 0.5  # weight of a library's name: documents on anything name the library that they are about


def assign_tasks(
    documents: Documents, vectors: np.ndarray, knowledge: Known, least: float, similarity: float
) -> list[str]:
    """A task for each document; empty where it has less evidence than `least` and is less near than `similarity`.

    `vectors` tell how alike documents are, in what they mean and in their terms.
    """
    names = list(knowledge.tasks)
    told = evidence(documents, knowledge)
    scores = told + LIKENESS * _likeness(documents, told)
    first_two = np.sort(scores, axis=1)[:, -2:]
    lead = first_two[:, -1] - first_two[:, 0]
    between, leading = np.flatnonzero(lead < BETWEEN), np.flatnonzero(lead >= LEAD)
    company = np.zeros_like(scores)
    company[between] = leaning(vectors, scores, between, leading)
    best = np.round(scores + COMPANY * company, 4).argmax(axis=1)
    found = told[np.arange(len(best)), best] >= least
    found |= _nearness(documents, told, best) >= similarity
    return [
        ARCHITECTURE if kind == CONFIG and ARCHITECTURE in names else names[number] if there else ""
        for kind, number, there in zip(documents.kinds, best, found, strict=True)
    ]


def evidence(documents: Documents, knowledge: Known) -> np.ndarray:
    """What each document says of each task; a named entity speaks for its task, a model in a title for architecture."""
    numbers = {task: number for number, task in enumerate(knowledge.tasks)}
    spoken = documents.tasks.astype(np.float64)
    for number, entity in enumerate(knowledge.entities.values()):
        named = documents.names[:, number]
        if entity.kind != "model":
            spoken[:, numbers[entity.task]] += named * (LIBRARY if entity.kind == "library" else 1)
        elif ARCHITECTURE in numbers:
            spoken[:, numbers[ARCHITECTURE], 0] += named[:, 0]
    title, headings, text = np.moveaxis(spoken, 2, 0)
    share = text / np.maximum(documents.words, 50)[:, None]
    full = np.maximum(RATE, share.mean(axis=0)) if len(share) else RATE
    return TITLE * np.minimum(title, 2) + HEADINGS * np.log2(1 + headings) + TEXT * np.log2(1 + share / full)


def _certain(documents: Documents, told: np.ndarray) -> np.ndarray:
    """Which documents stand for the task of which they say most."""
    order = np.sort(told, axis=1)
    return (order[:, -1] >= CERTAIN) & (order[:, -1] - order[:, -2] >= LEAD) & (documents.kinds != CONFIG)


def _likeness(documents: Documents, told: np.ndarray) -> np.ndarray:
    """How far a document's vector is that of a task: about 1 where it is like those that stand for it, else 0.

    A ridge regression without an intercept on the vectors of these documents: it finds what sets a task apart, where
    their mean is mostly what all documents have in common.
    """
    certain = _certain(documents, told)
    vectors = documents.vectors[certain].astype(np.float64)
    on = np.eye(told.shape[1])[told[certain].argmax(axis=1)]
    weights = np.linalg.solve(vectors.T @ vectors + RIDGE * np.eye(vectors.shape[1]), vectors.T @ on)
    return np.round(documents.vectors @ weights, 4)


def _nearness(documents: Documents, told: np.ndarray, tasks: np.ndarray) -> np.ndarray:
    """Cosine of each document to the mean direction of those that stand for its task of `tasks`; 0 where none does."""
    certain, best = _certain(documents, told), told.argmax(axis=1)
    near = np.zeros(len(tasks))
    for task in np.unique(tasks):
        centre = documents.vectors[certain & (best == task)].astype(np.float64).sum(axis=0)
        on = tasks == task
        near[on] = documents.vectors[on] @ (centre / (np.linalg.norm(centre) or 1.0))
    return np.round(near, 4)
