"""How well passages are found, against the default pipelines of LangChain, LlamaIndex and Haystack, in one run.

    .venv-frameworks/bin/python -m benchmarks.peers_search --build ../outside/build --gold ../shared/corpus/gold \
        [--documents 900] [--kept vectors.db] [--peers haystack]

Each peer is given the same text of each document (its elements, as they were parsed) and the same embedder, and does
the rest as it does unless told otherwise: its splitter, its store in memory and its retriever. LangChain: 4,000
characters, 200 of them again in the next piece; LlamaIndex: 1,024 tokens, 200 again; Haystack: 200 words, and its
retriever by words beside the one by vectors. Recall at 5 and mean reciprocal rank by document, on each table of
questions. With `--documents` all of them, litmill too, have only so many: those that gold names, and others by the hash
of their key. Most of the time goes into embedding: with a file of `--kept` vectors a run that was cut goes on where it
was, and one run with all peers can follow on runs with one each. The last line is JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shelve
from collections.abc import Callable, Iterable, MutableMapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.search import LOOKED_AT, read
from serve import open_service
from stages.core.embedder import load
from stages.core.folded import folded
from stages.core.table import read as rows_of
from stages.score.retrieval import figures, rank

Search = Callable[[str], list[str]]
Embed = Callable[[list[str]], list[list[float]]]
AT_ONCE = 100  # pieces that a worker embeds at a time


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers_search")
    parser.add_argument("--build", type=Path, default=Path("build"), help="a build of the corpus that gold is of")
    parser.add_argument("--gold", type=Path, default=Path("gold"), help="a folder with questions*.csv")
    parser.add_argument("--peers", nargs="+", default=[*PEERS], choices=[*PEERS], help="all without it")
    parser.add_argument("--documents", type=int, help="so many, those of gold among them; all without it")
    parser.add_argument("--kept", type=Path, help="a file of vectors by text, read and added to")
    options = parser.parse_args()
    left_out = folded(options.build / "duplicates.parquet")
    tables = {path.stem: read(path, left_out) for path in sorted(options.gold.glob("questions*.csv"))}
    texts = {
        row["document"]: text(row) for row in rows_of(options.build / "elements") if row["document"] not in left_out
    }
    if options.documents:
        texts = {key: texts[key] for key in first(texts, tables, options.documents)}
    only = {"document": list(texts)} if options.documents else None
    results: dict[str, Any] = {"documents": len(texts)}
    with open_service(options.build) as service:
        embedder = service.settings.embedder
        results["litmill"] = scores(lambda asked: [one.document for one in service.passages(asked, only)], tables)
        print("litmill", json.dumps(results["litmill"]), flush=True)
    with (
        ProcessPoolExecutor(os.cpu_count()) as pool,
        shelve.open(options.kept) if options.kept else nullcontext(dict[str, list[float]]()) as kept,
    ):
        embed = partial(embedded, pool, kept, embedder.package, embedder.precision)
        for name in options.peers:
            for way, search in PEERS[name](texts, embed).items():
                results[f"{name}{way}"] = scores(search, tables)
                print(f"{name}{way}", json.dumps(results[f"{name}{way}"]), flush=True)
    print(json.dumps(results))


def first(keys: Iterable[str], tables: dict[str, Any], most: int) -> list[str]:
    """The documents that gold names, then others in an order of no meaning, up to `most`."""
    gold = {key for rows in tables.values() for _, wanted in rows for key in wanted}
    mixed = sorted(keys, key=lambda key: (key not in gold, hashlib.sha256(key.encode()).hexdigest()))
    return mixed[: max(most, len(gold & set(mixed)))]


def scores(search: Search, tables: dict[str, Any]) -> dict[str, Any]:
    return {name: figures([rank(search(asked), wanted) for asked, wanted in rows]) for name, rows in tables.items()}


def text(row: dict[str, Any]) -> str:
    """A document as one text, headings and all."""
    return "\n\n".join(element["text"] for element in row["elements"])


def embedded(
    pool: ProcessPoolExecutor, kept: MutableMapping[str, list[float]], package: str, precision: str, texts: list[str]
) -> list[list[float]]:
    """Vectors of as much of each text as the model reads."""
    keys = [hashlib.sha256(f"{package} {precision} {text}".encode()).hexdigest() for text in texts]
    new = [pair for pair in dict(zip(keys, texts, strict=True)).items() if pair[0] not in kept]
    parts = [new[start : start + AT_ONCE] for start in range(0, len(new), AT_ONCE)]
    for made in pool.map(partial(_vectors, package, precision), parts):
        kept.update(made)
    return [kept[key] for key in keys]


def _vectors(package: str, precision: str, texts: list[tuple[str, str]]) -> dict[str, list[float]]:
    model = load(package, precision)
    return {key: model.question(text) for key, text in texts}


def langchain(texts: dict[str, str], embed: Embed) -> dict[str, Search]:
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import InMemoryVectorStore
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    class Ours(Embeddings):
        def embed_query(self, text: str) -> list[float]:
            return embed([text])[0]

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return embed(texts)

    documents = [Document(held, metadata={"document": key}) for key, held in texts.items()]
    store = InMemoryVectorStore.from_documents(RecursiveCharacterTextSplitter().split_documents(documents), Ours())
    return {"": lambda asked: [one.metadata["document"] for one in store.similarity_search(asked, k=LOOKED_AT)]}


def llama_index(texts: dict[str, str], embed: Embed) -> dict[str, Search]:
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class Ours(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return embed([query])[0]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return embed([query])[0]

        def _get_text_embedding(self, text: str) -> list[float]:
            return embed([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return embed(texts)

    documents = [Document(text=held, metadata={"document": key}) for key, held in texts.items()]
    index = VectorStoreIndex.from_documents(documents, embed_model=Ours(embed_batch_size=2048))
    retriever = index.as_retriever(similarity_top_k=LOOKED_AT)
    return {"": lambda asked: [one.metadata["document"] for one in retriever.retrieve(asked)]}


def haystack(texts: dict[str, str], embed: Embed) -> dict[str, Search]:
    from haystack import Document
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    documents = [Document(content=held, meta={"document": key}) for key, held in texts.items() if held.strip()]
    pieces = DocumentSplitter().run(documents=documents)["documents"]
    vectors = embed([piece.content or "" for piece in pieces])
    store = InMemoryDocumentStore()
    store.write_documents(
        [Document(content=p.content, meta=p.meta, embedding=v) for p, v in zip(pieces, vectors, strict=True)]
    )
    by_vectors = InMemoryEmbeddingRetriever(store, top_k=LOOKED_AT)
    by_words = InMemoryBM25Retriever(store, top_k=LOOKED_AT)

    def documents_of(found: dict[str, Any]) -> list[str]:
        return [str(one.meta["document"]) for one in found["documents"]]

    return {
        "": lambda asked: documents_of(by_vectors.run(query_embedding=embed([asked])[0])),
        " by words": lambda asked: documents_of(by_words.run(query=asked)),
    }


PEERS = {"langchain": langchain, "llama-index": llama_index, "haystack": haystack}


if __name__ == "__main__":
    main()
