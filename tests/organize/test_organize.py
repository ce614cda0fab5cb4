"""organize as a whole, on facts and chunks made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from stages.core import table
from stages.core.knowledge import Rule
from stages.core.run.errors import UserError
from stages.core.spelling import same
from stages.extract.document import SCHEMA
from stages.organize import Config, lineage, outline
from stages.organize.__main__ import stage
from stages.organize.clusters import find_clusters
from stages.organize.documents import read_documents
from stages.organize.entities import _family, find_entities, joined
from stages.organize.facts import Facts, gathered, read_facts
from stages.organize.parameters import merge_parameters
from stages.organize.relations import merge_relations
from stages.organize.renames import renames, renamings
from stages.parse.duplicates import write as write_folded

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
    monkeypatch = pytest.MonkeyPatch()
    with monkeypatch.context() as patched:
        patched.setattr("stages.core.run.code.stage_digest", lambda stage: "digest")
        metrics = stage(config, **inputs, outlines=folder / "outlines", knowledge=folder / "knowledge")
    return dict(metrics), {path.stem: json.loads(path.read_text()) for path in (folder / "knowledge").glob("*.json")}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory, config: Config) -> tuple[dict[str, Any], dict[str, Any]]:
    return organised(tmp_path_factory.mktemp("organize"), config)


def test_spellings_are_aliases_of_one_entity(known: Any) -> None:
    entity = next(held for held in known[1]["entities"] if held["id"] == "llama-2-7b")
    assert (entity["name"], entity["kind"], entity["family"]) == ("Llama 2 7B", "model", "Llama")
    assert entity["aliases"] == ["LLaMA-2 7B", "llama-2-7b-hf"]
    assert entity["documents"] == ["cards/a.md", "b.md"]  # in the order of their titles


def test_rounded_values_merge_and_conflicts_stay(known: Any) -> None:
    held = {(one["name"], one["value"]): one["sources"] for one in known[1]["parameters"]}
    assert [source["quote"] for source in held["parameters", "6,738,415,616"]] == ["6,738,415,616", "6.7B"]
    assert {("vocabulary", "32,000"), ("vocabulary", "32,768")} <= set(held)
    assert known[0]["conflicts"] == 1


def merged(config: Config, **stated: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What organize keeps of the parameters that documents state."""
    nothing = {"kind": "markdown", "mentions": [], "relations": []}
    rows = [{"document": f"{key}.md", "parameters": held, **nothing} for key, held in stated.items()]
    read = gathered(pa.Table.from_pylist(rows, pa.schema([pa.field("document", pa.string()), *SCHEMA])))
    return merge_parameters(read, find_entities(read, config.knowledge))


def test_a_place_is_one_source_and_what_more_documents_state_comes_first(config: Config) -> None:
    few, many = parameter("A-1 7B", "heads", "16", 16.0), parameter("A-1 7B", "heads", "32", 32.0)
    held = merged(config, a=[few, few], b=[many], c=[many, parameter("A-1 7B", "activation", "SwiGLU", None)])
    told = [(one["name"], one["value"], one["rank"], [at["document"] for at in one["sources"]]) for one in held]
    assert told == [
        ("activation", "SwiGLU", 0, ["c.md"]),
        ("heads", "32", 0, ["b.md", "c.md"]),
        ("heads", "16", 1, ["a.md"]),
    ]


def test_results_got_in_other_ways_are_not_disputed(config: Config) -> None:
    def result(subject: str, value: str, detail: str | None) -> dict[str, Any]:
        return parameter(subject, "MMLU", value, float(value)) | {"detail": detail}

    facts = [result("A-1 7B", "45.3", "5-shot"), result("A-1 7B", "40.1", "0-shot")]
    facts += [result("B-1 7B", "50.0", "5-shot"), result("B-1 7B", "51.0", "5-shot"), result("B-1 7B", "52.0", None)]
    assert {(one["entity"], one["value"], one["disputed"]) for one in merged(config, a=facts)} == {
        ("a-1-7b", "45.3", False),
        ("a-1-7b", "40.1", False),
        ("b-1-7b", "50.0", True),
        ("b-1-7b", "51.0", True),
        ("b-1-7b", "52.0", True),
    }


def test_of_values_that_differ_the_models_own_card_comes_first(known: Any) -> None:
    ranks = {one["value"]: one["rank"] for one in known[1]["parameters"] if one["name"] == "vocabulary"}
    assert ranks == {"32,000": 0, "32,768": 1}


