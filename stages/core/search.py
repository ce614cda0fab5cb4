"""Search over the collection of chunks: words and vectors fused by Weaviate, then put in order by what is found around.

    asked = understood("how is rsLoRA scaled", knowledge.words, rewritten=search.rewrite == "words")
    passages = find(collection, asked, model.question(asked.meaning), search, fusion)

One request gives `candidates` passages with Weaviate's fused score. Two things that a fused score cannot know are added
here, and both only reorder what was found:

- a name in the question (`rsLoRA`, `merge_and_unload`, `Yi-6B`) that stands in the passage letter by letter counts
  `names`, since vectors blur names and keyword search cuts them at hyphens and underscores;
- a document with several good passages comes before one with a single one: the scores of its `passages` best are
  added up, each next one times `decay`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Protocol, TypeVar

from annotated_types import Ge, Le

from stages.core.llm import LanguageModel
from stages.core.question import Asked, names_in, only_identifiers
from stages.core.run.config import config
from stages.core.run.errors import UserError

if TYPE_CHECKING:
    from weaviate.collections import Collection

WORD = re.compile(r"[^\W_]+")
OUTRIGHT = 10  # times the gain, where a question is nothing but names
SEARCHED = ["words"]  # what keyword search looks at: title, headings and text as one, as in the vectors
SHOWN = ["document", "chunk", "title", "kind", "section", "page", "content", "elements"]
WHOLE = ("document", "kind", "task", "model", "licence", "page")  # filtered as a whole
WORDS = ("section",)  # filtered by their words
Kind = Literal["relative", "ranked"]


@config
class CrossEncoder:
    """A model that reads a question and a passage together, in a local folder."""

    path: str
    """The folder (config.json, the tokenizer, *.safetensors), relative to the project's root."""
    sha256: str
    """Digest that pins the folder's content; a search without it says what it is."""


@config
class Search:
    """How passages are found and put in order."""

    rewrite: Literal["none", "words", "model"]
    """words: a question is searched without the words that only ask, and also in the words of documents that
    `knowledge.words` has for it; model: and also in the words of an answer that `rewriter` imagines; none: as put."""
    rewriter: LanguageModel | None
    """The model that writes for rewrite: model; null: none."""
    fusion: Literal["tuned", "relative", "ranked"]
    """How words and vectors are added up: by scores between 0 and 1 (relative) or by places (ranked); tuned: as the
    stage tune found on the user's documents."""
    weight: Annotated[float, Ge(0), Le(1)]
    """Share of the vectors where fusion is not tuned; 0: words alone, 1: vectors alone."""
    candidates: Annotated[int, Ge(1), Le(1000)]
    """Passages that are fetched and put in order."""
    names: Annotated[float, Ge(0), Le(10)]
    """What a passage gains that has all names of the question letter by letter; 0: nothing."""
    headings: Annotated[float, Ge(0), Le(10)]
    """What a passage gains whose title or last heading has just the words of the question; 0: nothing."""
    passages: Annotated[int, Ge(1)]
    """Passages of a document that are added up; 1: the best one alone counts."""
    decay: Annotated[float, Ge(0), Le(1)]
    """What each next passage of a document counts, times the one before."""
    reranker: Literal["none", "late", "cross"]
    """late: the best passages are compared with the question token by token (the embedder's own states); slower;
    cross: a cross-encoder reads each of them together with the question."""
    cross_encoder: CrossEncoder | None
    """The model of reranker: cross; null: none."""
    reranked: Annotated[int, Ge(1), Le(100)]
    """Passages that the reranker looks at."""


@dataclass(frozen=True)
class Fusion:
    """How words and vectors are added up; `weight` is that of the vectors."""

    kind: Kind
    weight: float


@dataclass(frozen=True)
class Passage:
    """A chunk that was found; `score` is comparable within one answer only."""

    id: str
    document: str
    title: str
    kind: str
    section: list[str]
    page: int | None
    text: str
    elements: list[str]
    score: float


class Scored(Protocol):
    """What can be put in order."""

    @property
    def document(self) -> str: ...
    @property
    def score(self) -> float: ...


S = TypeVar("S", bound=Scored)


def fusion_of(search: Search, tuned: Mapping[str, Any]) -> Fusion:
    """The fusion that the config names; `tuned` is what search.json holds."""
    if search.fusion == "tuned":
        return Fusion(tuned["fusion"], tuned["weight"])
    return Fusion(search.fusion, search.weight)


def whole(asked: Asked, search: Search) -> bool:
    """Whether a passage must have all words of the question: those that a single name is cut into."""
    return bool(search.names) and only_identifiers(asked.text) and len(names_in(asked.text)) == 1


