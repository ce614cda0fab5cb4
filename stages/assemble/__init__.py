"""Assemble: fragments back to one model, piece by piece, each checked before it is used.

    dvc repro assemble        or alone: python -m stages.assemble fragments=DIR model=DIR

reads   build/fragments/
writes  build/model/: config.json, the tokenizer, model.safetensors; `AutoModelForCausalLM.from_pretrained` loads it

After each piece it says what is there and what is missing. A flipped bit, a missing piece and a path that leads out of
the folder are refused in one line that names the piece. No code from a file is run.
"""

from __future__ import annotations

from stages.core.run.config import config

LIBRARIES = ("torch", "transformers", "safetensors")


@config
class Config:
    """Assemble reads nothing of conf/: the manifest says all."""