def test_names_of_the_same_words_are_one_entity() -> None:
    assert same("Kestrel-2 7B") == same("kestrel-7b-v2") != same("Kestrel 27B")
    assert same("Llama 2 7B") != same("Llama 2 7B Chat") != same("Llama 7B")
    assert same("GLM-4v 9B") != same("GLM-4 9B")


def stating(*renamed: tuple[str, str]) -> Facts:
    place = {"document": "a.md", "element": "e", "start": 0, "end": 9}
    relations = [
        {**place, "subject": new, "predicate": "formerly", "object": old, "quote": f"{new}, formerly {old}"}
        for new, old in renamed
    ]
    return Facts([], [], pa.table({}), pa.table({}), relations)


def test_names_that_differ_in_their_gaps_alone_are_one_entity() -> None:
    names = ["HeronMoE 7B", "Heron MoE 7B", "Heron-MoE 7B", "Llama 2 7B", "Llama 27B"]
    keys = joined({name: same(name) for name in names})
    assert keys["HeronMoE 7B"] == keys["Heron MoE 7B"] == keys["Heron-MoE 7B"]
    assert len(set(keys.values())) == 3


def test_a_family_that_was_renamed_is_one_under_its_new_name() -> None:
    held = renames(stating(("Heron 2 7B", "Egret 2 7B")))
    assert held.key("Egret-2 13B") == held.key("Heron 13B v2") != held.key("Crane 2 13B")


def test_where_a_renaming_is_told_is_known_for_all_models_of_the_family() -> None:
    held = renames(stating(("Heron 2 7B", "Egret 2 7B"), ("Swift", "Tern")))
    names = {"Heron 2 7B": "heron-2-7b", "Egret 2 7B": "heron-2-7b", "Egret 2 13B": "heron-2-13b", "Tern": "swift"}
    told = {
        id: [(place["former"], place["quote"]) for place in places] for id, places in renamings(names, held).items()
    }
    assert told == {
        "heron-2-7b": [("Egret 2 7B", "Heron 2 7B, formerly Egret 2 7B")],
        "heron-2-13b": [("Egret 2 13B", "Heron 2 7B, formerly Egret 2 7B")],
        "swift": [("Tern", "Swift, formerly Tern")],
    }


def test_of_two_new_names_neither_is_taken() -> None:
    held = renames(stating(("Heron 7B", "Egret 7B"), ("Crane 7B", "Egret 7B")))
    assert len({held.key(name) for name in ("Egret 7B", "Heron 7B", "Crane 7B")}) == 3


def test_within_a_word_a_family_is_as_it_is_spelt() -> None:
    families = {"bloom": "BLOOM", "bert": "BERT"}
    found = [_family(name, families, [5, 4]) for name in ("BloombergGPT", "BERTweet", "BertLM", "BLOOM 176B")]
    assert found == ["BloombergGPT", "BERT", "BERT", "BLOOM"]


def test_another_version_is_no_other_family() -> None:
    held = renames(stating(("Heron 3 7B", "Heron 2 7B")))
    assert held.key("Heron 2 7B") == same("Heron 3 7B") and held.key("Heron 2 13B") == same("Heron 2 13B")


def test_clusters_by_title_by_vector_and_the_rest(known: Any) -> None:
    clusters = {held["task"]: held["documents"] for held in known[1]["clusters"]}
    assert clusters == {"architecture": ["cards/a.md"], "position": ["c.md", "b.md"], "": ["d.md"]}


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


def test_an_edge_of_the_compatibility_graph_has_its_evidence(known: Any) -> None:
    held = known[1]["compatibility"]
    for pair in held["seen"]:
        for model in pair["models"]:
            assert all(held["models"][model][part][0]["quote"] for part in pair["parts"])
    assert held["models"]["llama-2-7b"]["position:rope"][0]["document"] == "cards/a.md"


def test_a_finer_cluster_is_named_by_what_its_documents_are_about(tmp_path: Path, config: Config) -> None:
    lexicon = outline.lexicon(config.knowledge)
    rows = [
        (f"{number}.md", outline.outline(lexicon, row(title))["outlines"])
        for number, title in enumerate(["LoRA", "LoRA again", "Tuning", "", "微调"])
    ]
    for _, held in rows[2:]:
        held["vector"] = []
    table.write(tmp_path / "outlines", rows, outline.SCHEMA, 2)
    documents = read_documents(tmp_path / "outlines", [key for key, _ in rows], config.knowledge)
    clusters = {held["id"]: held for held in find_clusters(documents, [], config.knowledge, config.organizer)}
    assert [(part["id"], part["documents"]) for part in clusters["fine-tuning"]["clusters"]] == [
        ("fine-tuning.lora", ["0.md", "1.md"])
    ]
    assert clusters["fine-tuning"]["documents"] == ["0.md", "1.md", "2.md", "4.md"]
    assert clusters["other"]["documents"] == ["3.md"]


