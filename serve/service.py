"""The service: one build, opened once; questions in, passages and answers out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import stages.core.run.offline  # noqa: F401  (before any heavy import)
from serve.answer import UNSAID, Cited, extract
from serve.elements import Elements
from serve.links import Links
from stages.core.llm import Answering, answering
from stages.core.retrieve import Retriever
from stages.core.run.config import check
from stages.core.run.errors import UserError
from stages.core.search import Fusion, Passage, Search, fusion_of
from stages.core.service import Service as Settings

MOST = 100  # passages that one question may ask for


@dataclass(frozen=True)
class Found:
    """A passage of an answer: what it says, where it stands, and the page of the site on its document."""

    text: str
    document: str
    title: str
    kind: str
    section: list[str]
    page: int | None
    score: float
    link: str | None
    chunk: str
    elements: list[str]


@dataclass(frozen=True)
class Source:
    """A sentence of an answer and where it comes from: characters `start` to `end` of an element read `quote`."""

    sentence: str
    document: str
    element: str
    start: int
    end: int
    quote: str
    section: list[str]
    page: int | None
    link: str | None


@dataclass(frozen=True)
class Answered:
    """An answer; `said` is False where the corpus does not say. `dropped` sentences of a writer had no ground."""

    question: str
    text: str
    said: bool
    sources: list[Source]
    dropped: int


class Service:
    """Search and answers over one open build."""

    def __init__(self, build: Path, settings: Settings, fusion: Fusion, collection: Any) -> None:
        self.build, self.settings, self.fusion = build, settings, fusion
        self.retriever = Retriever(collection, settings.embedder, settings.search, fusion, settings.knowledge.words)
        self._links = Links(build)
        self._elements, self._writer = Elements(build), cast(Answering | None, None)

    def search(self, question: str, limit: int = 10, filters: Mapping[str, Any] | None = None) -> list[Found]:
        """The passages found for a question, best first. Raises UserError for an empty question or unknown filter."""
        return [self._found(one) for one in self.passages(question, filters)[: _checked(limit)]]

    def passages(self, question: str, filters: Mapping[str, Any] | None = None) -> list[Passage]:
        """All candidates, best first."""
        if not question.strip():
            raise UserError("the question is empty; ask for something")
        return self.retriever.passages(question, filters)

    def answer(self, question: str, filters: Mapping[str, Any] | None = None) -> Answered:
        """The answer to a question, each sentence with its source. Raises UserError as search does."""
        passages, settings = self.passages(question, filters), self.settings.answer
        asked = self.retriever.in_their_words(question)
        if settings.llm:
            from serve.writer import write

            self._writer = self._writer or answering(settings.llm)
            drawn = write(asked, passages, self._elements, self._writer, settings.llm, settings)
        else:
            drawn = extract(asked, passages, self._elements, self.retriever.model, settings)
        text = " ".join(f"{one.text} [{number}]" for number, one in enumerate(drawn.sentences, 1)) or UNSAID
        return Answered(
            question, text, bool(drawn.sentences), [self._source(one) for one in drawn.sentences], drawn.dropped
        )

    def _source(self, one: Cited) -> Source:
        quote, found = one.quote, self._found(one.passage)
        return Source(
            sentence=one.text,
            document=quote.document,
            element=quote.element,
            start=quote.start,
            end=quote.end,
            quote=quote.text,
            section=found.section,
            page=found.page,
            link=found.link,
        )

    def _found(self, one: Passage) -> Found:
        return Found(
            text=one.text,
            document=one.document,
            title=one.title,
            kind=one.kind,
            section=one.section,
            page=one.page,
            score=round(one.score, 4),
            link=self._links.of(one.document),
            chunk=one.id,
            elements=one.elements,
        )


@contextmanager
def open_service(build: Path = Path("build"), search: Search | None = None) -> Iterator[Service]:
    """Open the build: its server, its index (repaired if it lacks something) and the embedder.

    `search` takes the place of the configured one. Raises UserError where the build is not there.
    """
    from stages.core.collection import Sources, open_index

    settings, tuned = read_settings(build)
    if search:
        settings = replace(settings, search=search)
    with open_index(settings.index, Sources.of(build), build / "index.json") as opened:
        yield Service(build, settings, fusion_of(settings.search, tuned), opened.chunks)


def read_settings(build: Path) -> tuple[Settings, dict[str, Any]]:
    """The resolved settings, and what tune found. Raises UserError where one is not there."""
    import yaml
    from pydantic import TypeAdapter

    for name in ("conf/serve.yaml", "index.json", "search.json"):
        if not (build / name).exists():
            raise UserError(f"{build / name}: not there; run `dvc repro score`")
    values = yaml.safe_load((build / "conf/serve.yaml").read_text(encoding="utf-8"))
    tuned = json.loads((build / "search.json").read_text(encoding="utf-8"))
    return check(TypeAdapter(Settings), values), tuned


def _checked(limit: int) -> int:
    if not 1 <= limit <= MOST:
        raise UserError(f"limit {limit}: must be between 1 and {MOST}")
    return limit
