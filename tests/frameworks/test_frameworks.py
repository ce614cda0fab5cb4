"""LangChain, LlamaIndex and Haystack retrieve from our collection as it is, by their own Weaviate stores.

The libraries are an extra: `make frameworks` puts them into an environment of their own and runs this file there.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from stages.core.collection import CHUNKS, Opened, open_index
from stages.core.collection.place import alias_name
from stages.index import Config
from tests.index.room import build, chunk, needs_server, servers, settings

needs_frameworks = pytest.mark.skipif(not find_spec("langchain_weaviate"), reason="make frameworks")
pytestmark = [needs_server, needs_frameworks, pytest.mark.xdist_group("weaviate")]
TEXTS = {"a.md": ["rope turns", "plain words"], "b.md": ["swiglu gates"]}
QUESTION = "swiglu gates"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Opened, Config]]:
    folder = tmp_path_factory.mktemp("frameworks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LITMILL_CACHE", str(folder / "cache"))
        config, made = settings(name="papers"), build(folder / "build", TEXTS)
        made.index(config)
        with open_index(config.index, made.sources, made.record) as held:
            yield held, config
            assert len(held.chunks) == 3, "nothing was imported"
    assert not servers(folder)


def vector(text: str) -> list[float]:
    return [float(value) for value in chunk(text)["vector"]]


def test_langchain(opened: tuple[Opened, Config]) -> None:
    vectorstores = pytest.importorskip("langchain_weaviate.vectorstores", reason="make frameworks")
    from langchain_core.embeddings import Embeddings

    class Ours(Embeddings):
        def embed_query(self, text: str) -> list[float]:
            return vector(text)

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return list(map(vector, texts))

    held, config = opened
    store = vectorstores.WeaviateVectorStore(held.client, alias_name(CHUNKS, config.index), "content", embedding=Ours())
    (found,) = store.similarity_search(QUESTION, k=1)
    assert (found.page_content, found.metadata["document"]) == (QUESTION, "b.md")
    assert found.metadata["model"] == ["Llama"]


def test_llama_index(opened: tuple[Opened, Config]) -> None:
    stores = pytest.importorskip("llama_index.vector_stores.weaviate", reason="make frameworks")
    from llama_index.core.vector_stores.types import VectorStoreQuery, VectorStoreQueryMode

    held, config = opened
    name = alias_name(CHUNKS, config.index)
    store = stores.WeaviateVectorStore(weaviate_client=held.client, index_name=name, text_key="content")
    for mode in (VectorStoreQueryMode.DEFAULT, VectorStoreQueryMode.HYBRID):
        query = VectorStoreQuery(
            query_embedding=vector(QUESTION), query_str=QUESTION, similarity_top_k=1, mode=mode, alpha=0.5
        )
        (node,) = store.query(query).nodes
        assert (node.text, node.metadata["document"]) == (QUESTION, "b.md")


def test_haystack(opened: tuple[Opened, Config]) -> None:
    stores = pytest.importorskip("haystack_integrations.document_stores.weaviate", reason="make frameworks")
    from haystack_integrations.components.retrievers import weaviate as retrievers

    _, config = opened
    port, grpc = config.index.port, config.index.grpc_port
    named: dict[str, Any] = {"class": alias_name(CHUNKS, config.index)}
    store = stores.WeaviateDocumentStore(url=f"http://127.0.0.1:{port}", grpc_port=grpc, collection_settings=named)
    only_b = {"field": "meta.document", "operator": "==", "value": "b.md"}
    by_words = retrievers.WeaviateBM25Retriever(document_store=store, top_k=1).run(query="swiglu")
    by_vector = retrievers.WeaviateEmbeddingRetriever(document_store=store, top_k=1, filters=only_b)
    for found in (by_words, by_vector.run(query_embedding=vector("plain words"))):
        (document,) = found["documents"]
        assert (document.content, document.meta["document"]) == (QUESTION, "b.md")
    store.close()
