"""The stage function: find or make the model, then write it as every other stage reads it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from stages.base import Config
from stages.core.models import file_sha256, settle_torch
from stages.core.run import writes
from stages.core.source.load import SOURCES

ONE_FILE = "100TB"
QUESTION = "\ue000"


def stage(config: Config, *, base: Path = writes("base")) -> dict[str, Any]:
    """Write base/ and return its size: parameters, tensors, tokens in the vocabulary."""
    os.environ.setdefault("TQDM_DISABLE", "1")  # the bar of the GGUF reader, which logs cannot show
    settle_torch(1)
    model, tokenizer = SOURCES[config.model.source](config.model, config.seed)
    _write(model, tokenizer, config.model.dtype, base)
    counts = _counts(base)
    rows = model.get_input_embeddings().weight.shape[0]
    assert counts["parameters"] > 0 and rows >= len(tokenizer), f"{len(tokenizer)} tokens, {rows} embeddings"
    return {"name": config.model.name, "family": model.config.model_type, **counts, "vocabulary": len(tokenizer)}


def _write(model: Any, tokenizer: Any, dtype: str, base: Path) -> None:
    import torch

    if hasattr(model.config, "rescale_every"):
        model.config.rescale_every = 0  # RWKV halves its weights in place while it infers, which only float16 needs
    model.to(getattr(torch, dtype)).save_pretrained(base, max_shard_size=ONE_FILE)
    tokenizer.save_pretrained(base)
    (base / "prompt.json").write_text(json.dumps(prompt_form(tokenizer), indent=1) + "\n", encoding="utf-8")


def prompt_form(tokenizer: Any) -> dict[str, str]:
    """How a question is put to this model: the text before it, the text after it, and what ends an answer.

    It is the tokenizer's chat template around a question, or plain words where there is none; who makes examples then
    needs neither the template engine nor the libraries behind it.
    """
    form = f"Question: {QUESTION}\nAnswer: "
    if tokenizer.chat_template:
        messages = [{"role": "user", "content": QUESTION}]
        form = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    before, _, after = form.partition(QUESTION)
    return {"before": before, "after": after, "end": tokenizer.eos_token or ""}


def _counts(base: Path) -> dict[str, Any]:
    from safetensors import safe_open

    path = base / "model.safetensors"
    with safe_open(path, framework="pt") as file:
        shapes = [file.get_slice(name).get_shape() for name in file.keys()]  # noqa: SIM118 (not a mapping)
    return {"tensors": len(shapes), "parameters": sum(_product(shape) for shape in shapes), "sha256": file_sha256(path)}


def _product(shape: list[int]) -> int:
    product = 1
    for size in shape:
        product *= size
    return product
