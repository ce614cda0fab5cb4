"""Where a language model comes from: a package, a folder, or seeded random numbers in a shape (conf/model/).

Base makes a plain folder of it, and extract may read documents with it; each loads it by `load.SOURCES`.
"""

from __future__ import annotations

from typing import Any, Literal

from stages.core.run.config import config


@config
class Model:
    """Where the model comes from."""

    name: str
    """What reports and manifests call it."""
    source: Literal["package", "random", "folder"]
    """package: a GGUF file in an installed package; random: made from `config`; folder: a local Hugging Face folder."""
    package: str
    """Distribution that holds the GGUF file; empty unless source is package."""
    path: str
    """Folder of the model, relative to the project's root; empty unless source is folder."""
    sha256: str
    """Digest that pins that folder's content; a run without it says what it is. Empty unless source is folder."""
    dtype: Literal["float32", "bfloat16", "float16"]
    """Type the weights are stored in; training computes in float32 whatever it is."""
    config: dict[str, Any]
    """Shape of a random model as its config.json would say it, with model_type; empty unless source is random."""
