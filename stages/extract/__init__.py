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

import dataclasses
from typing import Annotated, Any, Literal

from annotated_types import Ge

from stages.core.knowledge import Knowledge, Names
from stages.core.run.config import PartOf, config
from stages.core.source import Model

LIBRARIES = ("transformers", "pyyaml")


@config
class LanguageModel:
    """A language model that reads documents, and how it is asked."""

    url: str
    """Base URL of an OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1; empty with `local`."""
    model: str
    """The model's name there."""
    key: str
    """Name of the environment variable that holds the endpoint's key; empty: no key is sent."""
    local: Model | None
    """A model that is loaded here instead, as one of conf/model/ states it; null: the endpoint is asked."""
    timeout: Annotated[int, Ge(1)]
    """Seconds that the endpoint may take for an answer."""
    retries: Annotated[int, Ge(0)]
    """How often it is asked again where it fails, or where the answer does not fit the schema."""
    concurrency: Annotated[int, Ge(1)]
    """Requests at a time for one document; as many documents are read at a time as there are workers."""
    elements: Annotated[int, Ge(0)]
    """Most elements of a document that are read, from its beginning; 0: all that may state a fact."""
    characters: Annotated[int, Ge(40)]
    """Characters of an element that the model is shown."""
    answer_tokens: Annotated[int, Ge(16)]
    """Most tokens of an answer; one that is cut there does not count."""

    def identity(self) -> dict[str, Any]:
        """What an answer depends on beside the question: the model, and where it must stop; not how it is reached."""
        local = dataclasses.asdict(self.local) if self.local else None
        return {"model": self.model, "local": local, "answer_tokens": self.answer_tokens}


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
