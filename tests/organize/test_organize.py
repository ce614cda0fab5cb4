"""organize as a whole, on facts and chunks made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pydantic import TypeAdapter

from stages.core import table
from stages.core.knowledge import Knowledge, Rule
from stages.core.run.config import check
from stages.core.run.errors import UserError
from stages.extract.document import SCHEMA
from stages.organize import Config, Organizer
from stages.organize.__main__ import stage
from stages.organize.entities import same
from stages.parse.duplicates import write as write_folded

CONF = Path(__file__).resolve().parents[2] / "conf"
CHUNK = pa.struct(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("section", pa.list_(pa.string())),
        ("page", pa.int32()),
        ("elements", pa.list_(pa.string())),
        ("vector", pa.list_(pa.float32())),
    ]
)
CHUNKS = pa.schema([("title", pa.string()), ("kind", pa.string()), ("chunks", pa.list_(CHUNK))])


@pytest.fixture(scope="session")
def config() -> Config:
    from hydra import compose, initialize_config_dir
    from omegaconf import OmegaConf

    with initialize_config_dir(str(CONF), version_base="1.3"):
        values: Any = OmegaConf.to_container(compose("knowledge/default"), resolve=True)
    organizer = Organizer(least_similarity=0.45, cluster_documents=2, models_for_pair=1)
    return Config(organizer=organizer, knowledge=check(TypeAdapter(Knowledge), values["knowledge"]), seed=1, threads=1)


def mention(entity: str, kind: str, surface: str) -> dict[str, Any]:
    return {"entity": entity, "kind": kind, "surface": surface, "element": "e", "start": 0, "end": len(surface)}


def parameter(subject: str, name: str, value: str, number: float | None) -> dict[str, Any]:
    place = {"element": "e", "quote": value, "start": 0, "end": len(value)}
    return {"subject": subject, "name": name, "value": value, "number": number, "unit": None, **place}


def uses(subject: str, other: str) -> dict[str, Any]:
    quote = {"element": "e", "quote": "q", "start": 0, "end": 1}
    return {"subject": subject, "predicate": "uses", "object": other, **quote}


FACTS: dict[str, dict[str, Any]] = {
    "cards/a.md": {
        "title": "Llama 2 7B",
        "kind": "card",
        "subject": "Llama 2 7B",
        "mentions": [mention("Llama 2 7B", "model", "LLaMA-2 7B"), mention("RoPE", "component", "RoPE")],
        "parameters": [
            parameter("Llama 2 7B", "parameters", "6,738,415,616", 6738415616.0),
            parameter("Llama 2 7B", "vocabulary", "32,000", 32000.0),
            parameter("Llama 2 7B", "activation", "SwiGLU", None),
        ],
        "relations": [uses("Llama 2 7B", "RoPE")],
    },
    "b.md": {
        "title": "Rotary positions",
        "kind": "markdown",
        "mentions": [mention("Llama 2 7B", "model", "llama-2-7b-hf"), mention("RoPE", "component", "RoPE")],
        "parameters": [
            parameter("Llama 2 7B", "parameters", "6.7B", 6.7e9),
            parameter("Llama 2 7B", "vocabulary", "32,768", 32768.0),
        ],
        "relations": [],
    },
    "c.md": {"title": "Notes", "kind": "markdown", "mentions": [], "parameters": [], "relations": []},
    "d.md": {"title": "Cooking", "kind": "markdown", "mentions": [], "parameters": [], "relations": []},
}
FOLDED = "again/b.md"
FACTS[FOLDED] = FACTS["b.md"]
VECTORS = {"cards/a.md": [0.0, 0.0, 1.0], "b.md": [1.0, 0.0, 0.0], "c.md": [0.9, 0.1, 0.0], "d.md": [0.0, 1.0, 0.0]}
VECTORS[FOLDED] = VECTORS["b.md"]


def organised(folder: Path, config: Config, shards: int = 2) -> tuple[dict[str, Any], dict[str, Any]]:
    table.write(folder / "facts", FACTS.items(), SCHEMA, shards)
    held = {"id": "1", "text": "t", "section": [], "page": None, "elements": ["e"]}
    chunks = {
        key: {"title": FACTS[key]["title"], "kind": FACTS[key]["kind"], "chunks": [{**held, "vector": vector}]}
        for key, vector in VECTORS.items()
    }
    table.write(folder / "chunks", chunks.items(), CHUNKS, shards)
    write_folded([{"document": FOLDED, "duplicate_of": "b.md", "likeness": 1.0}], folder / "duplicates.parquet")
    inputs = {"facts": folder / "facts", "chunks": folder / "chunks", "duplicates": folder / "duplicates.parquet"}
    metrics = stage(config, **inputs, knowledge=folder / "knowledge")
    return dict(metrics), {path.stem: json.loads(path.read_text()) for path in (folder / "knowledge").glob("*.json")}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory, config: Config) -> tuple[dict[str, Any], dict[str, Any]]:
    return organised(tmp_path_factory.mktemp("organize"), config)


def test_spellings_are_aliases_of_one_entity(known: Any) -> None:
    entity = next(held for held in known[1]["entities"] if held["id"] == "llama-2-7b")
    assert (entity["name"], entity["kind"], entity["family"]) == ("Llama 2 7B", "model", "Llama")
    assert entity["aliases"] == ["LLaMA-2 7B", "llama-2-7b-hf"]
    assert entity["documents"] == ["b.md", "cards/a.md"]


def test_rounded_values_merge_and_conflicts_stay(known: Any) -> None:
    held = {(one["name"], one["value"]): one["sources"] for one in known[1]["parameters"]}
    assert [source["quote"] for source in held["parameters", "6,738,415,616"]] == ["6.7B", "6,738,415,616"]
    assert {("vocabulary", "32,000"), ("vocabulary", "32,768")} <= set(held)
    assert known[0]["conflicts"] == 1


def test_of_values_that_differ_the_models_own_card_comes_first(known: Any) -> None:
    ranks = {one["value"]: one["rank"] for one in known[1]["parameters"] if one["name"] == "vocabulary"}
    assert ranks == {"32,000": 0, "32,768": 1}


def test_names_of_the_same_words_are_one_entity() -> None:
    assert same("Kestrel-2 7B") == same("kestrel-7b-v2") != same("Kestrel 27B")
    assert same("Llama 2 7B") != same("Llama 2 7B Chat") != same("Llama 7B")


def test_clusters_by_title_by_vector_and_the_rest(known: Any) -> None:
    clusters = {held["task"]: held["documents"] for held in known[1]["clusters"]}
    assert clusters == {"architecture": ["cards/a.md"], "position": ["b.md", "c.md"], "": ["d.md"]}


def test_compatibility_joins_rules_with_what_models_combine(known: Any) -> None:
    compatibility = known[1]["compatibility"]
    assert {"parts": ["activation:swiglu", "position:rope"], "models": ["llama-2-7b"]} in compatibility["seen"]
    assert len(compatibility["rules"]) == known[0]["rules"] >= 15


def test_component_tree_holds_parts_under_their_task(known: Any) -> None:
    tasks = {held["name"]: held for held in known[1]["components"]["children"]}
    position = next(held for held in tasks["architecture"]["children"] if held["name"] == "position")
    assert [(leaf["id"], leaf["models"]) for leaf in position["children"]] == [("rope", ["llama-2-7b"])]


def test_bytes_do_not_depend_on_shards(tmp_path: Path, known: Any, config: Config) -> None:
    assert organised(tmp_path, config, shards=5) == known


def test_a_rule_with_an_unknown_part_is_refused_in_one_line(tmp_path: Path, config: Config) -> None:
    rule = Rule(kind="conflicts", parts=["position:rope", "position:typo"], reason="r", source="s")
    knowledge = replace(config.knowledge, rules={"bad": rule})
    with pytest.raises(UserError, match=r"rules.bad: no part 'position:typo'"):
        organised(tmp_path, replace(config, knowledge=knowledge))


def test_a_near_duplicate_says_nothing_again(known: Any) -> None:
    assert all(FOLDED not in entity["documents"] for entity in known[1]["entities"])
    assert all(FOLDED not in {source["document"] for source in held["sources"]} for held in known[1]["parameters"])
    assert all(FOLDED not in cluster["documents"] for cluster in known[1]["clusters"])
