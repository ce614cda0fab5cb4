"""The rules that a specification must satisfy, over parts such as `position:rope`, as z3's expressions with labels.

Rules of compatibility come from knowledge/, a family's own from families.yaml, what the user wants from the request. A
part that nobody asks for is absent, but for those that follow from the dimensions (`shape:…`) and loss scaling, which
z3 may add where a rule requires it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import z3  # noqa: TID253  (this module is only loaded where a request is solved)

from stages.specify import Request
from stages.specify.family import DEFAULT, REQUESTED, Family

GROUPS = {  # by key of the request: the group of its parts, and the values of which there is one
    "position": ("position", ("rope", "alibi", "none")),
    "attention": ("attention", ("mha", "gqa", "mqa")),
    "norm": ("norm", ("rmsnorm", "layernorm")),
    "feed_forward": ("activation", ("swiglu", "gelu")),
}
HARDWARE = {
    "cpu": ["cpu"],
    "cuda": ["cuda"],
    "cuda-ampere": ["cuda", "cuda-ampere"],
    "cuda-fp8": ["cuda", "cuda-ampere", "cuda-fp8"],
}
PRECISION = {"bfloat16": "precision:bf16", "float16": "precision:fp16", "float32": "precision:fp32"}
FREE = "scaling:loss"
ALWAYS = ("mixing:attention", "cache:kv", "ffn:dense", "optimizer:adamw")


@dataclass(frozen=True)
class Rule:
    """A condition with the words that an error line shows for it."""

    label: str
    holds: z3.BoolRef


def part(token: str) -> z3.BoolRef:
    """The Boolean that says whether a part is there."""
    return z3.Bool(token)


def load_rules(knowledge: Path) -> list[dict[str, Any]]:
    """The rules of compatibility: {id, kind, parts, reason, source}."""
    rules: list[dict[str, Any]] = json.loads((knowledge / "compatibility.json").read_text(encoding="utf-8"))["rules"]
    return rules


def wanted_parts(request: Request, family: Family) -> dict[str, str]:
    """The parts that the request and the family put in, each with the words that an error line shows for it."""
    wanted = {}
    for name, (group, _) in GROUPS.items():
        choice = family.parts[name]
        wanted[f"{group}:{choice.value}"] = _asked(name, choice.value, choice.source)
    if family.parts["embeddings"].value == "tied":
        wanted["embedding:tied"] = _asked("embeddings", "tied", family.parts["embeddings"].source)
    wanted |= {token: f"{token} ({family.name})" for token in family.extra}
    wanted |= {
        f"hardware:{kind}": f"hardware.kind: {request.hardware.kind} (request)"
        for kind in HARDWARE[request.hardware.kind]
    }
    wanted[PRECISION[request.precision]] = f"precision: {request.precision} (request)"
    if request.optimizer == "muon":
        wanted["optimizer:muon"] = "optimizer: muon (request)"
    if request.parallelism == "zero3":
        wanted["parallelism:zero3"] = "parallelism: zero3 (request)"
    return wanted | {token: f"{token} ({DEFAULT})" for token in ALWAYS if token not in wanted}


def _asked(name: str, value: str, source: str) -> str:
    return f"{name}: {value} (request)" if source == REQUESTED else f"{name}: {value} (the family's)"


def part_rules(request: Request, family: Family, known: list[dict[str, Any]]) -> list[Rule]:
    """Who wants which part, what the family insists on, and what knowledge/ says of parts together."""
    wanted = wanted_parts(request, family)
    rules = [
        Rule(label, z3.And(part(token), *(z3.Not(part(other)) for other in _rivals(token))))
        for token, label in wanted.items()
    ]
    for rule in family.rules:
        label = f"family: {family.key} (request) requires {rule['requires']} ({rule['source']})"
        rules.append(Rule(label, part(rule["requires"])))
    for held in known:
        label = f"rule {held['id']}: {held['parts'][0]} {_verb(held)} ({held['source']})"
        rules.append(Rule(label, _expression(held)))
    return rules


def absent(request: Request, family: Family, known: list[dict[str, Any]]) -> list[z3.BoolRef]:
    """The parts that rules speak of and nobody put in: they are not there."""
    spoken = {token for rule in known for token in rule["parts"]} | {rule["requires"] for rule in family.rules}
    wanted = wanted_parts(request, family)
    unwanted = sorted(spoken - set(wanted) - {other for token in wanted for other in _rivals(token)})
    return [z3.Not(part(token)) for token in unwanted if token != FREE and not token.startswith("shape:")]


def _rivals(token: str) -> list[str]:
    """The parts of which `token` takes the place."""
    group, _, value = token.partition(":")
    values = next((values for name, values in GROUPS.values() if name == group and value in values), ())
    return [f"{group}:{other}" for other in values if other != value]


def _verb(rule: dict[str, Any]) -> str:
    return f"{'requires' if rule['kind'] == 'requires' else 'conflicts with'} {' or '.join(rule['parts'][1:])}"


def _expression(rule: dict[str, Any]) -> z3.BoolRef:
    tokens = [part(token) for token in rule["parts"]]
    return z3.Implies(tokens[0], z3.Or(tokens[1:])) if rule["kind"] == "requires" else z3.Not(z3.And(tokens))
