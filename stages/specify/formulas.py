"""The formulas of the specification, each with its source; exact where a count is meant, an estimate where it says so.

The count of parameters is written once, over numbers and over z3's expressions alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TRAINING_WIDTH = {"bfloat16": 2, "float16": 2, "float32": 4}  # bytes of an activation
GROUP = 32  # weights that share a scale in int4


@dataclass(frozen=True)
class Shape:
    """What the formulas need; sizes are numbers, or z3's expressions while a solution is sought."""

    layers: Any
    hidden: Any
    heads: Any
    kv_heads: Any
    head_dim: Any
    feed_forward: Any
    vocabulary: int
    gated: bool
    bias_in_norm: bool
    qk_norm: bool
    tied: bool


def block_matrices(shape: Shape) -> Any:
    """Weights in the matrices of one block: query and output, key and value, two or three of the feed-forward."""
    attention = 2 * shape.hidden * shape.heads * shape.head_dim + 2 * shape.hidden * shape.kv_heads * shape.head_dim
    return attention + (3 if shape.gated else 2) * shape.hidden * shape.feed_forward


def norm_weights(shape: Shape) -> Any:
    """Weights of one norm over the hidden size; LayerNorm has a bias too."""
    return (2 if shape.bias_in_norm else 1) * shape.hidden


def outside(shape: Shape) -> Any:
    """Weights that are in no block: embedding, head unless it is tied, last norm."""
    return (1 if shape.tied else 2) * shape.vocabulary * shape.hidden + norm_weights(shape)


def parameters(shape: Shape) -> Any:
    """All weights, each once."""
    block = block_matrices(shape) + 2 * norm_weights(shape) + (2 * shape.head_dim if shape.qk_norm else 0)
    return outside(shape) + shape.layers * block


def state_bytes(total: Any, matrices: Any, optimizer: str) -> Any:
    """Float32 weights, gradients, optimizer state: two moments (AdamW), one for the blocks' matrices (Muon)."""
    return 16 * total - (4 * matrices if optimizer == "muon" else 0)


def copy_bytes(total: Any, largest: Any, precision: str, sharded: bool) -> Any:
    """The 16-bit copy of the weights that a step computes with; of one unit at a time if weights are sharded."""
    return 0 if precision == "float32" else 2 * (largest if sharded else total)


def activation_bytes(shape: Shape, context: int, precision: str) -> Any:
    """What the backward pass keeps for one sequence, and the float32 logits with their gradient."""
    blocks = 17 * TRAINING_WIDTH[precision] * context * shape.hidden * shape.layers
    return blocks + 8 * context * shape.vocabulary


def weight_bytes(shape: Shape, quantization: str, precision: str) -> int:
    """Bytes of the weights at inference; quantised are the blocks' matrices, with float32 scales."""
    total, matrices = parameters(shape), shape.layers * block_matrices(shape)
    rest = (total - matrices) * TRAINING_WIDTH[precision]
    if quantization == "int8":
        return rest + matrices + 4 * shape.layers * rows(shape)
    if quantization == "int4":
        return rest + matrices // 2 + 4 * matrices // GROUP
    return total * TRAINING_WIDTH[precision]


def rows(shape: Shape) -> int:
    """Output rows of all matrices of one block."""
    attention = (shape.heads + 2 * shape.kv_heads) * shape.head_dim + shape.hidden
    return attention + (2 if shape.gated else 1) * shape.feed_forward + shape.hidden


def cache_bytes(shape: Shape, length: int, precision: str) -> int:
    """Keys and values of one sequence of `length` tokens."""
    return 2 * shape.layers * shape.kv_heads * shape.head_dim * length * TRAINING_WIDTH[precision]


def flops_per_token(shape: Shape, length: int) -> int:
    """Forward and backward, for one token of training."""
    return 6 * parameters(shape) + 12 * shape.layers * shape.heads * shape.head_dim * length


SOURCES = {
    "parameters": (
        "V·h·(1 if tied else 2) + n + L·(2·h·H·d + 2·h·K·d + m·h·f + 2·n + 2·d if QK-Norm), "
        "n = h (RMSNorm) or 2·h (LayerNorm), m = 3 (SwiGLU) or 2 (GELU)",
        "counted from model.yaml, tensor by tensor; the scaffold's test counts it again in PyTorch",
    ),
    "state": (
        "16 bytes a parameter: weights 4, gradients 4, two moments 4 + 4; 12 for a matrix under Muon; "
        "divided by the accelerators under zero3",
        "Rajbhandari et al. 2020 (ZeRO), arXiv:1910.02054, sections 3.1 and 5 (the same 16 bytes, 12 of them as master "
        "copies and moments); Muon counted from its state",
    ),
    "copy": ("2 bytes a parameter in 16-bit training, 0 in float32", "counted from the scaffold's train.py (autocast)"),
    "activations": (
        "34·s·h·L bytes a sequence in 16 bits (68 in float32) + 8·s·V for the logits and their gradient",
        "Korthikanti et al. 2022, arXiv:2205.05198, section 4.1 (GELU of 4·h, with dropout), without the 5·a·s²·L of "
        "stored attention scores, which a fused attention recomputes; an estimate",
    ),
    "memory": ("state + copy + activations", "the sum of the three above; activations are an estimate"),
    "total_flops": ("FLOPs of a token x tokens", "the product of the two above"),
    "weights": (
        "blocks' matrices in 1 byte (int8) or half a byte (int4) with a float32 scale a row (int8) or 32 weights "
        "(int4), the rest in the training precision",
        "counted from the scaffold's quantize.py",
    ),
    "cache": ("2·L·K·d·bytes, times s or the sliding window", "counted from the shapes of keys and values"),
    "flops": ("6·N + 12·L·H·d·s a token", "Chowdhery et al. 2022 (PaLM), arXiv:2204.02311, appendix B"),
    "tokens": (
        "tokens_per_parameter · N",
        "Hoffmann et al. 2022, arXiv:2203.15556, table 3: about 20 for the least compute",
    ),
    "learning_rate": (
        "0.003239 − 0.0001395·ln N, at least 0.0001",
        "Kaplan et al. 2020, arXiv:2001.08361, appendix D.6 (a rule of thumb whose N is without embeddings, here with "
        "them); the bound is a default of this blueprint",
    ),
    "depth": (
        "ln h near 5.039 + 0.0555·L",
        "Levine et al. 2020, arXiv:2006.12467, the fit of width to depth",
    ),
    "feed_forward": (
        "8/3·h (SwiGLU) or 4·h (GELU), as near as the count allows",
        "Shazeer 2020, arXiv:2002.05202, section 2; Vaswani et al. 2017, arXiv:1706.03762, section 3.3 and table 3",
    ),
}
