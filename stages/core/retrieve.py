"""From a question to passages: put in the words of documents, found, and put in order, as the config says.

    retriever = Retriever(opened.chunks, config.embedder, config.search, fusion, config.knowledge.words)
    passages = retriever.passages("how is rsLoRA scaled", {"kind": "pdf"})

The service and the stage score search by it, so that what is scored is what people get.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from stages.core.embedder import Embedder, Model, load
from stages.core.question import Asked, Words, understood
from stages.core.rerank import Judge, judge, rerank
from stages.core.rewrite import Rewriter, rewriter
from stages.core.run.errors import UserError
from stages.core.search import Fusion, Passage, Search, find


class Retriever:
    """Search over one open collection; each model that the config wants is loaded once, when it is first needed."""

    def __init__(self, collection: Any, embedder: Embedder, search: Search, fusion: Fusion, words: Words) -> None:
        self.collection, self.search, self.fusion = collection, search, fusion
        self._words = words
        self.model: Model = load(embedder.package, embedder.precision)

    def in_their_words(self, question: str) -> Asked:
        """The question in the words of documents, without those of a model."""
        return understood(question, self._words, rewritten=self.search.rewrite != "none")

    def understood(self, question: str) -> Asked:
        """What is searched for."""
        asked = self.in_their_words(question)
        return self._rewriter(asked) if self._rewriter else asked

    def passages(self, question: str, filters: Mapping[str, Any] | None = None) -> list[Passage]:
        """All candidates, best first. Raises UserError for an unknown filter or a model that cannot be had."""
        asked = self.understood(question)
        vector = self.model.question(asked.meaning)
        found = find(self.collection, asked, vector, self.search, self.fusion, filters)
        return rerank(found, question, self._judge, self.search.reranked) if self._judge else found

    @cached_property
    def _judge(self) -> Judge | None:
        return judge(self.search, self.model)

    @cached_property
    def _rewriter(self) -> Rewriter | None:
        if self.search.rewrite != "model":
            return None
        if not self.search.rewriter:
            raise UserError("search.rewriter: is not set; name the model that writes, as search: rewritten does")
        return rewriter(self.search.rewriter)
