"""How a value is written: 7B, 7 billion, 7,000,000,000; 32k, 32,768; 3e-4, 3 × 10^-4, 0.0003.

Every spelling reads back as exactly the value: 32k of a length is 32 × 1,024, and nothing is rounded.
"""

from __future__ import annotations

from decimal import Decimal

from benchmarks.truth.dice import of_part
from benchmarks.truth.facts import Fact
from benchmarks.truth.parameters import Parameter

SCALES = (("T", "trillion", 10**12), ("B", "billion", 10**9), ("M", "million", 10**6))
SPELLINGS = {
    "RMSNorm": ("RMSNorm", "RMS norm", "root mean square layer normalisation"),
    "LayerNorm": ("LayerNorm", "layer normalization", "layer norm"),
    "RoPE": ("RoPE", "rotary position embeddings", "rotary embeddings"),
    "learned absolute": ("learned absolute positions", "learned positions", "learned absolute position embeddings"),
    "grouped-query": ("grouped-query attention", "GQA", "grouped query attention"),
    "multi-head": ("multi-head attention", "MHA"),
    "Apache-2.0": ("Apache-2.0", "Apache 2.0", "Apache License 2.0"),
    "bfloat16": ("bfloat16", "bf16", "BF16"),
    "float16": ("float16", "fp16", "FP16"),
    "squared ReLU": ("squared ReLU",),
}
FIELD_WORDS = {"RMSNorm": "rms_norm", "LayerNorm": "layer_norm", "SwiGLU": "swiglu", "GELU": "gelu", "GeGLU": "geglu",
               "squared ReLU": "relu2", "RoPE": "rotary", "ALiBi": "alibi", "learned absolute": "absolute",
               "AdamW": "adamw_torch", "Muon": "muon", "Lion": "lion", "Adafactor": "adafactor"}  # fmt: skip


def normal(value: Fact) -> str:
    """The value as truth has it: a plain number without an exponent, a canonical word, or items joined by commas."""
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, str):
        return value
    number = f"{Decimal(repr(value)):f}"
    return number.rstrip("0").rstrip(".") if "." in number else number


def spell(parameter: Parameter, value: Fact, part: str, draw: float) -> str:
    """One of the ways to write the value; `draw` in [0, 1) chooses."""
    ways = of_part(_ways(parameter, value), part)
    return ways[int(draw * len(ways))]


def _ways(parameter: Parameter, value: Fact) -> list[str]:
    if isinstance(value, tuple):
        return [", ".join(value), " and ".join([", ".join(value[:-1]), value[-1]]) if len(value) > 1 else value[0]]
    if isinstance(value, str):
        return list(SPELLINGS.get(value, (value,)))
    if parameter.kind == "percent":
        return [f"{value:.1f}"]
    if isinstance(value, float):
        return _decimal(value)
    return _whole(value, length=parameter.kind == "length")


def _whole(value: int, *, length: bool) -> list[str]:
    if value < 1000:
        return [str(value)]
    ways = [f"{value:,}", str(value)]
    if length and value % 1024 == 0:
        return [*ways, f"{value // 1024}K", f"{value // 1024}k"]
    for letter, word, scale in SCALES:
        if value >= scale:
            short = f"{Decimal(value) / scale:f}"
            short = short.rstrip("0").rstrip(".") if "." in short else short
            if len(short) <= 5:
                return [f"{short}{letter}", f"{short} {word}", f"{short} {letter}", f"{value:,}"]
    return ways


def _decimal(value: float) -> list[str]:
    plain = normal(value)
    if value >= 0.001 or value == 0:
        return [plain if "." in plain or value == 0 else f"{plain}.0"]
    digits, power = f"{value:e}".split("e")
    digits = digits.rstrip("0").rstrip(".")
    longer = digits if "." in digits else f"{digits}.0"
    exponent = int(power)
    return [
        f"{digits}e{exponent}",
        f"{digits} × 10^{exponent}",
        f"{longer}e{exponent}",
        plain,
        f"{longer} × 10^{exponent}",
        f"{digits} x 10^{exponent}",
        f"{longer}e-0{-exponent}",
        f"{longer} x 10^{exponent}",
        f"{digits}E{exponent}",
    ]


def field_value(value: Fact) -> str:
    """The value as a configuration file has it, in JSON."""
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    if isinstance(value, str):
        flag = {"yes": "true", "no": "false"}.get(value)
        return flag or f'"{FIELD_WORDS.get(value, value)}"'
    return normal(value) if value == 0 or value >= 0.001 else f"{value:g}"
