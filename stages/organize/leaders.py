"""Groups of vectors that stay when others come or go: each is led by one of its members, chosen by a hash of its key.

The members of k-means all move when one document is added. Here documents are seen in the order of a hash; one that is
like no leader so far becomes a leader, and then each document follows the leader that it is most like. A leader is one
of many, so at last each joins the group whose mean it is most like, and groups too small end there. So a new document
can only move those that are like it, and a group is named by the first of its members by hash.
"""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np

from stages.organize.alike import unit_rows

BLOCK = 1024


def follow_leaders(keys: list[str], vectors: np.ndarray, least: float) -> list[str]:
    """For each key its leader's key: itself, another, or empty for one without a vector."""
    order = sorted((n for n in range(len(keys)) if vectors[n].any()), key=lambda n: _hash(keys[n]))
    leaders = _leaders(vectors[order], least)
    found = [""] * len(keys)
    for start in range(0, len(order), BLOCK):
        block = order[start : start + BLOCK]
        nearest = np.round(vectors[block] @ vectors[[order[n] for n in leaders]].T, 4).argmax(axis=1)
        for number, leader in zip(block, nearest, strict=True):
            found[number] = keys[order[leaders[leader]]]
    return found


def join_groups(keys: list[str], leaders: list[str], vectors: np.ndarray, members: int, least: float) -> list[str]:
    """For each key the first by hash of the group that it is most like, of those with so many members; or empty."""
    sizes = Counter(leaders)
    names = sorted(name for name, size in sizes.items() if name and size >= members)
    if not names:
        return [""] * len(leaders)
    numbers = {name: number for number, name in enumerate(names)}
    means = np.zeros((len(names), vectors.shape[1]))
    kept = [row for row, name in enumerate(leaders) if name in numbers]
    np.add.at(means, [numbers[leaders[row]] for row in kept], vectors[kept])
    likeness = np.round(vectors @ unit_rows(means).T.astype(vectors.dtype), 4)
    best = likeness.argmax(axis=1)
    joined = [names[at] if row[at] >= least else "" for row, at in zip(likeness, best, strict=True)]
    firsts: dict[str, str] = {}
    for key, name in sorted(zip(keys, joined, strict=True), key=lambda pair: _hash(pair[0])):
        firsts.setdefault(name, key if name else "")
    return [firsts[name] for name in joined]


def _leaders(vectors: np.ndarray, least: float) -> list[int]:
    """The rows that are less like every leader before them than `least`, block by block."""
    leaders: list[int] = []
    for start in range(0, len(vectors), BLOCK):
        block = vectors[start : start + BLOCK]
        free = np.ones(len(block), dtype=bool)
        if leaders:
            free = np.round((block @ vectors[leaders].T).max(axis=1), 4) < least
        alike = np.round(block @ block.T, 4) >= least
        for row in range(len(block)):
            if free[row]:
                leaders.append(start + row)
                free &= ~alike[row]
    return leaders


def _hash(key: str) -> list[bytes]:
    """Of each part of a key: what a document is called comes first, so that an edited one keeps its place."""
    return [hashlib.sha256(part.encode()).digest() for part in key.split("\0")]
