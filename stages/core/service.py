"""What serve reads of conf/: compose writes it to build/conf/serve.yaml. No stage depends on that file."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le

from stages.core.embedder import Embedder
from stages.core.knowledge import Knowledge, Wording
from stages.core.llm import LanguageModel
from stages.core.run.config import PartOf, config
from stages.core.search import Search
from stages.core.weaviate import Index


@config
class Answer:
    """How a question is answered from the passages found."""

    passages: Annotated[int, Ge(1), Le(50)]
    """Passages that an answer may quote."""
    sentences: Annotated[int, Ge(1), Le(20)]
    """Sentences of an answer, at most."""
    likeness: Annotated[float, Ge(0), Le(1)]
    """Cosine between the question and a sentence from which on the sentence may answer it."""
    covered: Annotated[float, Ge(0), Le(1)]
    """Share of the question's words that the passage of a sentence must have, by their own name or that of documents;
    names count three times, other words the more, the fewer passages found have them."""
    llm: LanguageModel | None
    """The model that writes; null: the answer is made of sentences of the documents."""


@config
class Service:
    """What the service is told."""

    embedder: Embedder
    """The model that turns questions into vectors."""
    search: Search
    """How passages are found and put in order."""
    knowledge: Annotated[Wording, PartOf(Knowledge)]
    """What else a thing is called."""
    index: Index
    """Where Weaviate runs."""
    answer: Answer
    """How a question is answered."""
