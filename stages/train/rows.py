"""Training rows: examples in a seeded order, packed into rows of one length."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from stages.core.run.errors import UserError
from stages.core.table import Row, read

NO_LOSS = -100
OPEN = 64  # rows that still take an example
MISSES = 16  # examples without room after which the last rows are full enough
Tokens = list[int]


def example_stream(questions: Path, passages: Path, share: float, seed: int) -> Iterator[Row]:
    """Training examples without end, `share` of them questions; hashes and the seed give the order of each kind."""
    kinds = [_ordered(questions, seed), _ordered(passages, seed)]
    if not any(kinds):
        raise UserError("dataset: holds no training examples; give it more documents")
    if not all(kinds):
        share = 1.0 if kinds[0] else 0.0
    asked, told = (cycle(kind) for kind in kinds)
    questions_taken = 0
    taken = 0
    while True:
        taken += 1
        if questions_taken < share * taken:
            questions_taken += 1
            yield next(asked)
        else:
            yield next(told)


def _ordered(table: Path, seed: int) -> list[Row]:
    examples = [example for row in read(table, ["examples"]) for example in row["examples"]]
    examples = [example for example in examples if example["split"] == "train"]
    return sorted(
        examples, key=lambda held: hashlib.sha256(f"{seed} {held['prompt']} {held['answer']}".encode()).digest()
    )


def pack(examples: Iterator[Row], rows: int, length: int, pad: int, *, together: bool) -> list[dict[str, Tokens]]:
    """`rows` rows of `length` tokens: input_ids, labels, position_ids, each a list of numbers.

    An example starts again at position 0, which is how attention knows where it may look. It goes to the first of the
    last rows that has room for it; what stays free is padding. Without `together` each has a row of its own.
    """
    packed: list[dict[str, Tokens]] = []
    misses = 0
    while len(packed) < rows or misses < MISSES:
        example = next(examples)
        tokens = example["tokens"][:length]
        room = length - len(tokens) if together else 0
        row = next((row for row in packed[-OPEN:] if len(row["input_ids"]) <= room), None)
        if row is None and len(packed) == rows:
            misses += 1
            continue
        if row is None:
            row = {"input_ids": [], "labels": [], "position_ids": []}
            packed.append(row)
        row["input_ids"] += tokens
        row["labels"] += [NO_LOSS if at < example["loss_from"] else token for at, token in enumerate(tokens)]
        row["position_ids"] += range(len(tokens))
    return [_padded(row, length, pad) for row in packed]


def loss_tokens(packed: list[dict[str, Tokens]]) -> int:
    """How many tokens carry loss."""
    return sum(label != NO_LOSS for row in packed for label in row["labels"])


def _padded(row: dict[str, Tokens], length: int, pad: int) -> dict[str, Tokens]:
    missing = length - len(row["input_ids"])
    return {
        "input_ids": row["input_ids"] + [pad] * missing,
        "labels": row["labels"] + [NO_LOSS] * missing,
        "position_ids": row["position_ids"] + list(range(missing)),
    }
