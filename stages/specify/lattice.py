"""The shapes to choose from: hidden size x layers, nearest to a published fit of depth to width first.

A pair leaves open the key-value heads (divisors of the heads, as the kind of attention allows) and the feed-forward
size (a multiple of 32 or 64 within a fifth of the usual); these are for z3 to choose.
"""

from __future__ import annotations

import math
from dataclasses import replace

from stages.specify import formulas
from stages.specify.formulas import Shape

WIDTHS = [*range(64, 512, 32), *range(512, 1024, 64), *range(1024, 4096, 128), *range(4096, 16385, 512)]
DEPTHS = range(2, 129)
SLACK = 1.0  # a pair is on the lattice if its width is at most this far (in ln) from the fit


def lattice(shape: Shape) -> list[Shape]:
    """The pairs of hidden size and layers, nearest to the fit of depth to width first."""
    pairs = sorted((_distance(hidden, layers), hidden, layers) for hidden in WIDTHS for layers in DEPTHS)
    return [
        replace(shape, hidden=hidden, layers=layers, head_dim=dim, heads=hidden // dim)
        for distance, hidden, layers in pairs
        if distance <= SLACK
        for dim in [head_dim(hidden)]
    ]


def head_dim(hidden: int) -> int:
    """128, 64 or 32: the largest that divides the hidden size into at least eight heads, else 32."""
    return next((dim for dim in (128, 64) if hidden % dim == 0 and hidden // dim >= 8), 32)


def _distance(hidden: int, layers: int) -> float:
    return abs(math.log(hidden) - 5.039 - 0.0555 * layers)


def usual_feed_forward(shape: Shape) -> int:
    """8/3 of the hidden size for a gated feed-forward, four times for a plain one, as a multiple of its unit."""
    unit = unit_of(shape)
    return round(shape.hidden * (8 / 3 if shape.gated else 4) / unit) * unit


def unit_of(shape: Shape) -> int:
    return 64 if shape.hidden >= 512 else 32


def divisors(heads: int) -> list[int]:
    return [number for number in range(1, heads + 1) if heads % number == 0]


def kv_heads(heads: int, attention: str) -> list[int]:
    """The numbers of key-value heads that the kind of attention allows, in order; for gqa neither one nor all."""
    every = divisors(heads)
    return {"mha": every[-1:], "mqa": every[:1], "gqa": every[1:-1]}[attention]


def feed_forward_range(shape: Shape) -> tuple[int, int]:
    """Least and largest feed-forward size: the usual one less or more a fifth."""
    usual = usual_feed_forward(shape)
    return -(-usual * 4 // 5), usual * 6 // 5


def reachable(blank: Shape, wanted: int, attention: str, tolerance: int) -> list[Shape]:
    """The pairs that some choice of key-value heads and feed-forward size brings near `wanted` parameters."""
    return [
        pair
        for pair in lattice(blank)
        for heads in [kv_heads(pair.heads, attention)]
        for low, high in [feed_forward_range(pair)]
        if heads
        and 100 * _count(pair, heads[0], low) <= (100 + tolerance) * wanted
        and 100 * _count(pair, heads[-1], high) >= (100 - tolerance) * wanted
    ]


def _count(pair: Shape, kv_heads: int, feed_forward: int) -> int:
    return int(formulas.parameters(replace(pair, kv_heads=kv_heads, feed_forward=feed_forward)))
