"""The table that compares models: which parameters it shows, and in which order its models stand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from stages.core.table import read
from stages.synthesize import Wording
from stages.synthesize.__main__ import stage
from tests.synthesize.builders import build, document, entity, parameter
from tests.synthesize.test_synthesize import CONFIG, rows

OWN = "Alpha has 32 layers, 16 heads and a width of 64."
LIBRARY = "Beta, Gamma and Delta have a range of 2, a dropout of 1 and a slope of 3, 8 layers and a width of 4."
DOCUMENTS = {"own.md": document("Own", [OWN], "own.md"), "lib.md": document("Lib", [LIBRARY], "lib.md", "lib")}


def stating(model: str, document: str, **values: str) -> list[dict[str, Any]]:
    text = OWN if document == "own.md" else LIBRARY
    return [parameter(model, name, value, (document, "e1", text)) for name, value in values.items()]


def test_a_family_is_compared_by_what_most_state_then_by_the_rest_then_by_results(tmp_path: Path) -> None:
    text = "Heron 7B and Heron 13B: 1, 2, 3, 4, 5, 6, 51 and 52."
    names = ("a", "b", "c", "d", "e", "f", "MMLU", "GSM8K")
    members = ("heron-7b", "heron-13b")
    found = [
        parameter(model, name, value, ("own.md", "e1", text))
        for model in members
        for name, value in zip(names, ("1", "2", "3", "4", "5", "6", "51", "52"), strict=True)
        if (model, name) != ("heron-13b", "a")
    ]
    called = {"heron-7b": "Heron 7B", "heron-13b": "Heron 13B"}
    known = {
        "entities": [entity(key, name, family="Heron") for key, name in called.items()],
        "parameters": found,
    }
    kinds = {name: Wording(value="percent" if name.isupper() else "count", prose=[]) for name in names}
    kinds["GSM8K"] = kinds["MMLU"]
    config = replace(CONFIG, knowledge=replace(CONFIG.knowledge, parameters=kinds))
    documents = {"own.md": document("Own", [text], "own.md")}
    stage(config, **build(tmp_path / "build", documents, known, {}), docs=tmp_path / "docs")
    page = next(page for page in read(tmp_path / "docs") if page["document"] == "families/heron")
    told = [block["text"] or [cell["text"] for cell in block["cells"]] for block in page["blocks"]]
    tables = {told[at]: told[at + 1] for at, text in enumerate(told) if str(text).endswith("compared")}
    assert tables == {
        "Members compared": ["Model", "b", "c", "d"],
        "Further compared": ["Model", "e", "f", "a"],
        "Results compared": ["Model", "GSM8K", "MMLU"],
    }
    assert ["Heron 13B", "5", "6", ""] in told and ["Heron 7B", "52", "51"] in told


def test_the_page_of_a_part_lists_the_models_that_have_it_own_ones_first(tmp_path: Path) -> None:
    texts = ("Alpha uses rotary embeddings.", "Beta has RoPE, Gamma has ALiBi.")
    documents = {
        "own.md": document("Own", [texts[0]], "own.md"),
        "lib.md": document("Lib", [texts[1]], "lib.md", "lib"),
    }
    stated = {"beta": ("RoPE", "lib.md"), "gamma": ("ALiBi", "lib.md"), "alpha": ("RoPE", "own.md")}
    entities = [entity(model, model.capitalize(), documents=[place]) for model, (_, place) in stated.items()]
    entities += [entity("rope", "RoPE", "component"), entity("rope-model", "ALiBi")]
    parameters = [
        parameter(model, "position encoding", value, (place, "e1", texts[place == "lib.md"]))
        for model, (value, place) in stated.items()
    ]
    known = {"entities": entities, "parameters": parameters}
    stage(CONFIG, **build(tmp_path / "build", documents, known, {}), docs=tmp_path / "docs")
    pages = {page["document"]: page for page in read(tmp_path / "docs")}
    assert rows(pages["components/rope"])[:2] == [["Alpha", "RoPE"], ["Beta", "RoPE"]]
    heads = [block["text"] for page in pages.values() for block in page["blocks"] if block["kind"] == "heading"]
    assert heads.count("Models with it") == 1


def test_it_shows_what_models_of_own_documents_state_and_these_models_first(tmp_path: Path) -> None:
    library = [
        one
        for model in ("beta", "gamma", "delta")
        for one in stating(model, "lib.md", range="2", dropout="1", slope="3", layers="8", width="4")
    ]
    found = {"alpha": "own.md", "beta": "lib.md", "gamma": "lib.md", "delta": "lib.md"}
    entities = [entity(model, model.capitalize(), documents=[place]) for model, place in found.items()]
    known = {
        "entities": entities,
        "parameters": [*stating("alpha", "own.md", layers="32", heads="16", width="64"), *library],
    }
    stage(CONFIG, **build(tmp_path / "build", DOCUMENTS, known, {}), docs=tmp_path / "docs")
    page = next(page for page in read(tmp_path / "docs") if page["document"] == "comparison")
    head = next([cell["text"] for cell in block["cells"]] for block in page["blocks"] if block["kind"] == "header")
    assert head == ["Model", "layers", "width", "heads"]
    assert rows(page) == [["Alpha", "32", "64", "16"], *([name, "8", "4", ""] for name in ("Beta", "Delta", "Gamma"))]