def find(
    collection: Collection,
    asked: Asked,
    vector: Sequence[float],
    search: Search,
    fusion: Fusion,
    filters: Mapping[str, Any] | None = None,
) -> list[Passage]:
    """The candidates, best first. Raises UserError for a filter that the collection does not have."""
    from weaviate.classes.query import BM25Operator, HybridFusion, MetadataQuery

    result = collection.query.hybrid(
        asked.words,
        vector=list(vector),
        alpha=fusion.weight,
        fusion_type=HybridFusion.RANKED if fusion.kind == "ranked" else HybridFusion.RELATIVE_SCORE,
        query_properties=SEARCHED,
        bm25_operator=BM25Operator.and_() if whole(asked, search) else None,
        limit=search.candidates,
        filters=where(filters or {}),
        return_properties=SHOWN,
        return_metadata=MetadataQuery(score=True),
    )
    unit = 60 if fusion.kind == "ranked" else 1  # the first place by rank counts 1/60
    found = [_gained(_passage(one, unit), asked.text, search) for one in result.objects]
    return [replace(one, score=score) for one, score in ordered(found, search.passages, search.decay)]


def where(filters: Mapping[str, Any]) -> Any:
    """The filter that Weaviate takes: all must hold; of several values of one, any."""
    from weaviate.classes.query import Filter

    parts = []
    for name, wanted in filters.items():
        values = wanted if isinstance(wanted, list | tuple | set) else [wanted]
        if name in WHOLE:
            parts.append(Filter.by_property(name).contains_any(_typed(name, values)))
        elif name in WORDS:
            parts.append(Filter.any_of([Filter.by_property(name).equal(value) for value in values]))
        else:
            raise UserError(f"filter {name!r}: there are {', '.join((*WHOLE, *WORDS))}")
    return Filter.all_of(parts) if parts else None


def _typed(name: str, values: Any) -> list[Any]:
    try:
        return [int(value) if name == "page" else str(value) for value in values]
    except (TypeError, ValueError):
        raise UserError(f"filter page: {values!r} is no number of a page") from None


def _passage(one: Any, unit: int) -> Passage:
    held = one.properties
    return Passage(
        id=held["chunk"],
        document=held["document"],
        title=held.get("title") or "",
        kind=held.get("kind") or "",
        section=list(held.get("section") or []),
        page=held.get("page"),
        text=held["content"],
        elements=list(held.get("elements") or []),
        score=float(one.metadata.score or 0.0) * unit,
    )


def _gained(one: Passage, question: str, search: Search) -> Passage:
    return replace(one, score=one.score + gain(question, one.text, one.title, one.section, search))


def gain(question: str, text: str, title: str, section: Sequence[str], search: Search) -> float:
    """What a passage gains by the question's names in its words and by the question's likeness to what it is under."""
    looked, gained = _looked_for(question), 0.0
    if search.headings:
        gained += search.headings * max(likeness(looked.words, held) for held in (title, *section[-1:]))
    if search.names and looked.names:
        outright = OUTRIGHT if looked.outright else 1
        gained += outright * search.names * share(looked.names, "\n".join([text, title, *section]))
    return gained


class _LookedFor(NamedTuple):
    """What of a question each passage is compared with."""

    words: frozenset[str]
    names: tuple[str, ...]
    outright: bool


@lru_cache(maxsize=64)
def _looked_for(question: str) -> _LookedFor:
    return _LookedFor(_words(question), tuple(names_in(question)), only_identifiers(question))


def share(names: Sequence[str], text: str) -> float:
    """The share of the names that stand in a text as whole words, in any case."""
    folded = text.casefold()
    return sum(name in folded and bool(_whole_word(name).search(folded)) for name in names) / (len(names) or 1)


@lru_cache(maxsize=1024)
def _whole_word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)")


def likeness(words: frozenset[str], other: str) -> float:
    """Words that a question and a heading share, of all that either has."""
    held = _words(other)
    return len(words & held) / (len(words | held) or 1)


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    """The words of a question or heading; headings come again and again."""
    return frozenset(WORD.findall(text.casefold()))


def ordered(found: Sequence[S], most: int, decay: float) -> list[tuple[S, float]]:
    """Best first, with the score that says so: a document's best passage stands for all its scores, its others for as
    much less as theirs are less."""
    by_document: dict[str, list[float]] = defaultdict(list)
    for one in sorted(found, key=lambda held: -held.score):
        by_document[one.document].append(one.score)
    total = {
        document: sum(score * decay**place for place, score in enumerate(scores[:most]))
        for document, scores in by_document.items()
    }
    best = {document: scores[0] or 1.0 for document, scores in by_document.items()}
    worth = [(one, total[one.document] * one.score / best[one.document]) for one in found]
    return sorted(worth, key=lambda held: (-held[1], -held[0].score))
