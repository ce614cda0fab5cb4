"""What a family says of itself: its parts and settings, each with its source.

A part or setting that knowledge/ states for the family's models is cited (document, element, quote). Where its sources
differ, the value in most documents stands and the others are listed. What nothing states is a default
of this blueprint.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from stages.specify import Request

DEFAULT = "default of this blueprint"
REQUESTED = "the request"
FAMILIES = Path(__file__).with_name("families.yaml")
SETTINGS = {"position_base": "position base", "norm_epsilon": "norm epsilon", "sliding_window": "sliding window"}
PARTS = {
    "position": ("position encoding", {"RoPE": "rope", "ALiBi": "alibi", "none": "none"}),
    "attention": ("attention", {"multi-head": "mha", "grouped-query": "gqa", "multi-query": "mqa"}),
    "norm": ("normalisation", {"RMSNorm": "rmsnorm", "LayerNorm": "layernorm"}),
    "feed_forward": ("activation", {"SwiGLU": "swiglu", "GELU": "gelu"}),
    "embeddings": ("tied embeddings", {"yes": "tied", "no": "untied"}),
}


@dataclass(frozen=True)
class Choice:
    """A value and where it is from: `source` in words, `quotes` its places, `others` what else is stated."""

    value: Any
    source: str
    quotes: list[dict[str, Any]]
    others: list[dict[str, Any]]


@dataclass(frozen=True)
class Family:
    """A family as it was resolved for a request."""

    key: str
    name: str
    parts: dict[str, Choice]
    settings: dict[str, Choice]
    extra: list[str]
    rules: list[dict[str, str]]


def resolve_family(request: Request, knowledge: Path) -> Family:
    """The family of `request`, with what knowledge/ says of its models."""
    known = yaml.safe_load(FAMILIES.read_text(encoding="utf-8"))[request.family]
    stated = _stated(known["entities"], knowledge)
    parts = {}
    for part, (name, words) in PARTS.items():
        wanted = getattr(request, part)
        claims = [(words[value], sources) for value, sources in stated[name] if value in words]
        parts[part] = Choice(wanted, REQUESTED, [], []) if wanted != "family" else _part(known, part, claims)
    settings = {}
    for setting, default in known["settings"].items():
        settings[setting] = _setting(default, stated[SETTINGS[setting]])
    return Family(request.family, known["name"], parts, settings, known["extra"], known["rules"])


def _stated(beginnings: list[str], knowledge: Path) -> dict[str, list[tuple[Any, list[dict[str, Any]]]]]:
    """By parameter name: (number, or the word where there is none; its sources) for all models of the family."""
    pattern = re.compile(rf"({'|'.join(map(re.escape, beginnings)) or '(?!)'})(?![\w.])")
    entities = json.loads((knowledge / "entities.json").read_text(encoding="utf-8"))
    members = {entity["id"] for entity in entities if entity["kind"] == "model" and pattern.match(entity["name"])}
    found: dict[str, list[tuple[Any, list[dict[str, Any]]]]] = defaultdict(list)
    for parameter in json.loads((knowledge / "parameters.json").read_text(encoding="utf-8")):
        if parameter["entity"] in members:
            value = parameter["value"] if parameter["number"] is None else parameter["number"]
            found[parameter["name"]].append((value, parameter["sources"]))
    return found


def _part(known: dict[str, Any], part: str, claims: list[tuple[str, list[dict[str, Any]]]]) -> Choice:
    """A family's part is its own; documents that state it are cited, else its rule; others are listed."""
    default = known["parts"][part]
    required = [rule["source"] for rule in known["rules"] if rule["requires"].endswith(f":{default}")]
    grouped = _grouped(claims)
    quotes = grouped.pop(default, [])
    source = _source(quotes) if quotes else [*required, DEFAULT][0]
    return Choice(default, source, quotes, _others(grouped))


def _setting(default: float, claims: list[tuple[Any, list[dict[str, Any]]]]) -> Choice:
    """The number that most documents state; the family's default wins a tie."""
    grouped = _grouped([(float(number), sources) for number, sources in claims if isinstance(number, int | float)])
    if not grouped:
        return Choice(default, DEFAULT, [], [])
    best = max(
        grouped, key=lambda number: (len({quote["document"] for quote in grouped[number]}), number == default, -number)
    )
    quotes = grouped.pop(best)
    value = int(best) if isinstance(default, int) else best
    return Choice(value, _source(quotes), quotes, _others(grouped))


def _others(grouped: dict[Any, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{"value": value, "quotes": quotes} for value, quotes in grouped.items()]


def _grouped(claims: list[tuple[Any, list[dict[str, Any]]]]) -> dict[Any, list[dict[str, Any]]]:
    places: dict[Any, set[tuple[str, str, str]]] = defaultdict(set)
    for value, sources in claims:
        places[value].update((source["document"], source["element"], source["quote"]) for source in sources)
    keys = ("document", "element", "quote")
    return {value: [dict(zip(keys, place, strict=True)) for place in sorted(places[value])] for value in sorted(places)}


def _source(quotes: list[dict[str, Any]]) -> str:
    return "; ".join(sorted({quote["document"] for quote in quotes})) or DEFAULT
