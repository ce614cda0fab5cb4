"""The fusion that is nowhere worse (by 0.005) than words or vectors alone, by nDCG at 10 on made questions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from stages.core.context import in_context
from stages.core.embedder import Model
from stages.core.question import Asked, understood
from stages.core.search import Fusion, Kind, Search, gain, ordered, whole
from stages.tune import Tuning
from stages.tune.tasks import OF_DOCUMENTS, TASKS, Question, Row, questions
from stages.tune.words import Words

if TYPE_CHECKING:
    import numpy as np

FIRST = 10
WEIGHTS = [tenth / 10 for tenth in range(1, 10)]
RANK_OFFSET = 60  # of Weaviate's fusion by places
DIGITS = 4
ALONE = {"words": 0.0, "vectors": 1.0}  # weight of the vectors
IDENTIFIERS = "identifiers"
BEARABLE = 0.005  # nDCG that a task may lose against the better of words and vectors


Lists = tuple[Mapping[int, float], Mapping[int, float]]


@dataclass(frozen=True)
class Hit:
    """A passage with its score."""

    number: int
    document: str
    score: float


class Corpus:
    """Passages that are searched in memory as Weaviate would, but exactly."""

    def __init__(self, rows: Sequence[Row], vectors: np.ndarray, search: Search) -> None:
        self.rows, self._vectors, self.search = rows, vectors, search
        self._words = Words([in_context(row["title"], row["section"], row["text"]) for row in rows])
        self._gains: dict[tuple[int, str], float] = {}

    def lists(self, asked: Asked, vector: Sequence[float]) -> Lists:
        """The best by words and the best by vectors, each with its score."""
        import numpy as np

        by_words = self._words.score(asked.words, every=whole(asked, self.search))
        near = self._vectors @ np.asarray(vector, dtype=np.float32)
        return self._best(by_words, positive=True), self._best(near, positive=False)

    def _best(self, scores: np.ndarray, *, positive: bool) -> dict[int, float]:
        import numpy as np

        first = np.argsort(-scores, kind="stable")[: self.search.candidates]
        return {int(one): float(scores[one]) for one in first if scores[one] > 0 or not positive}

    def hits(self, text: str, lists: Lists, fusion: Fusion, *, bare: bool = False) -> list[int]:
        """What a search gives, best first; `bare`: as the fused scores say, and nothing put in order after them."""
        scores = fused(lists, fusion)
        first = sorted(scores, key=lambda one: (-scores[one], one))[: self.search.candidates]
        if bare:
            return first
        found = [Hit(one, self.rows[one]["document"], scores[one] + self._gain(one, text)) for one in first]
        return [hit.number for hit, _ in ordered(found, self.search.passages, self.search.decay)]

    def gain(self, asked: Question, hits: Sequence[int], task: str) -> float:
        """nDCG of hits; where a task asks for a document, each document counts once, at its first passage."""
        if task not in OF_DOCUMENTS:
            return ndcg(hits, asked.answers)
        first: dict[str, int] = {}
        for hit in hits:
            first.setdefault(self.rows[hit]["document"], hit)
        found = list(first.values())
        return ndcg(found, asked.answers & frozenset(found) or frozenset({-1}))

    def _gain(self, number: int, text: str) -> float:
        if (number, text) not in self._gains:
            row = self.rows[number]
            self._gains[number, text] = gain(text, row["text"], row["title"] or "", row["section"], self.search)
        return self._gains[number, text]


def fused(lists: Lists, fusion: Fusion) -> dict[int, float]:
    """Weaviate's two ways to add up the scores of words and vectors."""
    total: dict[int, float] = {}
    for held, weight in zip(lists, (1 - fusion.weight, fusion.weight), strict=True):
        if not weight or not held:
            continue
        low, high = min(held.values()), max(held.values())
        for place, (one, score) in enumerate(held.items()):
            if fusion.kind == "ranked":
                part = RANK_OFFSET / (RANK_OFFSET + place)
            else:
                part = (score - low) / (high - low) if high > low else 1.0
            total[one] = total.get(one, 0.0) + weight * part
    return total


def ndcg(found: Sequence[int], wanted: frozenset[int]) -> float:
    """Normalised discounted cumulative gain of the first ten."""
    gain = sum(1 / math.log2(place + 2) for place, one in enumerate(found[:FIRST]) if one in wanted)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(FIRST, len(wanted))))


def tune(corpus: Corpus, model: Model, tuning: Tuning, words: Mapping[str, list[str]]) -> dict[str, Any]:
    """What search.json holds."""
    asked = {name: questions(task, corpus.rows, tuning.questions) for name, task in TASKS.items()}
    rewritten = corpus.search.rewrite != "none"  # what a model would add is not learned from: it takes seconds each

    def lists_of(one: Question) -> Lists:
        put = understood(one.text, words, rewritten=rewritten)
        return corpus.lists(put, model.question(put.meaning))

    lists = {name: [lists_of(one) for one in held] for name, held in asked.items()}
    bare = {way: Fusion("relative", weight) for way, weight in ALONE.items()}
    alone = {way: _scores(corpus, asked, lists, fusion, bare=True) for way, fusion in bare.items()}
    both = {fusion: _scores(corpus, asked, lists, fusion) for fusion in _fusions()}
    best = {name: max(alone[way][name] for way in alone) for name in asked}
    chosen = choose(both, best)
    tasks = {
        name: {"questions": len(held), "hybrid": both[chosen][name], **{way: alone[way][name] for way in alone}}
        for name, held in asked.items()
    }
    if asked[IDENTIFIERS]:
        pairs = zip(asked[IDENTIFIERS], lists[IDENTIFIERS], strict=True)
        right = sum(bool(set(corpus.hits(one.text, two, chosen)[:1]) & one.answers) for one, two in pairs)
        tasks[IDENTIFIERS]["first"] = round(right / len(asked[IDENTIFIERS]), DIGITS)
    return {"fusion": chosen.kind, "weight": chosen.weight, "tasks": tasks}


def _fusions() -> Iterator[Fusion]:
    for kind in get_args(Kind):
        yield from (Fusion(kind, weight) for weight in WEIGHTS)


def choose(both: Mapping[Fusion, Mapping[str, float]], best: Mapping[str, float]) -> Fusion:
    """The fusion of most worth, with as much weight on vectors as costs nearly nothing.

    Made questions are in the documents' own words, so they make more of words than those of people do.
    """
    first = max(both, key=lambda fusion: _worth(both[fusion], best))
    bearable = min(_worth(both[first], best)[0], -BEARABLE)
    more = [one for one in both if one.kind == first.kind and one.weight >= first.weight]
    return max((one for one in more if _worth(both[one], best)[0] >= bearable), key=lambda one: one.weight)


def _worth(scores: Mapping[str, float], best: Mapping[str, float]) -> tuple[float, float]:
    """First the worst loss against the better of words and vectors, as far as it is one; then the mean."""
    losses = [min(0.0, scores[name] - best[name]) for name in scores]
    return round(min(losses, default=0.0), 3), sum(scores.values())


def _scores(
    corpus: Corpus,
    asked: Mapping[str, list[Question]],
    lists: Mapping[str, list[Lists]],
    fusion: Fusion,
    *,
    bare: bool = False,
) -> dict[str, float]:
    found = {}
    for name, held in asked.items():
        pairs = zip(held, lists[name], strict=True)
        each = [corpus.gain(one, corpus.hits(one.text, two, fusion, bare=bare), name) for one, two in pairs]
        found[name] = round(sum(each) / (len(each) or 1), DIGITS)
    return found