def test_groups_of_the_same_title_are_told_apart_by_what_they_hold(tmp_path: Path, config: Config) -> None:
    lexicon = outline.lexicon(config.knowledge)
    found = []
    for names in (["a", "b", "c", "d"], ["d", "c", "b", "a"]):
        rows = [(f"{name}.md", outline.outline(lexicon, row("Tuning"))["outlines"]) for name in names]
        for at, (_, held) in enumerate(rows):
            held["vector"] = [1.0, 0.0] if at < 2 else [0.0, 1.0]
            held["words"] += at
        table.write(tmp_path / names[0], sorted(rows), outline.SCHEMA, 2)
        documents = read_documents(tmp_path / names[0], sorted(key for key, _ in rows), config.knowledge)
        places = {key: at for at, (key, _) in enumerate(rows)}
        (cluster,) = find_clusters(documents, [], config.knowledge, config.organizer)
        found.append({part["id"]: sorted(places[key] for key in part["documents"]) for part in cluster["clusters"]})
    assert found[0] == found[1] and sorted(found[0].values()) == [[0, 1], [2, 3]]


def row(title: str) -> dict[str, Any]:
    return {"title": title, "kind": "markdown", "chunks": [{"text": title, "section": [], "vector": [1.0, 0.0]}]}


@pytest.mark.parametrize(
    ("name", "family", "pieces"),
    [
        ("Qwen2.5 Coder 7B Instruct", "Qwen", ("2.5", "7B", ("Coder", "Instruct"))),
        ("Mistral 7B v0.1", "Mistral", ("v0.1", "7B", ())),
        ("DeepSeek-V3", "DeepSeek", ("V3", "", ())),
        ("RWKV-7", "RWKV", ("7", "", ())),
        ("Mixtral 8x7B", "Mixtral", ("", "8x7B", ())),
        ("Qwen3 235B-A22B", "Qwen", ("3", "235B-A22B", ())),
        ("ResNet 50", "ResNet", ("", "", ("50",))),
    ],
)
def test_pieces_of_a_models_name(name: str, family: str, pieces: Any, config: Config) -> None:
    found = lineage.pieces(name, family, config.knowledge.joints)
    assert (found.version, found.size, found.words) == pieces


def test_a_model_that_no_words_name_descends_from_none(tmp_path: Path, config: Config) -> None:
    row = {"title": "t", "kind": "markdown", "mentions": [mention("Llama 3 8B", "model", "Llama 3 8B")]}
    only_there = uses("Llama 3 8B Chat", "RoPE")
    table.write(tmp_path / "facts", [("a.md", {**row, "parameters": [], "relations": [only_there]})], SCHEMA, 1)
    facts = read_facts(tmp_path / "facts", [])
    entities = find_entities(facts, config.knowledge)
    assert {"llama-3-8b", "llama-3-8b-chat"} <= {entity["id"] for entity in entities.listed}
    assert not lineage.lineage(config.knowledge, facts, entities, [])["edges"], "an edge needs a quote"


def test_lineage_by_relation_and_by_name(tmp_path: Path, config: Config) -> None:
    names = ["Llama 2 7B", "Llama 2 7B Chat", "Llama 3 8B", "Vicuna 7B"]
    stated = {**uses("Vicuna 7B", "Llama 2 7B"), "predicate": "variant of", "quote": "Vicuna was fine-tuned from it"}
    row = {"title": "t", "kind": "markdown", "mentions": [mention(name, "model", name) for name in names]}
    table.write(tmp_path / "facts", [("a.md", {**row, "parameters": [], "relations": [stated]})], SCHEMA, 1)
    facts = read_facts(tmp_path / "facts", [])
    entities = find_entities(facts, config.knowledge)
    found = lineage.lineage(config.knowledge, facts, entities, merge_relations(facts.relations, entities))
    assert [(edge["child"], edge["kind"], edge["parent"], edge["basis"]) for edge in found["edges"]] == [
        ("llama-2-7b-chat", "fine-tuned from", "llama-2-7b", "name"),
        ("vicuna-7b", "fine-tuned from", "llama-2-7b", "stated"),
    ]
    assert all(edge["sources"][0]["document"] == "a.md" for edge in found["edges"])
    llama = next(held for held in found["families"] if held["family"] == "Llama")
    assert [(one["version"], one["after"]) for one in llama["generations"]] == [("2", ""), ("3", "2")]
