"""The compatibility graph: rules of conf/knowledge joined with what the corpus says of the parts that they name.

Which model has which part is read from relations and parameters, each with the place that says so. A pair of parts is
an edge with the models that combine it; its evidence is that of both parts in these models.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import combinations
from typing import Any

from stages.core.knowledge import Known
from stages.core.run.errors import UserError
from stages.core.spelling import fold
from stages.organize.entities import Entities

Json = dict[str, Any]
Parts = dict[str, dict[str, list[Json]]]  # by model, by part: where a document says that it has it
STATES = {"conflicts with": "clash", "works with": "fit"}
SIZE, HEADS, SHARED = "head dimension", "heads", "key-value heads"
SHAPE = "shape:"  # begins what rules want of numbers: no part that could be combined


def compatibility(
    knowledge: Known, least: int, entities: Entities, parameters: list[Json], relations: list[Json]
) -> Json:
    """Rules with what speaks for and against them, pairs of parts seen in at least `least` models, what is stated.

    Raises UserError for a rule that names a part which conf/knowledge does not have.
    """
    check_rules(knowledge)
    tokens = _tokens(knowledge)
    names = {entity["id"]: entity["name"] for entity in entities.listed}
    models = {entity["id"] for entity in entities.listed if entity["kind"] == "model"}
    parts = _parts_of_models(knowledge, tokens, names, models, parameters, relations)
    stated = _stated(tokens, names, relations)
    return {
        "rules": [_rule(name, rule, parts, stated) for name, rule in sorted(knowledge.rules.items())],
        "seen": _pairs(parts, least),
        "stated": stated,
        "models": {model: dict(sorted(held.items())) for model, held in sorted(parts.items())},
    }


def _tokens(knowledge: Known) -> dict[str, str]:
    """The part that a folded name stands for: its own name, or that of the entity which has its name as an alias."""
    tokens = {fold(name): part for part, name in knowledge.parts.items()}
    for name, entity in knowledge.entities.items():
        for part in filter(None, (tokens.get(fold(alias)) for alias in entity.aliases)):
            tokens.setdefault(fold(name), part)
    return tokens


def check_rules(knowledge: Known) -> None:
    """Every part of a rule or a sign, every task of an entity and every parent of a task must exist."""
    for name, rule in knowledge.rules.items():
        for part in rule.parts:
            if part not in knowledge.parts:
                raise UserError(
                    f"conf/knowledge: rules.{name}: no part {part!r}; add it to conf/knowledge/parts/default.yaml"
                )
    for name, part in knowledge.signs.items():
        if name not in knowledge.parameters or part not in knowledge.parts:
            raise UserError(f"conf/knowledge: signs.{name}: no such parameter, or no part {part!r}")
    for name, entity in knowledge.entities.items():
        if entity.task not in knowledge.tasks:
            raise UserError(
                f"conf/knowledge: entities.{name}: no task {entity.task!r} in conf/knowledge/tasks/default.yaml"
            )
    for name, task in knowledge.tasks.items():
        if task.parent and task.parent not in knowledge.tasks:
            raise UserError(f"conf/knowledge: tasks.{name}: no task {task.parent!r} to be a part of")


def _parts_of_models(
    knowledge: Known,
    tokens: dict[str, str],
    names: dict[str, str],
    models: set[str],
    parameters: list[Json],
    relations: list[Json],
) -> Parts:
    parts: Parts = defaultdict(lambda: defaultdict(list))
    for relation in relations:
        part = tokens.get(fold(names[relation["object"]]))
        if relation["predicate"] in ("uses", "works with") and relation["subject"] in models and part:
            parts[relation["subject"]][part] += relation["sources"][:1]
    by_model: dict[str, dict[str, list[Json]]] = defaultdict(lambda: defaultdict(list))
    for parameter in parameters:
        by_model[parameter["entity"]][parameter["name"]].append(parameter)
    for model, held in by_model.items():
        for part, source in [*_told(held, tokens, knowledge.signs), *_shared(held)]:
            if source not in parts[model][part]:
                parts[model][part].append(source)
    return {model: held for model, held in parts.items() if held}


def _told(held: dict[str, list[Json]], tokens: dict[str, str], signs: dict[str, str]) -> list[tuple[str, Json]]:
    """The parts that values name (activation SwiGLU), and those whose parameters a model has (a rotary base)."""
    found = []
    for name, values in held.items():
        named = _folded(name)
        for parameter in values:
            value, source = _folded(parameter["value"]), parameter["sources"][0]
            said = [named] if value == "yes" else [value, f"{value}{named}", f"{value}positions"]
            found += [(tokens[word], source) for word in said if word in tokens]
            if name in signs and (parameter["number"] or 0) > 1:
                found.append((signs[name], source))
    return found


_folded = lru_cache(maxsize=65536)(fold)  # values are many, and most of them are met often


def _shared(held: dict[str, list[Json]]) -> list[tuple[str, Json]]:
    """What the numbers of heads, where each is stated once, tell of attention and of the shapes that rules want."""
    found = []
    size, heads, shared = (_once(held.get(name, [])) for name in (SIZE, HEADS, SHARED))
    if size:
        checks = {"shape:even-head-dim": size["number"] % 2 == 0, "shape:head-dim-up-to-256": size["number"] <= 256}
        found += [(part, size["sources"][0]) for part, holds in checks.items() if holds]
    if heads and shared and shared["number"] <= heads["number"]:
        many, few = heads["number"], shared["number"]
        parts = ["attention:mha" if few == many else "attention:mqa" if few == 1 else "attention:gqa"]
        parts += ["shape:kv-divides-heads"] if many % few == 0 else []
        found += [(part, parameter["sources"][0]) for part in parts for parameter in (shared, heads)]
    return found


def _once(values: list[Json]) -> Json | None:
    """The parameter, if its sources agree on one number above zero."""
    return values[0] if len(values) == 1 and values[0]["number"] else None


def _rule(name: str, rule: Any, parts: Parts, stated: list[Json]) -> Json:
    """A rule, the models that keep to it or break it, and the statements on its parts."""
    first, *others = rule.parts
    having = {model: [other for other in others if other in held] for model, held in parts.items() if first in held}
    whole = [
        model for model, held in having.items() if (len(held) == len(others) if rule.kind == "conflicts" else held)
    ]
    sides = {"for": [], "against": sorted(whole)} if rule.kind == "conflicts" else {"for": sorted(whole), "against": []}
    about = [held for held in stated if set(held["parts"]) <= set(rule.parts)]
    written = {"id": name, "kind": rule.kind, "parts": rule.parts, "reason": rule.reason, "source": rule.source}
    return {**written, **sides, "stated": about}


def _pairs(parts: Parts, least: int) -> list[Json]:
    models: dict[tuple[str, str], list[str]] = defaultdict(list)
    for model, held in sorted(parts.items()):
        for pair in combinations(sorted(part for part in held if not part.startswith(SHAPE)), 2):
            models[pair].append(model)
    return [{"parts": list(pair), "models": held} for pair, held in sorted(models.items()) if len(held) >= least]


def _stated(tokens: dict[str, str], names: dict[str, str], relations: list[Json]) -> list[Json]:
    """What documents state to clash or to fit, where both names are parts."""
    found = []
    for relation in relations:
        pair = [tokens.get(fold(names[relation[side]])) for side in ("subject", "object")]
        if relation["predicate"] in STATES and all(pair):
            says = STATES[relation["predicate"]]
            found.append({"says": says, "parts": sorted(map(str, pair)), "sources": relation["sources"]})
    return sorted(found, key=lambda held: (held["parts"], held["says"]))
