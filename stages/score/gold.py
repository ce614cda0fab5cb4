"""Scores against gold tables: parameters by (model, parameter, value), names by B-cubed. Pure functions, no stage.

A gold table is a CSV file with the columns model, parameter, value, document, evidence. It is not complete: precision
is measured over the (model, parameter) pairs that it has, recall over its rows. Names of parameters are those of
conf/knowledge, or any of their labels and fields (hidden_size, attention_heads); names of models are compared by their
words and numbers (llama-2-7b is Llama 2 7B), values by what they mean (25.6M is 25,600,000; 2.4e-4 is 2.4 × 10⁻⁴).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from stages.core.knowledge import Parameter
from stages.core.spelling import model_key
from stages.score.rows import read_rows

POWERS = str.maketrans({"⁻": "^-", "−": "-", "–": "-"} | dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)))
POWER = re.compile(r"(?:([\d.]+)[×x·*]10\^?|10\^)\{?(-\d+)\}?")  # not 10-20, which is a range
NUMBER = re.compile(r"[~≈]?(\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?)\s?([kmbt]?)\b.*", re.IGNORECASE)
SCALES = {"": (1,), "k": (10**3, 2**10), "m": (10**6, 2**20), "b": (10**9,), "t": (10**12,)}
SILENT = {"nvidia", "gpu", "gpus", "license", "licence", "optimizer", "optimiser", "schedule", "decay"}


@dataclass(frozen=True)
class Claim:
    """That a document states a value of a model's parameter; a row of gold, or one of facts/."""

    model: str
    parameter: str
    value: str
    number: float | None = None
    document: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Result:
    """Counts, and every miss and false value, so that work on rules goes by misses."""

    right: int
    found: int
    recalled: int
    rows: int
    missed: list[Claim] = field(default_factory=list)
    false: list[Claim] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.recalled / self.rows if self.rows else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def read_gold(path: Path) -> list[Claim]:
    """The rows of a gold table."""
    rows = read_rows(path, "model", "parameter", "value", "document", "evidence")
    return [
        Claim(row["model"], row["parameter"], row["value"], None, row["document"], row["evidence"])
        for row in rows
        if row["parameter"] != "parameter"  # a header that was copied among the rows
    ]


def claims_of(row: Mapping[str, Any]) -> list[Claim]:
    """The parameters of a row of facts/ as claims."""
    return [
        Claim(held["subject"], held["name"], held["value"], held["number"], row["document"], held["quote"])
        for held in row["parameters"]
    ]


def score_parameters(found: Iterable[Claim], gold: Iterable[Claim], parameters: Mapping[str, Parameter]) -> Result:
    """Compare claims with gold; rows of a parameter that conf/knowledge does not name count as missed."""
    names = canonical_names(parameters)
    true: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for row in gold:
        true[model_key(row.model), names.get(spaced(row.parameter), row.parameter)].append(row)
    held: dict[tuple[str, str], dict[frozenset[str], Claim]] = defaultdict(dict)
    for claim in found:
        pair = model_key(claim.model), claim.parameter
        if pair in true:
            held[pair].setdefault(readings(claim, parameters.get(claim.parameter)), claim)
    right, false, missed = 0, [], []
    for pair, rows in true.items():
        meant = {row: readings(row, parameters.get(pair[1])) for row in rows}
        for reading, claim in held[pair].items():
            fits = any(reading & other for other in meant.values())
            right += fits
            false += [] if fits else [claim]
        missed += [row for row in rows if not any(meant[row] & reading for reading in held[pair])]
    count = sum(map(len, true.values()))
    return Result(right, right + len(false), count - len(missed), count, missed, false)


def canonical_names(parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """Canonical parameter by each of its names, labels and fields, in lower case and with spaces."""
    names: dict[str, str] = {}
    for name, parameter in parameters.items():
        for label in [name, *parameter.labels, *parameter.fields]:
            names.setdefault(spaced(label), name)
    return names


def readings(claim: Claim, parameter: Parameter | None) -> frozenset[str]:
    """What a value may mean; two values agree if they share a reading (128K is 128,000, or 131,072 of a length)."""
    if claim.number is not None:
        return frozenset({_plain(Decimal(repr(claim.number)))})
    text = claim.value.strip().strip("`*").translate(POWERS)
    if parameter and parameter.words and (word := word_of(text, parameter)):
        return frozenset({word})
    if power := POWER.match(text.replace(" ", "")):
        return frozenset({_plain(Decimal(f"{power[1] or 1}e{power[2]}"))})
    if (parameter is None or parameter.value not in ("word", "text")) and (number := NUMBER.fullmatch(text)):
        value = Decimal(number[1].replace(",", ""))
        return frozenset(_plain(value * scale) for scale in SCALES[number[2].lower()])
    return frozenset({" ".join(word for word in _folded(text).split() if word not in SILENT)})


def b_cubed(pairs: Iterable[tuple[str, str]]) -> dict[str, float]:
    """B-cubed precision, recall and F1 of items given as (cluster found, true cluster)."""
    counts = Counter(pairs)
    found, true = Counter[str](), Counter[str]()
    for (cluster, label), number in counts.items():
        found[cluster] += number
        true[label] += number
    total = sum(counts.values())
    precision = sum(n * n / found[cluster] for (cluster, _), n in counts.items()) / max(1, total)
    recall = sum(n * n / true[label] for (_, label), n in counts.items()) / max(1, total)
    both = precision + recall
    return {
        "items": total,
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / both if both else 0.0, 4),
    }


def word_of(text: str, parameter: Parameter) -> str:
    """The first of the parameter's words in `text`, folded; empty if it holds none."""
    folded = f" {_folded(text)} "
    spelled = {_folded(held): word for word, others in parameter.words.items() for held in [word, *others]}
    places = {held: folded.find(f" {held} ") for held in spelled}
    first = min((held for held in places if places[held] >= 0), key=lambda held: (places[held], -len(held)), default="")
    return _folded(spelled[first]) if first else ""


def _folded(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+(?:\.\d+)?", text.casefold()))


def spaced(name: str) -> str:
    """A parameter's name as gold tables and fields spell it, in the form in which names are compared."""
    return name.lower().replace("_", " ")


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
