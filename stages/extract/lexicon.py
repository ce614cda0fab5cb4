"""The names that are looked for: the gazetteer of conf/knowledge and the families that transformers registers."""

from __future__ import annotations

import ast
import importlib.util
import re
from dataclasses import dataclass, field
from pathlib import Path

from stages.core.knowledge import Names, Parameter
from stages.core.letters import lowered
from stages.extract import Extractor
from stages.extract.labels import all_labels
from stages.extract.trie import any_case, any_of

PARTS_OF_MODELS = re.compile(r"Text|Vision|Audio|Encoder|Decoder|Model|Qformer|VQ|Backbone|Semantic|Coarse|Fine|Timm")
DISTINCT = re.compile(r"(?=.{4}).*(?:\d|[a-z].*[A-Z]|[A-Z]{5})")  # no word and no short acronym: GPTNeoX, Dinov2
VERSION = re.compile(r"[\d._]+$")


@dataclass(frozen=True)
class Lexicon:
    """All that the rules know, ready to be sent to a worker."""

    kinds: dict[str, str]
    """Kind of each entity by its display name (for models: of each family)."""
    names: dict[str, str]
    """Display name by folded spelling, of everything but models."""
    families: dict[str, str]
    """Display name of a model family by its spelling in lower case."""
    joints: dict[str, str]
    """What stands between a family and its version, by family."""
    parameters: dict[str, Parameter]
    """Canonical parameters by name."""
    limit: int
    """Longest sentence that is read, in characters."""
    exact: str
    """Pattern of spellings that count as written."""
    folded: str
    """Pattern of spellings that count in any case."""
    family: str
    """Pattern of the spellings of model families, as written."""
    tail: str
    """Pattern of the words that may follow a model's name: Instruct, Chat, 4bit."""
    ordinary: frozenset[str]
    """Words before a size that name no family."""
    devices: str
    """Pattern of the names of hardware."""
    fields: dict[str, str] = field(default_factory=dict)
    """Parameter by the fields of configuration classes that hold it."""
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Parameters by what tables and configurations call them, folded by `labels.fold_label`."""


def fold(spelling: str) -> str:
    """The form in which spellings are compared: lower case, hyphens as spaces."""
    return lowered(re.sub(r"[\s\-]+", " ", spelling))


def build_lexicon(knowledge: Names, extractor: Extractor) -> Lexicon:
    """Collect the spellings of all entities and parameters."""
    kinds: dict[str, str] = {name: entity.kind for name, entity in knowledge.entities.items()}
    spellings = {name: [name, *entity.aliases] for name, entity in knowledge.entities.items()}
    families = {held.lower(): name for name in kinds if kinds[name] == "model" for held in spellings[name]}
    as_written = [held for name in kinds if kinds[name] == "model" for held in spellings[name]]
    others = {fold(held) for name in spellings if kinds[name] != "model" for held in spellings[name]}
    if extractor.registry:
        for name in sorted(registered_families()):
            if not {name.lower(), VERSION.sub("", name.lower())} & families.keys() and fold(name) not in others:
                families[name.lower()] = name
                kinds[name] = "model"
                as_written.append(name)
    written = {held: name for name in spellings if kinds[name] != "model" for held in spellings[name]}
    return Lexicon(
        kinds=kinds,
        names={fold(held): name for held, name in written.items()},
        families=families,
        joints=dict(knowledge.joints),
        parameters=dict(knowledge.parameters),
        limit=extractor.sentence_characters,
        exact=any_of(held for held in written if held != held.lower()),
        folded=any_case(held for held in written if held == held.lower()),
        family=any_of(as_written),
        tail=_words(knowledge.variants),
        ordinary=frozenset(knowledge.ordinary),
        devices=any_of(held for name in kinds if kinds[name] == "hardware" for held in spellings[name]),
        fields={held: name for name, parameter in knowledge.parameters.items() for held in parameter.fields},
        labels=all_labels(knowledge),
    )


def _words(variants: list[str]) -> str:
    """As written, in lower case and in capitals; int4 for Int4, INT4 for Int4."""
    return any_of({form for held in variants for form in (held, held.lower(), held.upper())})


def registered_families() -> set[str]:
    """Names of model families after transformers' configuration classes; its source is read, nothing is imported."""
    spec = importlib.util.find_spec("transformers")
    assert spec is not None and spec.origin is not None
    source = Path(spec.origin).parent / "models" / "auto" / "auto_mappings.py"
    classes: list[str] = []
    for node in ast.parse(source.read_bytes()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "CONFIG_MAPPING_NAMES":
            classes = [value for _, value in ast.literal_eval(node.value.args[0])]  # type: ignore[attr-defined]
    assert classes, f"{source.name}: CONFIG_MAPPING_NAMES is not where it was"
    names = {name.removesuffix("Config") for name in classes}
    return {name for name in names if DISTINCT.match(name) and not PARTS_OF_MODELS.search(name)}
