"""Dataset: training and held-out examples from the pages and the chunks, tokenised for the chosen model.

    dvc repro dataset        or alone: python -m stages.dataset

reads   build/docs/ (questions and their cited answers), build/chunks/ (passages), build/base/ (the tokenizer alone),
        build/duplicates.parquet (documents folded into others: they give no passage)
writes  build/dataset/questions/ and build/dataset/passages/ (kept between runs: only what changed is computed): one
        row a page or document, with its examples; an example is tokens and the number of the first that carries loss

A source document is in one split, by the hash of its key, and so is everything that cites it: what is held out was
never trained on, and adding documents moves none. A table row that cites both sides is left out and counted.
"""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Gt, Lt

from stages.core.run.config import config

LIBRARIES = ("tokenizers", "pyarrow")


@config
class Question:
    """How the rows of one kind of table become questions."""

    question: str
    """Text with {title} (the page's), {name} (first cell of the row) and {value} (second cell)."""
    answer: str
    """The same, and {source}: the document that the row cites first."""


@config
class Dataset:
    """How examples are made."""

    holdout: Annotated[float, Gt(0), Lt(1)]
    """Share of the source documents that is never trained on; at least one document is."""
    per_page: Annotated[int, Ge(1)]
    """Most question examples of one page, and most passages of one document: the ones whose hash is smallest."""
    shortest: Annotated[int, Ge(1)]
    """Characters below which a passage or an explanation is left out."""
    longest: Annotated[int, Ge(1)]
    """Characters at which an explanation stops, after a whole sentence."""
    explain: str
    """Question that a page's sentences answer, with {title}; empty: no such examples."""
    rows: dict[str, Question]
    """Questions that table rows answer, by the first cell of the table's header; other tables give none."""


@config
class Config:
    """What dataset reads of conf/."""

    dataset: Dataset
