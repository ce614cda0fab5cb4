"""Scores of retrieval: at which rank a document that holds the answer comes, by words, by vectors and by both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stages.core.collection import Sources, open_index
from stages.core.retrieve import Retriever
from stages.core.search import SEARCHED, fusion_of
from stages.score import Config
from stages.score.misses import Miss, Scores
from stages.score.rows import read_rows

FIRST = 5  # recall is that of so many documents
LOOKED_AT = 100  # chunks that a search gives, from which documents are read off
WAYS = ("bm25", "vectors", "hybrid")
LISTED = "hybrid"  # the way whose misses are listed
DIGITS = 4


@dataclass(frozen=True)
class Question:
    """A question and the documents that answer it."""

    text: str
    answer: str
    documents: frozenset[str]
    evidence: str


@dataclass(frozen=True)
class Built:
    """What of the build is searched."""

    index: Path
    search: Path


def score_questions(
    files: list[Path], there: set[str], sources: Sources, built: Built, config: Config
) -> list[tuple[str, Scores]]:
    """Recall and mean reciprocal rank by document, for each file; without a question, no server is started."""
    asked = {path.stem: read_questions(path, there, sources.left_out) for path in files}
    if not any(asked.values()):
        return []
    fusion = fusion_of(config.search, json.loads(built.search.read_text(encoding="utf-8")))
    with open_index(config.index, sources, built.index) as opened:
        retriever = Retriever(opened.chunks, config.embedder, config.search, fusion, config.knowledge.words)
        return [(name, _score(name, held, retriever)) for name, held in asked.items()]


def read_questions(path: Path, there: set[str], folded: Mapping[str, str]) -> list[Question]:
    """The questions that some document of the build answers; a near-duplicate stands for the one that is kept."""
    questions = []
    for row in read_rows(path, "question", "answer", "documents"):
        documents = {folded.get(held, held) for held in row["documents"].split("|") if held in there}
        evidence = next((text or "" for name, text in row.items() if name.startswith("evidence")), "")
        if documents:
            questions.append(Question(row["question"], row["answer"], frozenset(documents), evidence))
    return questions


def rank(found: Iterable[str], wanted: frozenset[str]) -> int:
    """The place, from 1, of the first wanted document among the different ones found; 0: not found."""
    for place, document in enumerate(dict.fromkeys(found), start=1):
        if document in wanted:
            return place
    return 0


def figures(ranks: list[int]) -> dict[str, float]:
    """Recall among the first five, and mean reciprocal rank."""
    count = len(ranks) or 1
    recall = sum(0 < held <= FIRST for held in ranks) / count
    return {
        f"recall_{FIRST}": round(recall, DIGITS),
        "mrr": round(sum(1 / held for held in ranks if held) / count, DIGITS),
    }


def _score(name: str, questions: list[Question], retriever: Retriever) -> Scores:
    ranks = {way: [rank(_search(way, held.text, retriever), held.documents) for held in questions] for way in WAYS}
    misses = [
        Miss(
            name,
            f"not in the first {FIRST}",
            held.text,
            "",
            held.answer,
            "|".join(sorted(held.documents)),
            held.evidence,
        )
        for held, place in zip(questions, ranks[LISTED], strict=True)
        if not 0 < place <= FIRST
    ]
    return Scores({"questions": len(questions), **{way: figures(held) for way, held in ranks.items()}}, misses)


def _search(way: str, text: str, retriever: Retriever) -> list[str]:
    """The documents of the chunks that a search gives, the best first; hybrid is the search that people get."""
    if way == "hybrid":
        return [one.document for one in retriever.passages(text)]
    asked, query = retriever.understood(text), retriever.collection.query
    wanted: dict[str, Any] = {"limit": LOOKED_AT, "return_properties": ["document"]}
    if way == "bm25":
        result = query.bm25(asked.words, query_properties=SEARCHED, **wanted)
    else:
        result = query.near_vector(retriever.model.question(asked.meaning), **wanted)
    return [str(one.properties["document"]) for one in result.objects]
