"""The tuned model: base and adapter in one set of tensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stages.core.models import load_model


def merge(base: Path, adapter: Path, folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Write the tuned model to `folder` as Transformers saves it.

    Returns its tensors by name, and of names that are tied to another tensor the name of that one. The adapter is added
    in float32 and the sum rounded to the base's dtype.
    """
    from peft import PeftModel
    from safetensors.torch import load_file
    from transformers import AutoConfig

    dtype = AutoConfig.from_pretrained(base).dtype
    model = PeftModel.from_pretrained(load_model(base, "float32"), str(adapter)).merge_and_unload().to(dtype)
    model.save_pretrained(folder, max_shard_size="100TB")
    tensors = load_file(folder / "model.safetensors")
    tied = {name: target for name, target in model.all_tied_weights_keys.items() if name not in tensors}
    assert set(tied.values()) <= set(tensors), "a tensor is tied to one that was not saved"
    return tensors, tied
