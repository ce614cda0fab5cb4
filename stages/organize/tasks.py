"""The task of each document: by what its title, headings and text speak of, and by the documents that are like it."""

from __future__ import annotations

import numpy as np

from stages.core.knowledge import Known
from stages.organize.documents import Documents

TITLE, HEADINGS, TEXT = 4.0, 1.2, 1.0  # weight of a mention in the title, of one in a heading, of a text full of them
LIKENESS = 3.0  # weight of the likeness to a task's documents, from the least alike task to the most alike one
CERTAIN = 5.0  # evidence from which a document stands for its task
LEAD = 2.0  # and how far the task must be ahead of the next one
RATE = 0.004  # share of a text's words that makes it full of a task
ARCHITECTURE = "architecture"  # what configuration classes describe, and documents with a model's name as title
CONFIG = "config"
COMMON = 2.0  # times a task's mean share in the corpus that a text must speak of it to be full of it
LIBRARY = 0.5  # weight of a library's name: documents on anything name the library that they are about


def assign_tasks(documents: Documents, knowledge: Known, least: float, similarity: float) -> list[str]:
    """A task for each document; empty where it has less evidence than `least` and is less near than `similarity`."""
    names = list(knowledge.tasks)
    told = evidence(documents, knowledge)
    near = _likeness(documents, told)
    scale = near - near.min(axis=1, keepdims=True)
    total = np.round(told + LIKENESS * scale / np.maximum(scale.max(axis=1, keepdims=True), 0.1), 4)
    best = total.argmax(axis=1)
    rows = np.arange(len(best))
    found = (told[rows, best] >= least) | (near[rows, best] >= similarity)
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
    full = np.maximum(RATE, COMMON * share.mean(axis=0)) if len(share) else RATE
    return TITLE * np.minimum(title, 2) + HEADINGS * np.log2(1 + headings) + TEXT * np.log2(1 + share / full)


def _likeness(documents: Documents, told: np.ndarray) -> np.ndarray:
    """Cosine of each document to the mean direction of those that certainly are on a task; 0 where there are none."""
    order = np.sort(told, axis=1)
    certain = (order[:, -1] >= CERTAIN) & (order[:, -1] - order[:, -2] >= LEAD)
    certain &= documents.kinds != CONFIG
    best = told.argmax(axis=1)
    near = np.zeros(told.shape)
    for task in range(told.shape[1]):
        members = documents.vectors[certain & (best == task)].astype(np.float64)
        if len(members):
            centre = members.mean(axis=0)
            near[:, task] = documents.vectors @ (centre / (np.linalg.norm(centre) or 1.0))
    return np.round(near, 4)
