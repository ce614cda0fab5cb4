"""What every stage that holds a model does first, and how it loads one from a plain folder."""

from __future__ import annotations

import hashlib
import os
import warnings
from pathlib import Path
from typing import Any

BLOCK = 1 << 20


def settle_torch(threads: int) -> None:
    """Make PyTorch repeat itself: deterministic kernels, a fixed number of threads; and keep Transformers quiet."""
    import torch
    import transformers

    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
    os.environ.setdefault("DS_ACCELERATOR", "cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()


def load_model(folder: Path, dtype: str = "auto") -> Any:
    """The causal language model in `folder`, from safetensors alone; `auto` keeps the dtype it is stored in."""
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, use_safetensors=True, local_files_only=True)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def folder_sha256(folder: Path) -> str:
    """SHA-256 over the relative names and the contents of all files in `folder`, in the order of the names."""
    digest = hashlib.sha256()
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for name in sorted(files):
        digest.update(f"{name}\0{file_sha256(files[name])}\n".encode())
    return digest.hexdigest()
