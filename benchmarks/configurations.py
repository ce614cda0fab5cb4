"""Whether the defaults of transformers' configuration classes are recovered from their source, as documents."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.elements import parsed

FAMILIES = {
    **{"llama": "Llama", "mistral": "Mistral", "mixtral": "Mixtral", "qwen2": "Qwen2", "qwen3": "Qwen3"},
    **{"gemma": "Gemma", "gemma2": "Gemma2", "phi": "Phi", "phi3": "Phi3", "falcon": "Falcon", "gpt2": "GPT2"},
    **{"gpt_neox": "GPTNeoX", "gptj": "GPTJ", "opt": "OPT", "olmo": "Olmo", "bert": "Bert", "roberta": "Roberta"},
    **{"deepseek_v3": "DeepseekV3", "smollm3": "SmolLM3", "stablelm": "StableLm"},
}
FIELDS = {
    "layers": ("num_hidden_layers", "n_layer", "num_layers"),
    "hidden size": ("hidden_size", "n_embd", "d_model"),
    "feed-forward size": ("intermediate_size", "ffn_dim", "n_inner"),
    "expert size": ("moe_intermediate_size",),
    "heads": ("num_attention_heads", "n_head", "num_heads"),
    "key-value heads": ("num_key_value_heads", "num_kv_heads"),
    "head dimension": ("head_dim",),
    "vocabulary": ("vocab_size",),
    "context length": ("max_position_embeddings", "n_positions"),
    "activation": ("hidden_act", "activation_function", "hidden_activation"),
    "tied embeddings": ("tie_word_embeddings",),
    "norm epsilon": ("rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon"),
    "experts": ("num_local_experts", "n_routed_experts", "num_experts"),
    "active experts": ("num_experts_per_tok",),
    "shared experts": ("n_shared_experts",),
    "sliding window": ("sliding_window",),
    "initializer range": ("initializer_range",),
    "rotary dimension": ("rotary_dim",),
    "attention dropout": ("attention_dropout", "attn_pdrop", "attention_probs_dropout_prob"),
}
WORDS = {"silu": "SiLU", "gelu": "GELU", "gelu_new": "GELU", "gelu_pytorch_tanh": "GELU", "relu": "ReLU"}


def recovered(facts: Callable[[dict[str, Any]], dict[str, Any]], lines: list[str]) -> dict[str, Any]:
    """The share of stated defaults of FAMILIES that `facts` gives, under the canonical name, with the right value."""
    import transformers

    folder = Path(transformers.__file__).parent / "models"
    right = stated = 0
    for family, stem in FAMILIES.items():
        (row,) = parsed(folder, [f"{family}/configuration_{family}.py"])
        found = {(held["name"], held["number"] or held["value"]) for held in facts(row)["parameters"]}
        for name, value in defaults(getattr(transformers, f"{stem}Config")):
            stated += 1
            right += (name, value or str(value)) in found
            if (name, value or str(value)) not in found:
                lines.append(f"configuration missed: {family} | {name} | {value}")
    return {"configurations": {"recovered": round(right / stated, 3), "stated": stated, "families": len(FAMILIES)}}


def defaults(config: type) -> Iterator[tuple[str, Any]]:
    """Canonical name and value of the defaults that a class states itself; None is no value."""
    own = inspect.get_annotations(config)
    held = {field.name: field.default for field in dataclasses.fields(config) if field.name in own}
    for name, fields in FIELDS.items():
        for field in fields:
            value = held.get(field)
            if isinstance(value, bool):
                yield name, "yes" if value else "no"
            elif isinstance(value, int | float):
                yield name, float(value)
            elif isinstance(value, str):
                yield name, WORDS.get(value, value)
