"""Parameters: micro-F1 over (document, model, parameter, value), exact after normalising, and by kind of place.

What is found of a parameter that truth never plants is left out, since nothing is known of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.truth.score.counts import Score, of_sets
from benchmarks.truth.spelling import normal

WORD = re.compile(r"\d+(?:\.\d+)?(?:[bm](?![a-z]))?|[a-z]+")
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Claim:
    """That a document states a value of a model's parameter; `place` is empty where it is not known."""

    document: str
    model: str
    parameter: str
    value: str
    place: str = ""


def value_of(text: str, number: float | None) -> str:
    """A value as truth writes it: by its number if it has one."""
    return normal(number) if number is not None else " ".join(text.split())


def model_key(name: str) -> str:
    """A name as its words and numbers, sorted: kestrel-2-7b is Kestrel-2 7B and Kestrel 7B v2, not Kestrel 27B."""
    return " ".join(sorted(word for word in WORD.findall(name.casefold()) if word != "v"))


def aliases(names: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Key of each surface of the table `names` to the key of its model, where it stands for one model only."""
    held: dict[str, set[str]] = {}
    for row in names:
        held.setdefault(model_key(row["surface"]), set()).add(model_key(row["model"]))
    return {surface: models.pop() for surface, models in held.items() if len(models) == 1}


def gold(mentions: Iterable[Mapping[str, Any]]) -> list[Claim]:
    """The claims of the table `mentions`."""
    columns = ("document", "model", "parameter", "value", "place")
    return [Claim(*(row[column] for column in columns)) for row in mentions]


def score(found: Iterable[Claim], true: Iterable[Claim], known: Mapping[str, str] | None = None) -> Score:
    """Micro-F1 over all claims; one that stands in several places of a document counts once."""
    found, true = _judged(found, true)
    return of_sets({_key(claim, known or {}) for claim in found}, {_key(claim, known or {}) for claim in true})


def by_place(found: Iterable[Claim], true: Iterable[Claim], known: Mapping[str, str] | None = None) -> dict[str, Score]:
    """By kind of place: how many claims found there are right (wherever it is stated), and how many stated there are
    found (wherever they were read)."""
    (found, true), names = _judged(found, true), known or {}
    all_found, all_true = {_key(claim, names) for claim in found}, {_key(claim, names) for claim in true}
    scores = {}
    for place in sorted({claim.place for claim in true}):
        read = {_key(claim, names) for claim in found if claim.place == place}
        stated = {_key(claim, names) for claim in true if claim.place == place}
        scores[place] = Score(len(read & all_true), len(read), len(stated), len(stated & all_found))
    return scores


def trapped(
    found: Iterable[Claim],
    traps: Iterable[Mapping[str, Any]],
    true: Iterable[Claim],
    known: Mapping[str, str] | None = None,
) -> tuple[int, int]:
    """How many traps were taken for facts, of how many; a trap whose value the document states as well is none."""
    names = known or {}
    stated = {_key(claim, names) for claim in true}
    set_up = {
        _key(Claim(row["document"], row["model"], row["parameter"], row["value"]), names) for row in traps
    } - stated
    return len(set_up & {_key(claim, names) for claim in found}), len(set_up)


def _judged(found: Iterable[Claim], true: Iterable[Claim]) -> tuple[list[Claim], list[Claim]]:
    true = list(true)
    planted = {claim.parameter for claim in true}
    return [claim for claim in found if claim.parameter in planted], true


def _key(claim: Claim, known: Mapping[str, str]) -> Key:
    model = model_key(claim.model)
    value = ", ".join(sorted(part.strip() for part in claim.value.casefold().split(",")))
    return claim.document, known.get(model, model), claim.parameter, value
