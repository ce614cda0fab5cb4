"""organize: from facts of single documents to what the corpus as a whole knows.

    dvc repro organize             # or alone: python -m stages.organize knowledge=/tmp/knowledge

reads   facts/ (mentions, parameters, relations by document), chunks/ (their vectors)
writes  knowledge/: entities.json, parameters.json, relations.json, clusters.json, components.json, compatibility.json

Spellings become one entity, equal values one parameter with all its sources; values that differ are both kept.
Documents are grouped by task: by the words of their titles, and by their vectors where the titles are silent. Each
JSON file is sorted, so the same facts give the same bytes.
"""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le

from stages.core.knowledge import Knowledge
from stages.core.run.config import Seed, Threads, config

LIBRARIES = ("scikit-learn", "networkx", "numpy")


@config
class Organizer:
    """How documents are grouped and pairs of parts counted."""

    least_similarity: Annotated[float, Ge(-1), Le(1)]
    """Cosine to a task's mean vector from which a document whose title is silent joins the task; 1 is off."""
    cluster_documents: Annotated[int, Ge(1)]
    """Documents in an average cluster of those that no task takes."""
    models_for_pair: Annotated[int, Ge(1)]
    """Models that must combine two parts before the compatibility graph shows the pair."""


@config
class Config:
    """What organize may be told."""

    organizer: Organizer
    """How documents are grouped and pairs of parts counted."""
    knowledge: Knowledge
    """Tasks, entities, parts and rules."""
    seed: Seed
    """Start of the clustering."""
    threads: Threads
    """Threads that split a sum."""
