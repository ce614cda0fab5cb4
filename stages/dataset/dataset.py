"""The stage function: pages and chunks to examples, one page or document at a time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from stages.core.folded import folded
from stages.core.run import reads, writes
from stages.core.run.code import stage_digest
from stages.core.run.errors import UserError
from stages.core.table import Output, Row, read, update
from stages.dataset import Config, Dataset
from stages.dataset.examples import page_examples, passages, place, split_of
from stages.dataset.tokens import encoder

EXAMPLE = pa.struct(
    [
        ("kind", pa.string()),
        ("split", pa.string()),
        ("prompt", pa.string()),
        ("answer", pa.string()),
        ("gold", pa.string()),
        ("documents", pa.list_(pa.string())),
        ("tokens", pa.list_(pa.int32())),
        ("loss_from", pa.int32()),
    ]
)
ROW_WORDS = ("title", "name", "value", "source")
SCHEMA = pa.schema([("examples", pa.list_(EXAMPLE)), ("mixed", pa.int32())])


@dataclass(frozen=True)
class Compute:
    """What a worker needs to know to make the examples of a row of docs/ or chunks/."""

    settings: Dataset
    boundary: float
    base: str

    def __call__(self, row: Row) -> dict[str, Row | None]:
        if "chunks" in row:
            examples, mixed = passages(row["document"], row["chunks"], self.settings, self.boundary), 0
        else:
            examples, mixed = page_examples(row, self.settings, self.boundary)
        encode = encoder(self.base)
        return {"examples": {"examples": [encode.row(example) for example in examples], "mixed": mixed}}


def stage(
    config: Config,
    *,
    docs: Path = reads("docs"),
    chunks: Path = reads("chunks"),
    duplicates: Path = reads("duplicates.parquet"),
    base: Path = reads("base"),
    questions: Path = writes("dataset/questions", persist=True),
    passages: Path = writes("dataset/passages", persist=True),
) -> dict[str, Any]:
    """Write both tables and return their counts by split and kind."""
    check_forms(config.dataset)
    left_out = folded(duplicates)
    compute = Compute(config.dataset, boundary(chunks, left_out, config.dataset.holdout), str(base))
    digest = _digest(compute, base)
    for source, table, what, but in ((docs, questions, "questions", {}), (chunks, passages, "passages", left_out)):
        outputs = {"examples": Output(table, SCHEMA)}
        update(source, outputs, compute, stage_digest=digest, what=what, leave_out=but)
    counts, mixed = _counts(questions, passages, compute.boundary)
    if not any(number for name, number in counts.items() if name.startswith("train_")):
        raise UserError("dataset: nothing to train on is left; give it more documents, or lower dataset.holdout")
    return {"examples": sum(counts.values()), "mixed": mixed, **counts}


def boundary(chunks: Path, left_out: Container[str], holdout: float) -> float:
    """The place up to which documents are held out: `holdout`, or the first document where none lies below it."""
    places = sorted(place(row["document"]) for row in read(chunks, ["document"]) if row["document"] not in left_out)
    if len(places) < 2:
        raise UserError(f"dataset: {len(places)} documents cannot be split in two; give it at least 2")
    return max(holdout, places[0])


def check_forms(settings: Dataset) -> None:
    """Refuse a question or answer with a placeholder that there is nothing for."""
    forms: dict[str, tuple[str, tuple[str, ...]]] = {"explain": (settings.explain, ("title",))}
    for name, form in settings.rows.items():
        forms[f"rows.{name}.question"] = (form.question, ROW_WORDS)
        forms[f"rows.{name}.answer"] = (form.answer, ROW_WORDS)
    for key, (text, words) in forms.items():
        try:
            text.format_map(dict.fromkeys(words, ""))
        except (KeyError, IndexError, ValueError) as error:
            known = ", ".join(f"{{{word}}}" for word in words)
            raise UserError(f"dataset.{key}: {text!r}: cannot be filled in ({error}); it may hold {known}") from None


def _digest(compute: Compute, base: Path) -> str:
    """What the rows stand on beside their input: config, code, the boundary, the tokenizer."""
    digest = hashlib.sha256(f"{stage_digest('dataset')} {compute.boundary!r}".encode())
    for name in ("tokenizer.json", "prompt.json"):
        digest.update((base / name).read_bytes())
    return digest.hexdigest()


def _counts(questions: Path, passages: Path, limit: float) -> tuple[dict[str, int], int]:
    counts: Counter[str] = Counter()
    mixed = 0
    for row in _rows(questions, passages):
        mixed += row["mixed"]
        for example in row["examples"]:
            assert {split_of(document, limit) for document in example["documents"]} == {example["split"]}
            assert example["loss_from"] < len(example["tokens"]), f"{row['document']}: an example without loss"
            counts[f"{example['split']}_{example['kind']}"] += 1
    return dict(sorted(counts.items())), mixed


def _rows(*tables: Path) -> Iterator[Row]:
    for table in tables:
        yield from read(table)
