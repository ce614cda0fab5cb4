"""Export: the tuned model, cut by layer and part into fragments that assemble again bit for bit.

    dvc repro export        or alone: python -m stages.export

reads   build/base/, build/adapter/
writes  build/fragments/: 00-config, 01-tokenizer, 02-embedding, 03-attention-00, ... and manifest.json with the order,
        the SHA-256 of each file, and the SHA-256, dtype and shape of each tensor

The adapter is merged in float32 and rounded to the base's dtype. Which tensor belongs to which part is said by regular
expressions in conf/fragments/; a tensor that none names goes to the part `other`, so nothing is lost. A tensor whose
bytes were stored before (tied embeddings) is named, not stored again.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from annotated_types import MinLen
from pydantic import AfterValidator

from stages.core.run.config import Threads, config

LIBRARIES = ("torch", "transformers", "peft", "safetensors")


def regular_expression(text: str) -> str:
    """`text` itself; compose then refuses one that is none, before a model is trained."""
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return text


@config
class Rule:
    """Which tensors make one part."""

    part: str
    """Name of the part, as it stands in the fragment's name."""
    pattern: Annotated[str, AfterValidator(regular_expression)]
    """Regular expression found in the tensor's name; a group named layer makes the part one of each layer."""


@config
class Fragments:
    """How the model is cut and stored."""

    formats: Annotated[list[Literal["safetensors", "pt", "bin"]], MinLen(1)]
    """Files of each fragment: safetensors; pt (torch.save); bin (raw little-endian bytes, offsets in the manifest)."""
    rules: list[Rule]
    """The first rule that fits names the part; parts come in this order, those of a layer together."""


@config
class Config:
    """What export reads of conf/."""

    fragments: Fragments
    threads: Threads
    """Threads that split a sum."""
