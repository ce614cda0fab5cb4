"""extract: what the documents say, each mention, parameter and relation with the words that say it.

    dvc repro extract              # or alone: python -m stages.extract elements=/tmp/elements facts=/tmp/facts

reads   elements/ (one row a document, with its titles, sentences, tables, front matter and configuration classes)
writes  facts/ (one row a document: mentions, parameters, relations; offsets are those in the element's text)

By rules (`extractor: rules`), a row depends on its document and on conf/ alone; a rule that is in doubt finds nothing.
By a language model (`llm`), it depends on the model's answers, too, which are kept and checked (stages/extract/llm).
Names are found by one regular expression over all spellings and not by spaCy's PhraseMatcher, since importing spaCy
imports torch (2.5 s a worker).
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge

from stages.core.knowledge import Knowledge, Names
from stages.core.llm import LanguageModel
from stages.core.run.config import PartOf, config

LIBRARIES = ("transformers", "pyyaml")


@config
class Extractor:
    """How facts are found."""

    method: Literal["rules", "llm", "both"]
    """rules; llm: a language model, whose answers are checked; both: the facts of both, and how far they agree."""
    registry: bool
    """Also know the families of the installed transformers by the names of their configuration classes."""
    sentence_characters: Annotated[int, Ge(40)]
    """Sentences longer than this are not read for relations and parameters."""
    seconds: Annotated[int, Ge(0)]
    """Seconds after which a document is given up: it has no facts then, and is counted; 0: no limit."""
    memory: Annotated[int, Ge(0)]
    """MB that the process which reads a document may hold before the document is given up; 0: no limit."""
    llm: LanguageModel | None
    """The language model; null with rules."""


@config
class Config:
    """What extract may be told."""

    extractor: Extractor
    """How facts are found."""
    knowledge: Annotated[Names, PartOf(Knowledge)]
    """The gazetteer and the parameter names."""
