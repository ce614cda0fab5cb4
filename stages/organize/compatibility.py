"""The compatibility graph: rules of conf/knowledge beside what the corpus shows, the parts that models combine."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import Any

from stages.core.knowledge import Knowledge
from stages.core.run.errors import UserError
from stages.organize import Config
from stages.organize.entities import Entities, fold


def compatibility(
    config: Config, entities: Entities, parameters: list[dict[str, Any]], relations: list[dict[str, Any]]
) -> dict[str, Any]:
    """Rules, pairs of parts seen together in a model, and clashes that documents state.

    Raises UserError for a rule that names a part which conf/knowledge does not have.
    """
    check_rules(config.knowledge)
    tokens = {fold(name): part for part, name in config.knowledge.parts.items()}
    names = {entity["id"]: entity["name"] for entity in entities.listed}
    models = {entity["id"] for entity in entities.listed if entity["kind"] == "model"}
    parts = _parts_of_models(tokens, names, models, parameters, relations)
    return {
        "rules": [
            {"id": name, "kind": rule.kind, "parts": rule.parts, "reason": rule.reason, "source": rule.source}
            for name, rule in sorted(config.knowledge.rules.items())
        ],
        "seen": _pairs(parts, config.organizer.models_for_pair),
        "stated": _clashes(tokens, names, relations),
    }


def check_rules(knowledge: Knowledge) -> None:
    """Every part of a rule, every task of an entity and every parent of a task must exist."""
    for name, rule in knowledge.rules.items():
        for part in rule.parts:
            if part not in knowledge.parts:
                raise UserError(
                    f"conf/knowledge: rules.{name}: no part {part!r}; add it to conf/knowledge/parts/default.yaml"
                )
    for name, entity in knowledge.entities.items():
        if entity.task not in knowledge.tasks:
            raise UserError(
                f"conf/knowledge: entities.{name}: no task {entity.task!r} in conf/knowledge/tasks/default.yaml"
            )
    for name, task in knowledge.tasks.items():
        if task.parent and task.parent not in knowledge.tasks:
            raise UserError(f"conf/knowledge: tasks.{name}: no task {task.parent!r} to be a part of")


def _parts_of_models(
    tokens: dict[str, str],
    names: dict[str, str],
    models: set[str],
    parameters: list[dict[str, Any]],
    relations: list[dict[str, Any]],
) -> dict[str, set[str]]:
    parts: dict[str, set[str]] = defaultdict(set)
    for relation in relations:
        part = tokens.get(fold(names[relation["object"]]))
        if relation["predicate"] == "uses" and relation["subject"] in models and part:
            parts[relation["subject"]].add(part)
    for parameter in parameters:
        value, name = parameter["value"], parameter["name"]
        said = [name] if value == "yes" else [value, f"{value} {name}", f"{value} positions"]
        parts[parameter["entity"]].update(tokens[fold(word)] for word in said if fold(word) in tokens)
    return parts


def _pairs(parts: dict[str, set[str]], least: int) -> list[dict[str, Any]]:
    import networkx

    graph = networkx.Graph()
    for model, held in sorted(parts.items()):
        for first, second in combinations(sorted(held), 2):
            if not graph.has_edge(first, second):
                graph.add_edge(first, second, models=[])
            graph[first][second]["models"].append(model)
    edges = sorted((sorted((first, second)), models) for first, second, models in graph.edges(data="models"))
    return [{"parts": pair, "models": models} for pair, models in edges if len(models) >= least]


def _clashes(tokens: dict[str, str], names: dict[str, str], relations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What documents state to clash, where both names are parts."""
    found = []
    for relation in relations:
        pair = [tokens.get(fold(names[relation[side]])) for side in ("subject", "object")]
        if relation["predicate"] == "conflicts with" and all(pair):
            found.append({"parts": sorted(map(str, pair)), "sources": relation["sources"]})
    return sorted(found, key=lambda held: held["parts"])
