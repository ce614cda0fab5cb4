"""When two spellings are of one name: what organize takes for one entity, and score for the model of a gold row."""

from __future__ import annotations

import re

WORD = re.compile(r"\d+(?:\.\d+)?(?:[bmkt](?![^\W\d_]))?|[^\W\d_]+|[+@()]+")
RELEASE = re.compile(r"(?<![^\W_])v(?=[\s.-]?\d)")  # of v2; the v of GLM-4v is of the name
FORMATS = {"hf"}  # marks that a hub puts behind a model's name


def fold(name: str) -> str:
    """What two spellings of one entity share: letters, digits and dots, in lower case."""
    return re.sub(r"[^\w.+()@]|_", "", name.lower())


def same(name: str) -> str:
    """What all names of one entity share: its words and numbers, whatever their order: Kestrel-2 7B, Kestrel 7B v2."""
    words = WORD.findall(RELEASE.sub("", name.lower()))
    return " ".join(sorted(words)) or fold(name)


def model_key(name: str) -> str:
    """`same` for a name as hubs and gold tables write it: meta-llama/Llama-2-7b-hf is Llama 2 7B; so are (brackets)."""
    bare = re.sub(r"[()]", " ", name.rpartition("/")[2])
    return " ".join(word for word in same(bare).split() if word not in FORMATS)
