"""Where models come from: what documents state, what cards name as their base, and what names themselves tell."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from stages.core.knowledge import Known
from stages.organize.entities import Entities
from stages.organize.facts import Facts

Json = dict[str, Any]
PIECE = re.compile(
    r"(?P<size>(?:\d+x)?\d+(?:\.\d+)?[BMT](?:-A\d+(?:\.\d+)?B)?)(?!\w)"
    r"|(?P<version>[VRKv]?\d(?:\.\d+)*)(?![\w.])|(?P<word>\w+)"  # one digit: ResNet 50 is no fiftieth version
)
DEFAULT = " ("  # begins the mark of a configuration's defaults, which are no model of their own
TUNED = {"Instruct", "Chat", "Thinking"}
HOW = (
    ("distilled from", re.compile(r"\bdistill", re.IGNORECASE)),
    ("fine-tuned from", re.compile(r"\b(?:fine-?tun|instruction-tun)|\b(?:Instruct|Chat)\b", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Name:
    """A model's name in its pieces; the same family and version make a generation."""

    family: str
    version: str
    size: str
    words: tuple[str, ...]


def lineage(knowledge: Known, facts: Facts, entities: Entities, relations: list[Json]) -> Json:
    """Families with their generations in order, and edges (child, parent, kind, basis, sources) between models."""
    models = {e["id"]: e for e in entities.listed if e["kind"] == "model" and DEFAULT not in e["name"]}
    names = {id: pieces(entity["name"], entity["family"], knowledge.joints) for id, entity in models.items()}
    named = _first_mentions(facts, entities)
    edges = [*_stated(models, relations), *_by_name(names, named)]
    once = {(edge["child"], edge["parent"]): edge for edge in reversed(edges)}
    return {"families": _families(names, named), "edges": [once[pair] for pair in sorted(once)]}


def pieces(name: str, family: str, joints: dict[str, str]) -> Name:
    """Family, version, size and words of a canonical name: Qwen2.5 Coder 7B Instruct, Mistral 7B v0.1."""
    version, size, words = "", "", []
    tail = name.removeprefix(family).removeprefix(joints.get(family, " ") or "")
    for piece in PIECE.finditer(tail):
        version = version or piece["version"] or ""
        size = size or piece["size"] or ""
        words += [piece["word"]] if piece["word"] else []
    return Name(family, version, size, tuple(words))


def _stated(models: dict[str, Json], relations: list[Json]) -> list[Json]:
    edges = []
    for relation in relations:
        child, parent = relation["subject"], relation["object"]
        if relation["predicate"] == "variant of" and child in models and parent in models:
            said = [*(source["quote"] for source in relation["sources"]), models[child]["name"]]
            kind = next((kind for kind, words in HOW if any(words.search(text) for text in said)), "variant of")
            edges.append(_edge(child, parent, kind, "stated", relation["sources"]))
    return edges


def _by_name(names: dict[str, Name], named: dict[str, list[Json]]) -> list[Json]:
    """A tuned model beside the plain one of its name: Llama 2 7B Chat and Llama 2 7B."""
    ids = {name: id for id, name in names.items()}
    edges = []
    for id, name in names.items():
        plain = Name(name.family, name.version, name.size, tuple(word for word in name.words if word not in TUNED))
        if plain != name and plain in ids and name.size and id in named:
            edges.append(_edge(id, ids[plain], "fine-tuned from", "name", named[id]))
    return edges


def _edge(child: str, parent: str, kind: str, basis: str, sources: list[Json]) -> Json:
    return {"child": child, "parent": parent, "kind": kind, "basis": basis, "sources": sources}


def _families(names: dict[str, Name], named: dict[str, list[Json]]) -> list[Json]:
    """Families with more than one model; in each its generations by version, each with its predecessor."""
    families: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for id, name in names.items():
        families[name.family][name.version].append(id)
    found = []
    for family, versions in sorted(families.items()):
        if family and sum(map(len, versions.values())) > 1:
            order = sorted(versions, key=_number)
            generations = [
                {
                    "version": version,
                    "after": _before(version, order),
                    "models": [
                        {"id": id, "size": names[id].size, "sources": named.get(id, [])}
                        for id in sorted(versions[version])
                    ],
                }
                for version in order
            ]
            found.append({"family": family, "generations": generations})
    return found


def _before(version: str, order: list[str]) -> str:
    """The version before this one in the same series (V2, V3; R1 and v0.1 are others); empty if there is none."""
    series = [held for held in order if held and held.rstrip("0123456789.") == version.rstrip("0123456789.")]
    place = series.index(version) if version in series else 0
    return series[place - 1] if place else ""


def _number(version: str) -> tuple[str, list[int]]:
    digits = version.lstrip("VRKv")
    return version[: len(version) - len(digits)], [int(part) for part in digits.split(".") if part]


def _first_mentions(facts: Facts, entities: Entities) -> dict[str, list[Json]]:
    """Where each entity is named first."""
    found: dict[str, list[Json]] = {}
    for name, source in facts.first_mentions().items():
        found.setdefault(entities.ids[name], [source])
    return found
