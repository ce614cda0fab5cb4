"""Collect: the documents that a build is made of, as they are, packed into shards.

    dvc repro collect        or alone: python -m stages.collect

reads   the folder of the user's documents, and what is installed: READMEs of AI libraries, model configurations
writes  build/corpus/: per document its kind, media type, origin, licence and raw bytes

Nothing is lost: what cannot be read, is too large or is no document gets a row with a reason, and parse quarantines it.
Behind this stage nobody walks a folder; the order in which the disk lists it does not matter.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from annotated_types import Ge

from stages.core.run.config import config

Package = Literal[
    "accelerate",
    "deepspeed",
    "einops",
    "gguf",
    "huggingface-hub",
    "hydra-core",
    "omegaconf",
    "peft",
    "safetensors",
    "sentence-transformers",
    "spacy",
    "thinc",
    "tokenizers",
    "torch",
    "transformers",
    "unstructured",
]
LIBRARIES: tuple[str, ...] = (*get_args(Package), "pyarrow")


@config
class Corpus:
    """Which documents are taken, beside the folder that `documents` names."""

    include: list[str]
    """Globs on the path below the folder, of which one must fit; `*` crosses `/` too, so "*" takes all."""
    exclude: list[str]
    """Globs of what is left out again; empty: nothing."""
    packages: list[Package]
    """Installed libraries whose README is a document (those written in Markdown); empty: none."""
    families: list[str]
    """Globs on the model families of transformers whose typed configurations are documents; empty: none."""
    max_bytes: Annotated[int, Ge(1)]
    """Bytes above which a document is listed and quarantined, and not read."""
    shards: Annotated[int, Ge(1)]
    """Files that the corpus and each table made from it document by document are spread over."""


@config
class Config:
    """What collect reads of conf/."""

    corpus: Corpus
    documents: str
    """The folder of the user's documents, relative to the project's root."""
