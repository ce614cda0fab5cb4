"""BERT (Devlin et al. 2019, section 3; Vaswani et al. 2017, section 3.1) for one text at a time.

Written out, since importing transformers costs more than all else that the embedding of a changed document does. Where
PyTorch has oneDNN, its products with weights laid out for it once, and with GELU put on while a block is in the cache,
take four fifths of the time that `torch.nn.TransformerEncoder` needs. A test compares the vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import Tensor

USUAL = 128  # tokens that the weights are laid out for; any number may come
STEP = 16  # products are of so many rows or a multiple, since oneDNN keeps code for each number that it has met
QUERY_KEY_VALUE = [f"attention.self.{name}" for name in ("query", "key", "value")]


def bert(settings: dict[str, Any], held: Mapping[str, Tensor], dtype: torch.dtype) -> Callable[[list[int]], Tensor]:
    """What gives the last layer's states (tokens, hidden size) for a text's tokens; `settings` and `held` are the
    model's own two files.

    Matrix products take numbers of `dtype`; embeddings, norms and sums stay in 32 bits.
    """
    import torch

    wanted = {"model_type": "bert", "position_embedding_type": "absolute", "hidden_act": "gelu"}
    assert {key: settings[key] for key in wanted} == wanted, settings
    names = "word_embeddings", "position_embeddings", "token_type_embeddings"
    words, places, segments = (held[f"embeddings.{name}.weight"] for name in names)
    norm = _norm(held, "embeddings.LayerNorm", settings["layer_norm_eps"])
    layers = [_layer(settings, held, f"encoder.layer.{n}.", dtype) for n in range(settings["num_hidden_layers"])]

    def states(ids: list[int]) -> Tensor:
        now = norm(words[torch.tensor(ids)] + segments[0] + places[: len(ids)])
        now = torch.nn.functional.pad(now, (0, 0, 0, -len(ids) % STEP))
        for layer in layers:
            now = layer(now, len(ids))
        return now[: len(ids)]

    return states


def _layer(
    settings: dict[str, Any], held: Mapping[str, Tensor], prefix: str, dtype: torch.dtype
) -> Callable[[Tensor, int], Tensor]:
    """Attention, then the feed-forward network, each added to what came in and normalised.

    Rows after the given number of tokens fill up a multiple of STEP; no token attends to them.
    """
    from torch.nn.functional import pad, scaled_dot_product_attention

    heads = settings["num_attention_heads"]
    project = _linear(held, [prefix + name for name in QUERY_KEY_VALUE], dtype)
    join, widen, narrow = (
        _linear(held, [prefix + name], dtype, gelu)
        for name, gelu in (
            ("attention.output.dense", False),
            ("intermediate.dense", True),
            ("output.dense", False),
        )
    )
    after_attention, after_feed_forward = (
        _norm(held, prefix + name, settings["layer_norm_eps"])
        for name in ("attention.output.LayerNorm", "output.LayerNorm")
    )

    def layer(now: Tensor, tokens: int) -> Tensor:
        query, key, value = project(now)[:tokens].view(tokens, 3, heads, -1).permute(1, 2, 0, 3).unsqueeze(1)
        attended = scaled_dot_product_attention(query, key, value)[0].transpose(0, 1).reshape(tokens, -1)
        now = after_attention(now + join(pad(attended, (0, 0, 0, len(now) - tokens))))
        return after_feed_forward(now + narrow(widen(now)))

    return layer


def _linear(
    held: Mapping[str, Tensor], names: list[str], dtype: torch.dtype, gelu: bool = False
) -> Callable[[Tensor], Tensor]:
    """The linear layers `names` as one, with GELU after it where wanted."""
    import torch

    weight, bias = (torch.cat([held[f"{name}.{kind}"] for name in names]).to(dtype) for kind in ("weight", "bias"))
    if not torch.backends.mkldnn.is_available():  # as on macOS
        after = torch.nn.functional.gelu if gelu else torch.nn.Identity()
        return lambda now: after(torch.nn.functional.linear(now.to(dtype), weight, bias))
    # PyTorch's compiler puts these two in place of a Linear; they have no other name (torch/_inductor/mkldnn_ir.py)
    packed = torch.ops.mkldnn._reorder_linear_weight(weight, USUAL)
    after_name, exact = ("gelu", "none") if gelu else ("none", "")
    return lambda now: torch.ops.mkldnn._linear_pointwise(now.to(dtype), packed, bias, after_name, [], exact)


def _norm(held: Mapping[str, Tensor], name: str, epsilon: float) -> Callable[[Tensor], Tensor]:
    from torch.nn.functional import layer_norm

    weight, bias = held[f"{name}.weight"], held[f"{name}.bias"]
    return lambda now: layer_norm(now, weight.shape, weight, bias, epsilon)
