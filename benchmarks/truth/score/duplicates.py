"""Near-duplicates: precision and recall over pairs of documents that are the same text with small changes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from benchmarks.truth.score.counts import Score, of_sets


def score(found: Mapping[str, str], true: Mapping[str, str]) -> Score:
    """Both map a document to the one that it repeats; two that repeat the same one are a pair as well."""
    return of_sets(pairs(found), pairs(true))


def pairs(repeats: Mapping[str, str]) -> set[tuple[str, str]]:
    """All pairs of documents with the same origin."""
    groups: dict[str, list[str]] = {}
    for document in sorted({*repeats, *repeats.values()}):
        groups.setdefault(_origin(document, repeats), []).append(document)
    return {pair for group in groups.values() for pair in combinations(group, 2)}


def _origin(document: str, repeats: Mapping[str, str]) -> str:
    seen = {document}
    while document in repeats and repeats[document] not in seen:
        document = repeats[document]
        seen.add(document)
    return document
