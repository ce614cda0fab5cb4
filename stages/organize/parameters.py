"""Parameters of each entity: equal values become one with all its sources, values that differ stand side by side.

Values that differ are ranked by the best of their sources, never averaged: a card or a report about the model itself
comes before one about its family, and that before a page about something else; then counts how many state a value.
Results that were got in ways that their sources name, such as 5-shot and 0-shot, are not disputed.

There are hundreds of thousands of them in a large corpus, so they are sorted, compared and counted as columns: rows of
Python are made of what is written alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stages.organize.agreement import Groups, exactness
from stages.organize.entities import Entities
from stages.organize.facts import PLACE, Facts, texts

OFFICIAL = ("card", "json", "config")


def merge_parameters(read: Facts, entities: Entities) -> list[dict[str, Any]]:
    """All parameters, sorted by entity, name and rank; the text of a merged value is its most exact one."""
    if not len(read.parameters):
        return []
    stated = _stated(read, entities)
    values = _values(stated)
    place = np.empty_like(values.order)
    place[values.order] = np.arange(len(place))
    sources, starts = _sources(read, stated, place[values.of])
    shown = stated.held.take(values.first[values.order])
    columns = {name: texts(shown[name]) for name in ("value", "number", "unit")}
    columns["entity"] = [stated.entities[code] for code in stated.entity[values.first[values.order]]]
    columns["name"] = texts(shown["name"])
    columns["detail"] = [stated.details[code] for code in values.detail[values.order]]
    columns["disputed"] = values.disputed[values.order].tolist()
    columns["rank"] = values.rank.tolist()
    columns["sources"] = [sources[start:end] for start, end in pairwise(starts)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@dataclass(frozen=True)
class _Stated:
    """Facts sorted by entity and name, in these by how exact their value is, then by place; arrays of one length."""

    held: pa.Table
    entities: list[str]
    """Ids of entities by their number, which `entity` holds."""
    entity: np.ndarray
    pair: np.ndarray
    """The number of entity and name together."""
    value: np.ndarray
    number: np.ndarray
    """NaN where the value is none."""
    authority: np.ndarray
    details: list[str | None]
    detail: np.ndarray
    """The number of its detail in `details`; 0: none."""


@dataclass(frozen=True)
class _Values:
    """Merged values by number: facts that agree are one."""

    of: np.ndarray
    """Of each fact, its value's number."""
    first: np.ndarray
    """The most exact of its facts."""
    detail: np.ndarray
    disputed: np.ndarray
    order: np.ndarray
    """The values by entity, name and rank."""
    rank: np.ndarray
    """The ranks in that order."""


def _stated(read: Facts, entities: Entities) -> _Stated:
    held = read.parameters
    ids, entity = _coded(held["subject"], called=entities.ids.__getitem__)
    names, name = _coded(held["name"])
    _, value = _coded(held["value"], by=exactness)
    pair = entity * len(names) + name
    number, at = held["number"].to_numpy(), held["at"].to_numpy()
    order = np.lexsort((held["start"].to_numpy(), _ranks(held["element"]), at, number, value, pair))
    details, detail = _coded(held["detail"])
    return _Stated(
        held=held.take(order),
        entities=ids,
        entity=entity[order],
        pair=pair[order],
        value=value[order],
        number=number[order],
        authority=_authority(read, entities, ids, entity, at)[order],
        details=[None, *details],
        detail=detail[order] + 1,
    )


def _coded(
    column: pa.ChunkedArray, called: Callable[[str], str] = str, by: Callable[[str], Any] | None = None
) -> tuple[list[str], np.ndarray]:
    """What the texts of a column are called, sorted, and of each row the number of its own; -1 for none."""
    coded = column.combine_chunks().dictionary_encode()
    found = [called(text) for text in coded.dictionary.to_pylist()]
    names = sorted(set(found), key=by)
    numbers = {name: number for number, name in enumerate(names)}
    codes = np.array([*(numbers[name] for name in found), -1], dtype=np.int64)
    return names, codes[coded.indices.fill_null(len(found)).to_numpy()]


def _ranks(column: pa.ChunkedArray) -> np.ndarray:
    """Of each text its place among all texts of the column."""
    return pc.rank(column.combine_chunks(), tiebreaker="dense").to_numpy().astype(np.int64)


