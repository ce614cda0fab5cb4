"""specify: from a request and what the corpus knows to a specification that adds up.

    dvc repro specify              # or alone: python -m stages.specify spec=out/spec

reads   knowledge/ (parameters, entities and rules of compatibility with their evidence)
writes  spec/: spec.yaml, spec.json, spec.md, tokenizer.yaml, model.yaml, training_loop.md, data_pipeline.txt,
        architecture.mmd, architecture.dot, pseudocode.txt

z3 chooses the dimensions, so that the exact number of parameters is near the request and every rule holds. A request
that cannot be met ends in one line with the smallest set of rules that clash.
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge
from pydantic import Field

from stages.core.run.config import config

LIBRARIES = ("z3-solver", "lark", "graphviz", "jinja2", "pyyaml")

Size = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?[KMBT]?$")]
Bytes = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?(KB|MB|GB|TB)$")]


@config
class Hardware:
    """The machine that the model shall be trained on."""

    kind: Literal["cpu", "cuda", "cuda-ampere", "cuda-fp8"]
    """CPU, or an NVIDIA GPU: older than Ampere, of Ampere or later, of Ada, Hopper or later."""
    gpus: Annotated[int, Ge(1)]
    """Number of accelerators; of processes, on a CPU."""
    memory: Bytes
    """Memory of each accelerator, such as 24GB (1 GB is 10^9 bytes)."""


@config
class Request:
    """What the blueprint is asked for. A part that says `family` is as the family has it."""

    family: Literal["llama", "mistral", "qwen3", "smollm", "decoder"]
    """The model family; `decoder` is a plain decoder whose parts may be combined freely."""
    parameters: Size
    """Number of parameters, such as 100M or 1.5B; each weight counted once, tied ones too."""
    context: Annotated[int, Ge(16)]
    """Longest sequence, in tokens."""
    vocabulary: Annotated[int, Ge(256)]
    """Number of tokens in the vocabulary; 256 is one token a byte."""
    position: Literal["family", "rope", "alibi", "none"]
    """How positions enter attention: rotation, a linear bias, or not at all."""
    attention: Literal["family", "mha", "gqa", "mqa"]
    """Heads of keys and values: one a query head (mha), one a group of them (gqa), one for all (mqa)."""
    norm: Literal["family", "rmsnorm", "layernorm"]
    """The normalisation before attention and feed-forward."""
    feed_forward: Literal["family", "swiglu", "gelu"]
    """The feed-forward part: gated with SiLU (three matrices), or GELU (two)."""
    embeddings: Literal["family", "tied", "untied"]
    """Whether the output head is the embedding matrix again."""
    hardware: Hardware
    """The machine."""
    precision: Literal["bfloat16", "float16", "float32"]
    """Number format of weights and activations in training; the optimizer keeps float32 beside a 16-bit one."""
    quantization: Literal["none", "int8", "int4"]
    """Weights at inference; `none` keeps the precision of training."""
    optimizer: Literal["adamw", "muon"]
    """The optimizer; muon takes the matrices inside the blocks and AdamW the rest."""
    parallelism: Literal["none", "data", "zero3"]
    """Over several accelerators: copies of the model (data) or shards of it (zero3, as PyTorch's fully_shard)."""
    tokens_per_step: Annotated[int, Ge(1)]
    """Tokens in one optimizer step, over all accelerators."""
    tokens_per_parameter: Annotated[float, Ge(0)]
    """Training tokens for each parameter; 0 leaves the length of training open."""


@config
class Config:
    """All that specify may be told."""

    request: Request
    """What the blueprint is asked for."""
