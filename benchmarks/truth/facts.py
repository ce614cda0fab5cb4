"""The table of planted facts: families of models that do not exist, with values such as papers state.

The index-th family depends on seed, part and index alone, so a corpus that grows keeps the facts it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from benchmarks.truth.dice import Dice, dice
from benchmarks.truth.names import Style, style
from benchmarks.truth.parameters import PACKING, PIECES, RESULTS, SHAPE, TRAINING, TUNING

Fact = int | float | str | tuple[str, ...]

# billions of parameters, layers, hidden size, feed-forward size, heads, key-value heads (0: as many as heads)
SHAPES = (
    (0.124, 12, 768, 3072, 12, 0),
    (0.362, 24, 1024, 2816, 16, 4),
    (0.51, 24, 1024, 4096, 16, 0),
    (1.1, 22, 2048, 5632, 32, 4),
    (1.62, 24, 2048, 8192, 32, 8),
    (2.8, 32, 2560, 6912, 20, 4),
    (3.24, 28, 3072, 8192, 24, 8),
    (6.9, 32, 4096, 11008, 32, 0),
    (7.24, 32, 4096, 14336, 32, 8),
    (8.3, 36, 4096, 12288, 32, 8),
    (13.1, 40, 5120, 13824, 40, 0),
    (14.7, 48, 5120, 13824, 40, 8),
    (20.6, 44, 6144, 16384, 48, 8),
    (32.5, 64, 5120, 27648, 40, 8),
    (47.0, 56, 6656, 17920, 52, 4),
    (69.8, 80, 8192, 28672, 64, 8),
    (110.4, 80, 8192, 49152, 64, 8),
)
WORDS = {
    "normalisation": ("RMSNorm", "RMSNorm", "LayerNorm"),
    "activation": ("SwiGLU", "SwiGLU", "GeGLU", "GELU", "squared ReLU"),
    "position encoding": ("RoPE", "RoPE", "RoPE", "ALiBi", "learned absolute"),
    "licence": ("Apache-2.0", "MIT", "CC-BY-4.0", "BSD-3-Clause", "OpenRAIL"),
    "optimizer": ("AdamW", "AdamW", "AdamW", "Muon", "Lion", "Adafactor"),
    "precision": ("bfloat16", "bfloat16", "float16", "FP8"),
}
TARGETS = (
    ("q_proj", "v_proj"),
    ("q_proj", "k_proj", "v_proj", "o_proj"),
    ("query_key_value",),
    ("gate_proj", "up_proj", "down_proj"),
    ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"),
)
CARDS = ("A100", "H100", "A100 80GB", "H800", "V100")


@dataclass(frozen=True)
class Model:
    """One model: what it is called, and its facts."""

    name: str
    version: str
    size: str
    variant: str
    values: dict[str, Fact]


@dataclass(frozen=True)
class Family:
    """The models of one name."""

    index: int
    style: Style
    models: tuple[Model, ...]

    @property
    def plain(self) -> tuple[Model, ...]:
        return tuple(model for model in self.models if not model.variant)

    def variants(self, model: Model) -> list[Model]:
        return [
            held for held in self.models if held.variant and (held.version, held.size) == (model.version, model.size)
        ]


@lru_cache(maxsize=8192)
def family(seed: int, part: str, index: int) -> Family:
    """The index-th family of a part."""
    own, named = dice(seed, part, "family", index), style(seed, part, index)
    if "{v}" in named.pattern:
        versions = list(own.pick((("1", "2"), ("1.5", "2"), ("2", "3"), ("0.1", "0.2"), ("1", "1.5", "2"))))
    else:
        versions = [""]
    first = own.between(0, len(SHAPES) - 6)
    shapes = [SHAPES[first + step] for step in sorted({0, own.between(1, 2), own.between(3, 5)})]
    models: list[Model] = []
    for version in versions:
        shared = _recipe(own)
        for size, shape in sorted({_size(shape[0]): shape for shape in shapes}.items(), key=lambda held: held[1]):
            plain = Model(named.name(version, size), version, size, "", _plain(own, shape, shared))
            models.append(plain)
            models += _derived(own, plain, named)
    return Family(index, named, tuple(models))


def _size(billions: float) -> str:
    return f"{billions * 1000:.0f}M" if billions < 1 else f"{billions:.1f}B" if billions < 4 else f"{billions:.0f}B"


def _recipe(own: Dice) -> dict[str, Fact]:
    """What the sizes of one version share."""
    shared: dict[str, Fact] = {name: own.pick(words) for name, words in WORDS.items()}
    shared["vocabulary"] = own.pick((32000, 32768, 49152, 50304, 64000, 65536, 100352, 128256, 151936, 152064, 256000))
    shared["context length"] = own.pick((2048, 4096, 4096, 8192, 16384, 32768, 65536, 131072))
    base = own.pick((10000, 10000, 500000, 1000000, 5000000))
    if shared["position encoding"] == "RoPE":
        shared["position base"] = base
    shared["tied embeddings"] = own.pick(("yes", "no"))
    shared["training tokens"] = int(own.pick((0.3, 0.6, 1, 1.4, 2, 2.4, 3.2, 4, 6.5, 9, 11.2, 15, 18)) * 10**12)
    shared["Adam beta1"] = 0.9
    shared["Adam beta2"] = own.pick((0.95, 0.95, 0.98, 0.999))
    if shared["optimizer"] not in ("AdamW", "Adafactor"):
        del shared["Adam beta1"], shared["Adam beta2"]
    shared["weight decay"] = own.pick((0.1, 0.1, 0.05, 0.01, 0.033))
    shared["warm-up steps"] = own.pick((500, 1000, 2000, 2500, 3000, 5000, 10000))
    shared["gradient clipping"] = own.pick((1.0, 1.0, 0.5, 2.0))
    shared["batch tokens"] = own.pick((500000, 1000000, 2000000, 4000000, 6000000, 8000000, 16000000))
    return shared


def _plain(own: Dice, shape: tuple[float, int, int, int, int, int], shared: dict[str, Fact]) -> dict[str, Fact]:
    billions, layers, hidden, inner, heads, shared_heads = shape
    values: dict[str, Fact] = dict(shared)
    jitter = 1 + own.between(-25, 25) / 1000
    values["parameters"] = int(float(f"{billions * jitter:.3g}") * 1000 + 0.5) * 10**6
    values["layers"] = layers + own.pick((0, 0, 2, -2, 4))
    values["hidden size"] = hidden
    values["feed-forward size"] = inner + own.pick((0, 0, 256, 512))
    values["heads"] = heads
    values["key-value heads"] = shared_heads or heads
    values["head dimension"] = hidden // heads
    values["attention"] = "grouped-query" if shared_heads else "multi-head"
    if own.chance(0.15) and billions > 5:
        values["experts"], values["active experts"] = own.pick(((8, 2), (16, 2), (64, 6), (128, 8)))
    rates = (6e-4, 5e-4, 4.2e-4, 3e-4, 3.2e-4, 2e-4, 1.5e-4, 1.2e-4, 1e-4)
    values["learning rate"] = own.pick(rates)
    cards = own.pick((16, 32, 64, 128, 256, 512, 1024, 2048))
    values["hardware"] = f"{cards} {own.pick(CARDS)}"
    values["GPU hours"] = int(float(f"{billions * own.between(900, 9000):.2g}")) + 100
    level = 22 + 9.5 * billions**0.35 * (1 + own.between(0, 40) / 100)
    for name in RESULTS:
        values[name] = round(min(93.4, level + own.between(-80, 180) / 10), 1)
    return {name: values[name] for name in (*SHAPE, *PIECES, *TRAINING, *RESULTS) if name in values}


def _derived(own: Dice, plain: Model, named: Style) -> list[Model]:
    """The tuned and the quantised model that stand on a plain one, each with facts of its own."""
    tuned: dict[str, Fact] = {
        "LoRA rank": own.pick((4, 8, 16, 32, 64, 128)),
        "LoRA alpha": own.pick((8, 16, 32, 64, 128)),
        "LoRA dropout": own.pick((0.0, 0.05, 0.1)),
        "LoRA targets": own.pick(TARGETS),
        "learning rate": own.pick((1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 3e-4)),
        "context length": plain.values["context length"],
        "licence": plain.values["licence"],
    }
    for name in RESULTS:
        before = plain.values[name]
        assert isinstance(before, float)
        tuned[name] = round(min(95.0, before + own.between(-15, 95) / 10), 1)
    methods = ("GPTQ", "AWQ", "NF4", "round-to-nearest")
    packed: dict[str, Fact] = {
        "bits": 4 if "4" in named.packed else own.pick((4, 4, 3, 8)),
        "group size": own.pick((32, 64, 128, 128)),
        "quantisation": named.packed if named.packed in methods else own.pick(methods),
        "licence": plain.values["licence"],
        "MMLU": round(float(str(plain.values["MMLU"])) - own.between(1, 19) / 10, 1),
    }
    assert set(packed) >= set(PACKING) and set(tuned) >= set(TUNING)
    held = ((named.tuned, tuned), (named.packed, packed))
    return [
        Model(named.name(plain.version, plain.size, variant), plain.version, plain.size, variant, values)
        for variant, values in held
    ]


def another(parameter: str, value: Fact, draw: float) -> Fact | None:
    """A plausible value that is not `value`, for conflicts, traps and edits; None for words and lists without one."""
    if isinstance(value, str):
        others = [word for word in dict.fromkeys(WORDS.get(parameter, ())) if word != value]
        return others[int(draw * len(others))] if others else None
    if isinstance(value, tuple):
        return None
    if parameter in RESULTS:
        return round(value + (-1 if draw < 0.5 else 1) * (1 + int(draw * 40) / 10), 1)
    if parameter == "layers":
        return int(value) + (4 if draw < 0.5 else 6)
    if isinstance(value, float) and value == 0:
        return 0.1
    scaled = value * (0.5 if draw < 0.4 and value > 1 else 2)
    if parameter == "parameters":
        scaled = int(value * 1.25 / 10**7) * 10**7
    if parameter in ("Adam beta1", "Adam beta2"):
        return 0.99
    return int(scaled) if isinstance(value, int) else float(f"{scaled:.6g}")
