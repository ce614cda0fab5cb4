"""The passages of a build, found by cosine in the vectors that embed made: what the baseline searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stages.core.embedder import load
from stages.core.quotes import Quote
from stages.core.sentences import sentences
from stages.core.table import read
from stages.synthesize.sources import PROSE, Sources


@dataclass(frozen=True)
class Passage:
    """A chunk, its place in the library, and the elements that it is cut from."""

    number: int
    document: str
    section: tuple[str, ...]
    text: str
    elements: tuple[str, ...]


class Library:
    """All passages of a build; near-duplicates that the build folds into others are not among them."""

    def __init__(self, chunks: Path, sources: Sources, embedder: Mapping[str, Any]) -> None:
        self._model, self._texts = load(embedder["package"], embedder["precision"]), sources
        self._vectors: dict[str, Any] = {}
        self.passages: list[Passage] = []
        rows = list[list[float]]()
        for row in read(chunks):
            for chunk in row["chunks"] if row["document"] in sources.documents else ():
                section = tuple(chunk["section"] or ())
                held = (row["document"], section, chunk["text"], tuple(chunk["elements"]))
                self.passages.append(Passage(len(rows), *held))
                rows.append(chunk["vector"])
        self._matrix = np.asarray(rows, dtype=np.float32)

    def vector(self, text: str) -> Any:
        """The vector of a question or a sentence, of length 1."""
        if text not in self._vectors:
            self._vectors[text] = np.asarray(self._model.question(text), dtype=np.float32)
        return self._vectors[text]

    def find(self, question: str, most: int, among: Sequence[Passage] = ()) -> list[Passage]:
        """The passages nearest to a question, of all or of those named."""
        held = list(dict.fromkeys(among)) or self.passages
        near = self._matrix[[one.number for one in held]] @ self.vector(question)
        return [held[place] for place in np.argsort(-near, kind="stable")[:most]]

    def whole(self, passage: Passage) -> tuple[Quote, ...]:
        """The elements of a passage as they are."""
        texts = ((key, self._texts.texts[passage.document, key]) for key in passage.elements)
        return tuple(Quote(passage.document, key, 0, len(text), text) for key, text in texts)

    def sentences(self, passage: Passage) -> list[Quote]:
        """The sentences of prose in a passage's elements."""
        found = []
        for key in passage.elements:
            element = self._texts.elements[passage.document, key]
            if element["type"] in PROSE:
                text = element["text"]
                found += [Quote(passage.document, key, *span, text[slice(*span)]) for span in sentences(text)]
        return found
