"""The parameters that are planted (parameters.yaml): canonical name, unit, and how documents call them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.truth.dice import of_part


@dataclass(frozen=True)
class Parameter:
    """One parameter. `labels` head rows and columns of tables; `nouns` stand in sentences."""

    name: str
    kind: str
    """count, length (k is 1,024), number, percent, word or list."""
    unit: str
    labels: tuple[str, ...]
    nouns: tuple[str, ...]
    field: str = ""
    """The key in a configuration file; empty: none."""

    def label(self, part: str, draw: float) -> str:
        held = of_part(self.labels, part)
        return held[int(draw * len(held))]

    def noun(self, part: str, draw: float) -> str:
        held = of_part(self.nouns, part)
        return held[int(draw * len(held))]


def _read(path: Path) -> dict[str, Parameter]:
    rows: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    lists = {name: {key: tuple(row[key]) for key in ("labels", "nouns")} for name, row in rows.items()}
    return {name: Parameter(name=name, **{**row, **lists[name]}) for name, row in rows.items()}


PARAMETERS = _read(Path(__file__).with_suffix(".yaml"))

SHAPE = ("parameters", "layers", "hidden size", "feed-forward size", "heads", "key-value heads", "head dimension",
         "vocabulary", "context length", "experts", "active experts")  # fmt: skip
PIECES = ("position encoding", "position base", "normalisation", "activation", "attention", "tied embeddings",
          "licence")  # fmt: skip
TRAINING = ("training tokens", "learning rate", "optimizer", "Adam beta1", "Adam beta2", "weight decay",
            "warm-up steps", "gradient clipping", "batch tokens", "precision", "hardware",
            "GPU hours")  # fmt: skip
TUNING = ("LoRA rank", "LoRA alpha", "LoRA dropout", "LoRA targets", "learning rate")
PACKING = ("bits", "group size", "quantisation")
RESULTS = ("MMLU", "GSM8K", "HellaSwag", "HumanEval", "ARC-C")
SHOTS = {"MMLU": 5, "GSM8K": 8, "HellaSwag": 10, "HumanEval": 0, "ARC-C": 25}
