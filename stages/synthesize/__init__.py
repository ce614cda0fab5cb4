"""Synthesize: cited pages from facts; by config a language model words them.

    dvc repro synthesize        or alone: python -m stages.synthesize

reads   knowledge/, facts/, elements/, quarantine/, duplicates.parquet, chunks/ and index.json
writes  docs/: one row a page, with its blocks and their citations

A page is put together from parameters, relations and sentences quoted from elements. Each block names the quotes that
it stands on, and before a page is written every quote is looked up at its place and every number of a block in its
quotes; what fails is left out and counted. What is told of the build itself names the tables it was counted from.

A language model (`writer: endpoint`, `writer: local`) is shown the quotes of one section and nothing else, and each
sentence that it writes is checked against them (stages/synthesize/llm).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from annotated_types import Ge

from stages.core.knowledge import Knowledge
from stages.core.llm import Adapter, LanguageModel
from stages.core.run.config import PartOf, config
from stages.core.words import Language

LIBRARIES = ("networkx", "pyarrow")


@config
class Price:
    """What an endpoint's tokens cost."""

    read: Annotated[float, Ge(0)]
    """For a million tokens that the model is shown, in any currency; 0: nothing."""
    written: Annotated[float, Ge(0)]
    """For a million that it writes."""


@config
class Writer:
    """What is put on a page, and who words it."""

    sentences: Annotated[int, Ge(1)]
    """The best sentences on a subject, from all documents, on its page, at most."""
    sections: Annotated[int, Ge(0)]
    """Sections of the document on a subject that the subject's page goes through, at most."""
    least: Annotated[int, Ge(1)]
    """A component, approach, dataset, metric or library gets a page when it has at least so many cited sentences."""
    shortest: Annotated[int, Ge(1)]
    """Characters of a sentence that is worth quoting, at least."""
    longest: Annotated[int, Ge(1)]
    """Characters of a sentence that is worth quoting, at most."""
    columns: Annotated[int, Ge(1)]
    """Parameters that the comparison of models shows: those that most models state."""
    rows: Annotated[int, Ge(1)]
    """Models in the comparison, at most: those that state most of its parameters."""
    edges: Annotated[int, Ge(0)]
    """Lines in each of the two diagrams of parts (rules; seen together), at most; 0 is no diagram."""
    llm: LanguageModel | None
    """The language model that words the sections; null: sentences are quoted as they are."""
    adapter: Adapter | None
    """With a local model: an adapter of an earlier build that it writes with; null: the model as it is."""
    judge: LanguageModel | None
    """A language model that is asked of each sentence whether its quotes say it; null: words and numbers decide."""
    price: Price
    """What the tokens cost, for the metrics."""


@config
class Wording:
    """How prose calls a parameter, and what its values are."""

    value: str
    """The kind of its values, as `Parameter` has it; of a result: percent."""
    prose: list[str]
    """Words for it, such as `context window`."""


@config
class Terms:
    """The part of `knowledge` that the writer reads."""

    parameters: Mapping[str, Wording]
    """Canonical parameter names."""
    parts: dict[str, str]
    """Names of the parts of models and training runs, by token."""


@config
class Earlier:
    """A build to compare this one with, on the page of changes."""

    path: str
    """A folder outside build/ with docs, elements and knowledge copied from that build; empty: no such page."""
    sha256: str
    """Digest that pins the folder's content; a run without it says what it is."""


@config
class Config:
    """What the stage reads."""

    writer: Writer
    """What is written, and how much of it."""
    language: Language
    """Of headings and of what pages say themselves; what is quoted stays as it is."""
    earlier: Earlier
    """A build to compare with."""
    knowledge: Annotated[Terms, PartOf(Knowledge)]
    """How parameters and parts are called."""
