"""The writer on two documents that agree on one parameter and disagree on another."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest

from stages.core.table import read, shard_files
from stages.synthesize import Config, Earlier, Price, Terms, Wording, Writer
from stages.synthesize.__main__ import stage
from stages.synthesize.overview import escaped
from stages.synthesize.sources import names
from tests.synthesize.builders import build, document, entity, parameter

NO_MODEL: Any = {"llm": None, "adapter": None, "judge": None, "price": Price(read=0.0, written=0.0)}
CONFIG = Config(
    writer=Writer(sentences=4, sections=3, least=1, shortest=20, longest=400, columns=3, rows=10, edges=5, **NO_MODEL),
    language="en",
    earlier=Earlier(path="", sha256=""),
    knowledge=Terms(
        parameters={"layers": Wording(value="count", prose=["layers"])}, parts={"a:x": "RMSNorm", "b:y": "ALiBi"}
    ),
)
ONE = "Llama 2 7B is a decoder with 32 layers. It was trained by Meta on public data. See e.g. Fig. 2 of the paper."
TWO = "The card says that Llama 2 7B has a context of 4,096 tokens and 32 layers."
THREE = "In this library Llama 2 7B has a context of 2048 tokens, and RMSNorm is used in every one of its blocks."
DOCUMENTS = {
    "markdown/one.md": document("One", [ONE, "RMSNorm replaces the mean of LayerNorm by nothing at all."], "one.md"),
    "cards/two.md": document("Two", [TWO], "two.md"),
    "installed/lib/README.md": document("Three", [THREE], "README.md", "lib"),
}
L = "llama-2-7b"
PLACE = {"document": "markdown/one.md", "element": "e1", "quote": "32 layers"}
GENERATION = {"version": "2", "after": "1", "models": [{"id": "llama-2-7b", "size": "7B", "sources": []}]}
KNOWLEDGE = {
    "entities": [
        entity(L, "Llama 2 7B"),
        entity("rmsnorm", "RMSNorm", "component"),
        entity("x", "Nowhere", "component"),
    ],
    "parameters": [
        parameter(L, "layers", "32", ("markdown/one.md", "e1", "32 layers"), ("cards/two.md", "e1", "32 layers")),
        parameter(
            L, "context", "4096", ("cards/two.md", "e1", "a context of 4,096 tokens"), unit="tokens", disputed=True
        ),
        parameter(L, "context", "2048", ("installed/lib/README.md", "e1", "a context of 2048 tokens"), disputed=True)
        | {"unit": "tokens"},
        parameter(L, "heads", "33", ("cards/two.md", "e1", "32 layers")),
        parameter(L, "lost", "1", ("cards/two.md", "e1", "not in the text")),
    ],
    "relations": [
        {"subject": L, "predicate": "uses", "object": "rmsnorm"}
        | {"sources": [{"document": "installed/lib/README.md", "element": "e1", "quote": THREE}]}
    ],
    "clusters": [
        {"id": "models", "task": "architecture", "name": "Models", "documents": ["markdown/one.md"], "entities": [L]}
        | {"clusters": [{"name": "RMSNorm", "terms": ["norm"], "documents": ["markdown/one.md"]}]}
    ],
    "compatibility": {
        "rules": [
            {"id": "r", "kind": "conflicts", "parts": ["a:x", "b:y"], "reason": "They clash.", "source": "arXiv:1"}
            | {"for": [], "against": [L]}
        ],
        "seen": [{"parts": ["a:x", "b:z"], "models": [L]}],
        "stated": [],
        "models": {L: {part: [PLACE] for part in ("a:x", "b:z")}},
    },
    "lineage": {
        "families": [{"family": "Llama", "generations": [GENERATION]}],
        "edges": [{"child": L, "parent": "rmsnorm", "kind": "variant of", "basis": "stated", "sources": [PLACE]}],
    },
}
BAD = {
    "broken.pdf": {"origin": {"source": "folder", "path": "broken.pdf"}, "bytes": 7, "reason": "no PDF", "detail": "?"}
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build(tmp_path_factory.mktemp("build"), DOCUMENTS, KNOWLEDGE, BAD)


@pytest.fixture(scope="module")
def written(inputs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    docs = tmp_path_factory.mktemp("out") / "docs"
    metrics = stage(CONFIG, **inputs, docs=docs)
    return {row["document"]: row for row in read(docs)}, dict(metrics)


def rows(page: dict[str, Any]) -> list[list[str]]:
    return [texts(block) for block in page["blocks"] if block["kind"] == "row"]


def texts(block: dict[str, Any]) -> list[str]:
    return [cell["text"] for cell in block["cells"]]


def test_the_pages_that_there_are(written):
    pages, metrics = written
    documents = {"documents/markdown-one-md", "documents/cards-two-md"}
    entities = {"models/llama-2-7b", "components/rmsnorm", "tasks/models", "parameters/layers", "parameters/context"}
    assert set(pages) == {"index", "comparison", "compatibility", "coverage", "lineage", "tree"} | entities | documents
    assert metrics["pages"] == len(pages)


def test_every_citation_is_a_place_in_its_element(written):
    pages, metrics = written
    citations = [citation for page in pages.values() for citation in page["citations"]]
    assert len(citations) == metrics["citations"] > 5
    for held in citations:
        texts = {element["id"]: element["text"] for element in DOCUMENTS[held["document"]]["elements"]}
        assert texts[held["element"]][held["start"] : held["end"]] == held["quote"]
        assert hashlib.sha256(held["quote"].encode()).hexdigest() == held["sha256"]
        assert held["title"] == DOCUMENTS[held["document"]]["title"]
        assert held["origin"].endswith(DOCUMENTS[held["document"]]["origin"]["path"])


def test_every_sentence_and_row_has_a_source(written):
    for page in written[0].values():
        numbers = {citation["number"] for citation in page["citations"]}
        for block in page["blocks"]:
            assert set(block["citations"]) <= numbers
            if block["kind"] in ("sentence", "row"):
                assert block["citations"] or block["evidence"], (page["title"], block)


def test_sources_that_disagree_both_stand(written):
    page = written[0]["models/llama-2-7b"]
    held = [block["text"] if block["kind"] == "heading" else texts(block)[:2] for block in page["blocks"]]
    after = held[held.index("Where sources disagree") :]
    assert ["context", "4096 tokens"] in after and ["context", "2048 tokens"] in after
    assert ["layers", "32"] in held[: held.index("Where sources disagree")]


def test_what_is_not_borne_out_is_left_out_and_counted(written):
    pages, metrics = written
    shown = [cells[0] for cells in rows(pages["models/llama-2-7b"])]
    assert "heads" not in shown and "lost" not in shown
    assert metrics["dropped_by_reason"] == {"no quote": 1, "number not in its quotes": 1}
    assert ["no quote", "1"] in rows(pages["coverage"])


def test_equal_values_have_all_their_sources(written):
    page = written[0]["models/llama-2-7b"]
    layers = next(block for block in page["blocks"] if texts(block)[:1] == ["layers"])
    assert len(layers["citations"]) == 2


def test_coverage_lists_every_document_not_read_and_every_conflict(written):
    held = rows(written[0]["coverage"])
    assert ["broken.pdf", "no PDF", "?", "7"] in held
    assert ["Llama 2 7B", "context", "2"] in held
    assert written[1]["conflicts"] == 1


def test_parts_are_called_by_their_names(written):
    page = written[0]["compatibility"]
    drawn = [block["text"] for block in page["blocks"] if block["kind"] == "diagram"]
    assert ["RMSNorm + ALiBi", "conflicts"] in [cells[:2] for cells in rows(page)]
    assert ["RMSNorm + b:z", "1"] in [cells[:2] for cells in rows(page)]
    assert 'n0["RMSNorm"]' in drawn[0] and 'n1["ALiBi"]' in drawn[0] and 'n0["RMSNorm"]' in drawn[1]


def test_a_near_duplicate_is_named_and_not_quoted(tmp_path):
    folded = {"cards/two.md": "markdown/one.md"}
    stage(CONFIG, **build(tmp_path / "build", DOCUMENTS, KNOWLEDGE, BAD, folded), docs=tmp_path / "docs")
    pages = {row["document"]: row for row in read(tmp_path / "docs")}
    assert ["cards/two.md", "markdown/one.md"] in rows(pages["coverage"])
    assert not [page for page, row in pages.items() if "cards/two.md" in {one["document"] for one in row["citations"]}]


def test_links_lead_to_pages(written):
    pages = written[0]
    groups = {page["group"] for page in pages.values()}
    blocks = [block for page in pages.values() for block in page["blocks"]]
    held = [*blocks, *(cell for block in blocks for cell in block["cells"])]
    targets = {link["page"] for one in held for link in one["links"]}
    assert targets <= {*pages, *groups} and "components/rmsnorm" in targets


def test_the_home_page_counts_what_is_in_the_index(written):
    block = next(
        block for block in written[0]["index"]["blocks"] if texts(block)[:1] == ["Passages in the search index"]
    )
    assert texts(block)[1] == "3" and block["evidence"] == ["index.json"]


def test_the_same_bytes_for_another_order_of_documents(inputs, written, tmp_path):
    shuffled = list(DOCUMENTS.items())
    random.Random(3).shuffle(shuffled)
    other = build(tmp_path / "build", dict(shuffled[::-1]), KNOWLEDGE, BAD)
    stage(CONFIG, **inputs, docs=tmp_path / "a")
    stage(CONFIG, **other, docs=tmp_path / "b")
    files = [path.name for path in shard_files(tmp_path / "a")]
    assert [(tmp_path / "a" / name).read_bytes() for name in files] == [
        (tmp_path / "b" / name).read_bytes() for name in files
    ]


def test_a_label_cannot_leave_its_quotes():
    assert escaped('a"]; b["<i>`%%{init}') == "a']; b['#lt;i#gt;'//{init}"


def test_no_page_takes_the_name_of_its_groups_list() -> None:
    found = names(["Index", "index.html", "a-b", "a b", "…"])
    assert found["index.html"] == "index-html"
    assert len(set(found.values())) == len(found)
    assert "index" not in found.values()
