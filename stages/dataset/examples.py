"""Examples as text: questions from a page of docs/, passages from the chunks of one document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stages.dataset import Dataset

SPLITS = ("train", "heldout")
SAID = ("sentence", "written")  # quoted, or worded by the writer's language model


@dataclass(frozen=True)
class Example:
    """A prompt (empty for a passage), what should follow, its source documents, and the value that makes it right."""

    kind: str
    split: str
    prompt: str
    answer: str
    documents: tuple[str, ...]
    gold: str = ""


def place(document: str) -> float:
    """Where a document lies between 0 and 1, by the hash of its key; below the boundary it is held out."""
    return int.from_bytes(hashlib.sha256(f"split {document}".encode()).digest()[:8], "big") / 2**64


def split_of(document: str, boundary: float) -> str:
    """The split of a source document."""
    return "heldout" if place(document) <= boundary else "train"


def page_examples(page: Mapping[str, Any], settings: Dataset, boundary: float) -> tuple[list[Example], int]:
    """The examples of a page, and how many rows were left out because they cite both splits."""
    rows = list(_row_examples(page, settings, boundary))
    kept = [example for example in rows if example.split]
    explanations = list(_explanations(page, settings, boundary)) if settings.explain else []
    return _fewest([*explanations, *kept], settings.per_page), len(rows) - len(kept)


def passages(document: str, chunks: list[dict[str, Any]], settings: Dataset, boundary: float) -> list[Example]:
    """The chunks of a document that are long enough, as text to continue."""
    split = split_of(document, boundary)
    texts = (chunk["text"] for chunk in chunks if len(chunk["text"]) >= settings.shortest)
    return _fewest([Example("passage", split, "", text, (document,)) for text in texts], settings.per_page)


def _row_examples(page: Mapping[str, Any], settings: Dataset, boundary: float) -> Iterator[Example]:
    header: list[str] = []
    sources = {citation["number"]: citation["document"] for citation in page["citations"]}
    for block in page["blocks"]:
        texts = [cell["text"] for cell in block["cells"]]
        header = texts if block["kind"] == "header" else header
        form = settings.rows.get(header[0]) if header else None
        if form and block["kind"] == "row" and len(block["cells"]) > 1 and block["citations"]:
            documents = _documents(block, sources)
            splits = {split_of(document, boundary) for document in documents}
            name, value = texts[:2]
            words = {"title": page["title"], "name": name, "value": value, "source": documents[0]}
            question, answer = form.question.format_map(words), form.answer.format_map(words)
            yield Example("value", splits.pop() if len(splits) == 1 else "", question, answer, documents, value)


def _explanations(page: Mapping[str, Any], settings: Dataset, boundary: float) -> Iterator[Example]:
    """One explanation for each split, of the sentences that cite its documents alone."""
    sources = {citation["number"]: citation["document"] for citation in page["citations"]}
    cited = [(block["text"], _documents(block, sources)) for block in page["blocks"] if block["kind"] in SAID]
    for split in SPLITS:
        length, sentences = 0, []
        documents: dict[str, None] = {}
        for text, held in cited:
            if held and {split_of(document, boundary) for document in held} == {split}:
                length += len(text) + 1
                if length > settings.longest + 1:
                    break
                sentences.append(text)
                documents |= dict.fromkeys(held)
        answer = " ".join(sentences)
        if len(answer) >= settings.shortest:
            yield Example("explanation", split, settings.explain.format(title=page["title"]), answer, tuple(documents))


def _documents(block: Mapping[str, Any], sources: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sources[number] for number in block["citations"]))


def _fewest(examples: list[Example], most: int) -> list[Example]:
    """At most `most` of the examples, each once: those whose hash is smallest, in their first order."""
    distinct = list(dict.fromkeys(examples))
    chosen = set(sorted(distinct, key=lambda held: hashlib.sha256(repr(held).encode()).digest())[:most])
    return [example for example in distinct if example in chosen]
