"""organize: from facts of single documents to what the corpus as a whole knows.

    dvc repro organize             # or alone: python -m stages.organize knowledge=/tmp/knowledge

reads   facts/ (mentions, parameters, relations by document), chunks/ (text and vectors)
writes  knowledge/: entities.json, parameters.json, relations.json, clusters.json, components.json, compatibility.json,
        lineage.json, renames.json; outlines/, one row a document with what grouping needs of it (kept: only new
        documents are read)

Spellings become one entity, equal values one parameter with all its sources; values that differ are both kept.
Documents are grouped by task and, within a task, by what they are most about. Each JSON file is sorted, a row a line,
so the same facts give the same bytes. docs/organize.md says how it works and what was measured.
"""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le

from stages.core.knowledge import Knowledge, Known
from stages.core.run.config import PartOf, Threads, config

LIBRARIES = ("scikit-learn", "numpy", "orjson")


@config
class Organizer:
    """How documents are grouped and pairs of parts counted."""

    least_evidence: Annotated[float, Ge(0)]
    """Evidence from which a document is on a task: one keyword or known name in its title is 5, in a heading 1.2."""
    least_similarity: Annotated[float, Ge(-1), Le(1)]
    """Cosine to a task's mean vector from which a document with less evidence joins the task; 1 is off."""
    likeness: Annotated[float, Ge(-1), Le(1)]
    """Cosine of vectors and terms together from which documents on no one entity are grouped within their task."""
    cluster_documents: Annotated[int, Ge(2)]
    """Documents that a finer cluster within a task has, at least."""
    models_for_pair: Annotated[int, Ge(1)]
    """Models that must combine two parts before the compatibility graph shows the pair."""


@config
class Config:
    """What organize may be told."""

    organizer: Organizer
    """How documents are grouped and pairs of parts counted."""
    knowledge: Annotated[Known, PartOf(Knowledge)]
    """Tasks, entities, parts and rules."""
    threads: Threads
    """Threads that split a sum."""
