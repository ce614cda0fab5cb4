"""Evaluate: what the adapter changed, on documents that it never saw.

    dvc repro evaluate        or alone: python -m stages.evaluate

reads   build/base/, build/adapter/, build/dataset/questions/, build/dataset/passages/ (their held-out examples)
writes  build/plots/evaluation.csv, one line an example, and its metrics: loss and perplexity per token, of the base
        model and of the tuned one (sweeps optimise `objective`), and the share of questions each answers right
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge

from stages.core.run.config import Threads, config

LIBRARIES = ("torch", "transformers", "peft", "safetensors", "tokenizers")


@config
class Evaluation:
    """What is measured, and on how much."""

    examples: Annotated[int, Ge(1)]
    """Most held-out examples of each kind (value, explanation, passage) that the loss is taken over."""
    length: Annotated[int, Ge(8)]
    """Tokens of an example; longer ones are cut."""
    answers: Annotated[int, Ge(0)]
    """Held-out value questions that both models answer greedily; 0: none."""
    answer_tokens: Annotated[int, Ge(1)]
    """Most tokens of such an answer."""
    metric: Literal["heldout_loss", "heldout_perplexity"]
    """What `litmill sweep` makes small; evaluate reports it as `objective`, too."""


@config
class Config:
    """What evaluate reads of conf/."""

    evaluation: Evaluation
    threads: Threads
    """Threads that split a sum."""
