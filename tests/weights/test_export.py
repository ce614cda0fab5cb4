from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import torch
import yaml
from peft import PeftModel
from transformers import AutoModelForCausalLM

from stages.export import Rule
from stages.export.cut import cut
from tests.weights.builders import ROOT, contents, inside, run_stages

pytestmark = pytest.mark.xdist_group("weights")
RULES = [Rule(**rule) for rule in yaml.safe_load((ROOT / "conf/fragments/default.yaml").read_text())["rules"]]
MERGED = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def manifest(root: Path) -> dict:
    return json.loads((root / "build" / "fragments" / "manifest.json").read_text())


def test_parts_follow_the_order_of_the_rules_and_nothing_is_lost() -> None:
    names = [
        "model.embed_tokens.weight",
        "model.layers.10.mlp.up_proj.weight",
        "model.layers.2.self_attn.q_proj.weight",
        "model.layers.2.input_layernorm.weight",
        "model.norm.weight",
        "lm_head.weight",
        "some.new.thing",
    ]
    parts = cut(names, RULES)
    assert [(part.part, part.layer) for part in parts] == [
        ("embedding", None), ("attention", 2), ("norms", 2), ("feed-forward", 10), ("final-norm", None),
        ("head", None), ("other", None),
    ]  # fmt: skip
    assert sorted(name for part in parts for name in part.names) == sorted(names)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("rwkv.embeddings.weight", "embedding"),
        ("rwkv.blocks.1.attention.time_decay", "time-mixing"),
        ("rwkv.blocks.1.feed_forward.key.weight", "feed-forward"),
        ("rwkv.blocks.0.pre_ln.weight", "norms"),
        ("rwkv.blocks.0.ln1.bias", "norms"),
        ("rwkv.ln_out.weight", "final-norm"),
        ("head.weight", "head"),
        ("model.layers.3.self_attn.q_norm.weight", "attention"),
        ("model.layers.3.post_attention_layernorm.weight", "norms"),
        ("transformer.wte.weight", "embedding"),
    ],
)
def test_names_of_every_family_find_their_part(name: str, part: str) -> None:
    assert cut([name], RULES)[0].part == part


def test_every_tensor_is_the_merged_models(built) -> None:
    root, _ = built
    base = AutoModelForCausalLM.from_pretrained(root / "build" / "base")
    merged = PeftModel.from_pretrained(base, root / "build" / "adapter").merge_and_unload().state_dict()
    entries = {entry["name"]: entry for piece in manifest(root)["pieces"] for entry in piece.get("tensors", ())}
    assert entries.keys() == merged.keys()
    for name, tensor in merged.items():
        raw = tensor.contiguous().view(torch.uint8).numpy().tobytes()
        assert entries[name]["sha256"] == hashlib.sha256(raw).hexdigest()
        assert entries[name]["shape"] == list(tensor.shape)
    untuned = AutoModelForCausalLM.from_pretrained(root / "build" / "base").state_dict()
    changed = {name for name in merged if not torch.equal(merged[name], untuned[name])}
    assert changed == {name for name in merged if any(part in name for part in MERGED)}


def test_equal_tensors_are_stored_once(built) -> None:
    entries = [entry for piece in manifest(built[0])["pieces"] for entry in piece.get("tensors", ())]
    contents_stored = [(e["sha256"], tuple(e["shape"])) for e in entries if "offset" in e]
    assert len(contents_stored) == len(set(contents_stored))
    assert any("same_as" in entry for entry in entries)  # norms of a fresh model are all ones


def test_two_runs_give_the_same_bytes(built) -> None:
    first = contents(built[0] / "build" / "fragments")
    run_stages(built[0], "export")
    assert contents(built[0] / "build" / "fragments") == first
    with inside(built[0]):
        assert not Path("build/fragments/.merged").exists()
