"""specify: sizes that add up, sources that exist, requests that cannot be met."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import pytest
import yaml

from stages.core.run.errors import UserError
from stages.specify.__main__ import stage
from stages.specify.family import DEFAULT
from tests.specify.builders import parameter, request, write_knowledge

FILES = {
    "spec.yaml",
    "spec.json",
    "spec.md",
    "tokenizer.yaml",
    "model.yaml",
    "training_loop.md",
    "data_pipeline.txt",
    "architecture.mmd",
    "architecture.dot",
    "pseudocode.txt",
}
REQUESTS = [
    {"option": "small"},
    {"option": "medium"},
    {"option": "bytes"},
    {"family": "mistral", "parameters": "7B", "parallelism": "zero3", "hardware__gpus": 8, "hardware__memory": "80GB"},
    {"family": "smollm", "parameters": "135M", "vocabulary": 49152, "optimizer": "muon", "quantization": "int4"},
    {"family": "qwen3", "parameters": "30M", "precision": "float16", "vocabulary": 8192},
    {"family": "decoder", "position": "alibi", "norm": "layernorm", "feed_forward": "gelu", "attention": "mha"},
    {"family": "decoder", "position": "none", "attention": "mqa", "embeddings": "untied", "quantization": "none"},
]


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_knowledge(tmp_path_factory.mktemp("specify") / "knowledge")


def specified(folder: Path, knowledge: Path, **changes: Any) -> dict[str, Any]:
    stage(request(**changes), knowledge=knowledge, spec=folder / "spec")
    return json.loads((folder / "spec" / "spec.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("changes", REQUESTS, ids=lambda held: "-".join(str(value) for value in held.values()))
def test_the_size_is_near_the_request(changes: dict[str, Any], knowledge: Path, tmp_path: Path) -> None:
    spec = specified(tmp_path, knowledge, **changes)
    model, size = spec["model"], spec["parameters"]
    assert abs(size["found"] / size["requested"] - 1) <= size["tolerance"] <= 0.05
    assert sum(tensor["times"] * math.prod(tensor["shape"]) for tensor in spec["tensors"]) == size["found"]
    assert model["heads"] * model["head_dim"] == model["hidden_size"]
    assert model["heads"] % model["kv_heads"] == 0
    assert model["hidden_size"] % 32 == model["feed_forward_size"] % 32 == 0
    assert {path.name for path in (tmp_path / "spec").iterdir()} == FILES


def test_kinds_of_attention_differ_in_key_value_heads(knowledge: Path, tmp_path: Path) -> None:
    models = {
        kind: specified(tmp_path / kind, knowledge, family="decoder", attention=kind)["model"]
        for kind in ("mha", "gqa", "mqa")
    }
    assert models["mha"]["kv_heads"] == models["mha"]["heads"]
    assert 1 < models["gqa"]["kv_heads"] < models["gqa"]["heads"]
    assert models["mqa"]["kv_heads"] == 1


def test_the_same_request_gives_the_same_bytes(knowledge: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        stage(request(), knowledge=knowledge, spec=tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_yaml_and_json_say_the_same(knowledge: Path, tmp_path: Path) -> None:
    spec = specified(tmp_path, knowledge)
    assert yaml.safe_load((tmp_path / "spec" / "spec.yaml").read_text(encoding="utf-8")) == spec
    model = yaml.safe_load((tmp_path / "spec" / "model.yaml").read_text(encoding="utf-8"))
    assert model == {"family": "llama", **spec["model"]}


def test_the_batch_fits_the_memory_and_fills_the_step(knowledge: Path, tmp_path: Path) -> None:
    spec = specified(tmp_path, knowledge, hardware__memory="6GB")
    quantities = {held["name"]: held["value"] for held in spec["quantities"]}
    batching = spec["batching"]
    assert quantities["training memory of an accelerator"] <= 0.9 * 6e9
    twice = (
        quantities["training memory of an accelerator"]
        + quantities[f"activations of {batching['micro_batch']} sequences"]
    )
    assert twice > 0.9 * 6e9, "twice the sequences would not fit"
    assert batching["micro_batch"] * batching["accumulation"] * batching["sequence"] == 131072


def test_every_quantity_has_a_formula_and_a_source(knowledge: Path, tmp_path: Path) -> None:
    spec = specified(tmp_path, knowledge)
    text = (tmp_path / "spec" / "spec.md").read_text(encoding="utf-8")
    for quantity in spec["quantities"]:
        assert quantity["formula"] in text and quantity["source"] in text


def test_values_that_documents_state_are_cited(tmp_path: Path) -> None:
    stated = [
        parameter("Llama 2", "position base", "10,000", 10000.0, "a.md"),
        parameter("Llama 3", "position base", "500,000", 500000.0, "b.md", "c.md"),
        parameter("Llama 3", "position encoding", "RoPE", None, "d.md"),
        parameter("Llamaverse", "norm epsilon", "0.5", 0.5, "e.md"),
        parameter("Qwen3", "norm epsilon", "0.25", 0.25, "f.md"),
    ]
    known = write_knowledge(tmp_path / "knowledge", ["Llama 2", "Llama 3", "Llamaverse", "Qwen3"], stated)
    spec = specified(tmp_path, known)
    choices = {choice["name"]: choice for choice in spec["choices"]}
    assert spec["model"]["position_base"] == 500000.0, "two documents against one"
    assert choices["position_base"]["source"] == "b.md; c.md"
    assert choices["position_base"]["others"][0]["value"] == 10000.0
    assert choices["position"]["quotes"] == [{"document": "d.md", "element": "e1", "quote": "position encoding | RoPE"}]
    assert choices["norm_epsilon"]["source"] == DEFAULT, "neither another family's value nor another word's"
    text = (tmp_path / "spec" / "spec.md").read_text(encoding="utf-8")
    assert "b.md (e1): “position base | 500,000”" in text and "otherwise 10000.0: a.md" in text


CLASHES = [
    ({"position": "alibi"}, ["position: alibi (request)", "family: llama (request) requires position:rope"]),
    ({"parameters": "7B"}, ["parameters: 7B", "hardware.memory: 24GB", "rule memory"]),
    ({"hardware__kind": "cuda"}, ["precision: bfloat16 (request)", "rule bf16-needs-ampere"]),
    ({"hardware__gpus": 2}, ["hardware.gpus: 2 (request)", "rule processes"]),
    ({"tokens_per_step": 100}, ["hardware.gpus: 1 (request)", "tokens_per_step: 100 (request)", "rule step"]),
    ({"parameters": "1M", "vocabulary": 151936}, ["parameters: 1M", "rule dimensions"]),
    (
        {"family": "mistral", "attention": "mha"},
        ["attention: mha (request)", "family: mistral (request) requires attention:gqa"],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), CLASHES, ids=lambda held: "-".join(map(str, held)))
def test_a_request_that_cannot_be_met_names_the_smallest_set(
    changes: dict[str, Any], expected: list[str], knowledge: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as error:
        stage(request(**changes), knowledge=knowledge, spec=tmp_path / "spec")
    message = str(error.value)
    assert "\n" not in message and not (tmp_path / "spec").exists()
    opening, *clash, ending = message.split("; ")
    assert (opening, ending) == ("params.yaml: request: cannot be met", "change one of them")
    assert len(clash) == len(expected), message
    assert all(label.startswith(words) for label, words in zip(clash, expected, strict=True)), message


def test_a_clash_ends_when_one_of_its_members_goes(knowledge: Path, tmp_path: Path) -> None:
    one = specified(tmp_path / "one", knowledge, position="alibi", family="decoder")
    two = specified(tmp_path / "two", knowledge, position="rope", family="llama")
    assert (one["model"]["position"], two["model"]["position"]) == ("alibi", "rope")


def test_a_rule_of_the_corpus_is_obeyed(tmp_path: Path) -> None:
    known = write_knowledge(tmp_path / "knowledge")
    path = known / "compatibility.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    rule = {
        "id": "mine",
        "kind": "conflicts",
        "parts": ["norm:layernorm", "position:alibi"],
        "reason": "so",
        "source": "me",
    }
    path.write_text(json.dumps({**held, "rules": [*held["rules"], rule]}), encoding="utf-8")
    with pytest.raises(UserError, match=r"rule mine: norm:layernorm conflicts with position:alibi \(me\)"):
        stage(request(family="decoder", norm="layernorm", position="alibi"), knowledge=known, spec=tmp_path / "spec")


def test_loss_scaling_comes_with_float16_alone(knowledge: Path, tmp_path: Path) -> None:
    for precision, expected in {"float16": True, "bfloat16": False, "float32": False}.items():
        spec = specified(tmp_path / precision, knowledge, precision=precision)
        assert spec["training"]["loss_scaling"] is expected, precision


def test_z3_finds_what_a_search_by_hand_finds(knowledge: Path, tmp_path: Path) -> None:
    from stages.specify.family import resolve_family
    from stages.specify.formulas import Shape, parameters
    from stages.specify.lattice import feed_forward_range, lattice, usual_feed_forward
    from stages.specify.solve import solve

    config = request("bytes", parameters="2M", vocabulary=1024, attention="gqa")
    found = solve(config.request, resolve_family(config.request, knowledge), [])
    blank = Shape(0, 0, 0, 0, 0, 0, vocabulary=1024, gated=True, bias_in_norm=False, qk_norm=False, tied=False)
    for pair in lattice(blank):
        low, high = feed_forward_range(pair)
        unit = 64 if pair.hidden >= 512 else 32
        heads = [number for number in range(2, pair.heads) if pair.heads % number == 0]
        sizes = [size for size in range(low, high + 1) if size % unit == 0]
        fitting = [
            (abs(4 * kv - pair.heads), kv, abs(size - usual_feed_forward(pair)), size)
            for kv, size in itertools.product(heads, sizes)
            if abs(parameters(Shape(**{**vars(pair), "kv_heads": kv, "feed_forward": size})) - 2_000_000) <= 40_000
        ]
        if fitting:
            _, kv, _, size = min(fitting)
            expected = (pair.layers, pair.hidden, pair.heads, kv, size)
            break
    shape = found.shape
    assert (shape.layers, shape.hidden, shape.heads, shape.kv_heads, shape.feed_forward) == expected
