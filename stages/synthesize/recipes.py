"""What the files of a family may say: the lines of a training loop and of a data pipeline, in their order."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """A line of a file: what it stands for and how it reads, with {} for the value."""

    of: str
    """A parameter, or a predicate between a model and what it is trained on or uses."""
    says: str
    called: str = ""
    """What the line is called where nothing states it; empty: as `of`."""


TRAINING = (
    Step("precision", "Weights are kept in {}."),
    Step("training steps", "{} steps are taken."),
    Step("batch tokens", "A step reads {}."),
    Step("batch size", "A batch holds {}."),
    Step("training sequence length", "A sequence is {} long."),
    Step("gradient clipping", "The gradient is clipped at {}."),
    Step("optimizer", "The optimizer is {}."),
    Step("learning rate", "The peak of the learning rate is {}."),
    Step("warm-up steps", "It is warmed up: {}."),
    Step("learning rate schedule", "Then it follows the schedule {}."),
    Step("weight decay", "Weight decay is {}."),
)
DATA = (
    Step("trained on", "Data: {}.", "data"),
    Step("training tokens", "All data together: {}."),
    Step("vocabulary", "Text is cut with a vocabulary of {}."),
    Step("training sequence length", "Sequences are {} long."),
    Step("batch tokens", "A step takes {}."),
)
WANTED = (
    "activation", "attention dropout", "context length", "experts", "active experts", "feed-forward size",
    "head dimension", "heads", "hidden size", "initializer range", "key-value heads", "layers", "norm epsilon",
    "position base", "sliding window", "tied embeddings", "vocabulary",
)  # fmt: skip
"""Parameters of a model.yaml that it says are not stated, where they are not."""
