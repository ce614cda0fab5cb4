"""BERT as PyTorch has it: word, position and segment embeddings, then torch.nn.TransformerEncoder.

A layer of BERT is PyTorch's TransformerEncoderLayer under other names, so transformers is not needed to run one;
importing it costs more than all else that the embedding of a changed document does. A test compares the vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import Tensor

LAYER = {  # PyTorch's name, and transformers' names of what is put together in it
    "self_attn.in_proj_": ["attention.self.query.", "attention.self.key.", "attention.self.value."],
    "self_attn.out_proj.": ["attention.output.dense."],
    "norm1.": ["attention.output.LayerNorm."],
    "linear1.": ["intermediate.dense."],
    "linear2.": ["output.dense."],
    "norm2.": ["output.LayerNorm."],
}


def bert(settings: dict[str, Any], held: Mapping[str, Tensor], dtype: torch.dtype) -> Callable[[list[int]], Tensor]:
    """What gives the last layer's states for a text's tokens; `settings` and `held` are the model's own two files.

    Matrix products take numbers of `dtype`; embeddings and norms stay as they are stored.
    """
    import torch
    from torch import nn

    assert settings["model_type"] == "bert" and settings["position_embedding_type"] == "absolute", settings
    names = "word_embeddings", "position_embeddings", "token_type_embeddings"
    words, places, segments = (held[f"embeddings.{name}.weight"] for name in names)
    shape = settings["hidden_size"], settings["num_attention_heads"], settings["intermediate_size"], 0.0
    epsilon = settings["layer_norm_eps"]
    with torch.device("meta"):  # the weights come from `held`
        norm = nn.LayerNorm(shape[0], epsilon)
        layer = nn.TransformerEncoderLayer(*shape, settings["hidden_act"], epsilon, batch_first=True)
        layers = nn.TransformerEncoder(layer, settings["num_hidden_layers"], enable_nested_tensor=False).eval()
    norm.load_state_dict({kind: held[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias")}, assign=True)
    for number, one in enumerate(layers.layers):
        one.load_state_dict(_layer(held, f"encoder.layer.{number}.", dtype), assign=True)

    def states(ids: list[int]) -> Tensor:
        return layers(norm(words[ids] + segments[0] + places[: len(ids)])[None])[0]

    return states


def _layer(held: Mapping[str, Tensor], prefix: str, dtype: torch.dtype) -> dict[str, Tensor]:
    """The weights of one layer under PyTorch's names."""
    import torch

    weights = {}
    for ours, theirs in LAYER.items():
        for kind in ("weight", "bias"):
            parts = [held[f"{prefix}{name}{kind}"] for name in theirs]
            together = torch.cat(parts) if len(parts) > 1 else parts[0]
            weights[ours + kind] = together if "norm" in ours else together.to(dtype)
    return weights
