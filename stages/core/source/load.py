"""Where a model may come from: each function returns (model, tokenizer) of Transformers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

from stages.core.models import folder_sha256, load_model
from stages.core.run.errors import UserError
from stages.core.source import Model
from stages.core.source.byte_tokenizer import byte_tokenizer

Loaded = tuple[Any, Any]


def from_package(wanted: Model, seed: int) -> Loaded:
    """The model in the only GGUF file of an installed package, which is not imported, with plain float32 weights."""
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    path = gguf_file(wanted.package)
    config = AutoConfig.from_pretrained(path.parent, gguf_file=path.name)
    given = copy.deepcopy(config)  # a second reading of the file's header takes four seconds
    read = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype="float32", config=given)
    model = AutoModelForCausalLM.from_config(config, dtype=read.dtype)  # `read` is marked as quantised, this is not
    model.load_state_dict(read.state_dict())
    model.generation_config = read.generation_config
    return model, AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)


def gguf_file(package: str) -> Path:
    """The GGUF file that the installed package holds."""
    try:
        found = [file for file in files(package) or [] if file.suffix == ".gguf"]
    except PackageNotFoundError:
        raise UserError(
            f"model.package: {package!r} is not installed; add it to pyproject.toml, then `make lock setup`"
        ) from None
    if len(found) != 1:
        raise UserError(f"model.package: {package!r} holds {len(found)} GGUF files, expected one; name another package")
    return Path(str(found[0].locate()))


def random_model(wanted: Model, seed: int) -> Loaded:
    """A model of the shape in the config, with seeded random weights, and a tokenizer of bytes."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    shape = dict(wanted.config)
    family = shape.pop("model_type", None)
    tokenizer = byte_tokenizer()
    special = {"bos_token_id": None, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    try:
        config = AutoConfig.for_model(family, vocab_size=len(tokenizer), **special, **shape)
    except ValueError:
        raise UserError(f"model.config.model_type: {family!r} is no family that transformers knows") from None
    torch.manual_seed(seed)
    return AutoModelForCausalLM.from_config(config, dtype=torch.float32), tokenizer


def from_folder(wanted: Model, seed: int) -> Loaded:
    """The model in a local folder of safetensors, if its content is what the config pins."""
    from transformers import AutoTokenizer

    folder = Path(wanted.path)
    if not (folder / "config.json").exists():
        raise UserError(f"model.path: {wanted.path!r} holds no config.json; give the folder of a Hugging Face model")
    if not list(folder.glob("*.safetensors")):
        raise UserError(f"model.path: {wanted.path!r} holds no *.safetensors; save the model in that format first")
    found = folder_sha256(folder)
    if found != wanted.sha256:
        state = f"the folder's content is not {wanted.sha256[:12]}..." if wanted.sha256 else "is empty"
        raise UserError(f"model.sha256: {state}; to build from what is there, set it to {found}")
    return load_model(folder, "float32"), AutoTokenizer.from_pretrained(folder, local_files_only=True)


SOURCES: dict[str, Callable[[Model, int], Loaded]] = {
    "package": from_package,
    "random": random_model,
    "folder": from_folder,
}