def _authority(read: Facts, entities: Entities, ids: list[str], entity: np.ndarray, at: np.ndarray) -> np.ndarray:
    """How far documents are from the model they speak of: 0 its own card, 1 its own report or page, 2 its family's."""
    families = {held["id"]: held["family"] for held in entities.listed}
    numbers = {family: number for number, family in enumerate(sorted(set(families.values()) - {""}), 1)}
    known = {id: number for number, id in enumerate(ids)}
    subjects = [entities.ids.get(about.subject, "") for about in read.about]
    own = np.array([known.get(subject, -1) for subject in subjects], dtype=np.int64)[at]
    kin = np.array([numbers.get(families.get(subject, ""), 0) for subject in subjects], dtype=np.int64)[at]
    family = np.array([numbers.get(families[id], 0) for id in ids], dtype=np.int64)[entity]
    official = np.array([about.kind in OFFICIAL for about in read.about], dtype=bool)[at]
    related = np.where((kin > 0) & (kin == family), 2, 3)
    return np.where(own == entity, np.where(official, 0, 1), related)


def _values(stated: _Stated) -> _Values:
    """Merge facts that agree; rank those that do not."""
    changes = (np.diff(stated.pair) != 0) | (np.diff(stated.value) != 0) | _differ(stated.number)
    runs = np.flatnonzero(np.concatenate([[True], changes]))
    joined = np.repeat(_joined(stated, runs), np.diff(runs, append=len(stated.pair)))
    first, of = np.unique(joined, return_inverse=True)
    pair, detail = stated.pair[first], _first_detail(stated, of, len(first))
    best = np.full(len(first), stated.authority.max())
    np.minimum.at(best, of, stated.authority)
    words = _ranks(stated.held["value"].take(first))
    order = np.lexsort((words, np.nan_to_num(stated.number[first]), -_documents(stated, of), best, pair))
    begins = np.diff(pair[order], prepend=-1) != 0
    ranks = np.arange(len(first)) - np.maximum.accumulate(np.where(begins, np.arange(len(first)), 0))
    return _Values(of, first, detail, _disputed(pair, detail), order, ranks)


def _documents(stated: _Stated, of: np.ndarray) -> np.ndarray:
    """Of each value the number of documents that state it."""
    at = stated.held["at"].to_numpy()
    pairs = np.sort(of * (at.max() + 1) + at)
    return np.bincount(pairs[np.diff(pairs, prepend=-1) != 0] // (at.max() + 1))


def _differ(numbers: np.ndarray) -> np.ndarray:
    """Whether each number is another than the one before; none is none."""
    one, other = numbers[:-1], numbers[1:]
    return (one != other) & ~(np.isnan(one) & np.isnan(other))


def _joined(stated: _Stated, runs: np.ndarray) -> np.ndarray:
    """Of each run of facts with one value, the first fact of the value that it agrees with."""
    values = texts(stated.held["value"].take(runs))
    numbers = texts(stated.held["number"].take(runs))
    found, before, groups = [], -1, Groups()
    for at, pair, value, number in zip(runs.tolist(), stated.pair[runs].tolist(), values, numbers, strict=True):
        if pair != before:
            before, groups = pair, Groups()
        found.append(groups.join(at, value, number))
    return np.array(found, dtype=np.int64)


def _first_detail(stated: _Stated, of: np.ndarray, count: int) -> np.ndarray:
    """Of each value the detail that the most exact of its facts with one names; 0: none."""
    detail = np.zeros(count, dtype=np.int64)
    named = np.flatnonzero(stated.detail)[::-1]
    detail[of[named]] = stated.detail[named]
    return detail


def _disputed(pair: np.ndarray, detail: np.ndarray) -> np.ndarray:
    """Whether a value disagrees with another: none does that was got in another way, as with 5 shots and with none."""
    _, of, count = np.unique(pair, return_inverse=True, return_counts=True)
    vague = np.bincount(of[detail == 0], minlength=len(count))
    way = of * (detail.max() + 1) + detail
    _, same, alike = np.unique(way, return_inverse=True, return_counts=True)
    return (count[of] > 1) & ((detail == 0) | (vague[of] > 0) | (alike[same] > 1))


def _sources(read: Facts, stated: _Stated, place: np.ndarray) -> tuple[list[dict[str, Any]], list[int]]:
    """Where the facts of the values at each `place` stand, each once, by document; and where each value's begin."""
    held = stated.held
    at, start, end = (held[name].to_numpy() for name in ("at", "start", "end"))
    keys = np.stack([_ranks(held["quote"]), end, start, _ranks(held["element"]), at, place])
    order = np.lexsort(keys)
    order = order[(np.diff(keys[:, order], prepend=-1) != 0).any(axis=0)]
    places = [texts(held[name].take(order)) for name in PLACE]
    documents = [read.documents[number] for number in at[order].tolist()]
    names = ("document", *PLACE)
    found = [dict(zip(names, row, strict=True)) for row in zip(documents, *places, strict=True)]
    return found, np.searchsorted(place[order], np.arange(place.max() + 2)).tolist()
