"""Train: a LoRA adapter for the chosen model, by the Hugging Face Trainer and DeepSpeed.

    dvc repro train        or alone: python -m stages.train
    tiny, in seconds:      profile: tiny in params.yaml

reads   build/base/, build/dataset/questions/, build/dataset/passages/
writes  build/adapter/ (adapter_model.safetensors, adapter_config.json: PEFT loads it) and build/plots/train.csv, the
        loss curve that `dvc plots show` draws

Examples are packed into rows of one length that do not see each other; answers alone carry loss. A run that was killed
goes on from its last checkpoint, in build/.state/train/<digest of config and inputs>, which goes away when it is done.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Lt

from stages.core.run.config import Seed, Threads, config

LIBRARIES = ("torch", "transformers", "peft", "deepspeed", "accelerate", "safetensors")


@config
class Train:
    """The adapter and the run that fits it."""

    rank: Annotated[int, Ge(1)]
    """Rank of the adapter's matrices."""
    alpha: Annotated[float, Gt(0)]
    """The adapter's output is scaled by alpha / rank."""
    dropout: Annotated[float, Ge(0), Lt(1)]
    """Share of the adapter's inputs dropped while training; 0: none."""
    targets: str
    """Modules that get an adapter: all-linear (all but the head), or a regular expression over whole module names."""
    learning_rate: Annotated[float, Gt(0)]
    """Peak learning rate of AdamW."""
    weight_decay: Annotated[float, Ge(0)]
    """AdamW's decoupled weight decay; 0: none."""
    clip: Annotated[float, Ge(0)]
    """Largest gradient norm, beyond which gradients are scaled down; 0: no clipping."""
    steps: Annotated[int, Ge(1)]
    """Optimizer steps."""
    questions: Annotated[float, Ge(0), Le(1)]
    """Share of questions among the examples, the others being passages; where one kind is lacking, the other is all."""
    batch: Annotated[int, Ge(1)]
    """Rows in one forward pass, per process."""
    accumulation: Annotated[int, Ge(1)]
    """Forward passes in one optimizer step."""
    length: Annotated[int, Ge(8)]
    """Tokens in a row; longer examples are cut."""
    warmup: Annotated[float, Ge(0), Le(1)]
    """Share of the steps in which the learning rate rises from 0 to its peak."""
    schedule: Literal["constant_with_warmup", "linear", "cosine"]
    """How the learning rate goes on after the warm-up."""
    checkpoint_every: Annotated[int, Ge(1)]
    """Steps between two checkpoints that a killed run goes on from."""


@config
class Config:
    """What train reads of conf/."""

    train: Train
    deepspeed: dict[str, Any]
    """DeepSpeed's own configuration; "auto" takes the value from `train`."""
    seed: Seed
    """Seed of the adapter, the order of the examples and the dropout."""
    threads: Threads
    """Threads that split a sum."""
