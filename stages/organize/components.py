"""The component tree: tasks, the tasks within them, under each what the corpus names, and the models that use it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from stages.core.knowledge import Known

ROOT = "language model"


def component_tree(entities: list[dict[str, Any]], relations: list[dict[str, Any]], knowledge: Known) -> dict[str, Any]:
    """The tree as nested nodes {id, name, kind, documents, models, children}; models are no nodes of it."""
    users: dict[str, set[str]] = defaultdict(set)
    models = {entity["id"] for entity in entities if entity["kind"] == "model"}
    for relation in relations:
        if relation["predicate"] == "uses" and relation["subject"] in models:
            users[relation["object"]].add(relation["subject"])
    leaves: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entity in entities:
        for task in entity["tasks"] if entity["kind"] != "model" else ():
            leaves[task].append(_node(entity, sorted(users[entity["id"]])))
    children = _tasks("", knowledge, leaves)
    return {"id": "root", "name": ROOT, "kind": "task", "documents": [], "models": [], "children": children}


def _node(entity: dict[str, Any], models: list[str]) -> dict[str, Any]:
    held = {key: entity[key] for key in ("id", "name", "kind", "documents")}
    return {**held, "models": models, "children": []}


def _tasks(parent: str, knowledge: Known, leaves: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    nodes = []
    for name, task in sorted(knowledge.tasks.items()):
        if task.parent == parent:
            children = [*_tasks(name, knowledge, leaves), *sorted(leaves[name], key=lambda node: node["id"])]
            shown = {"id": f"task-{name}", "name": name, "kind": "task"}
            nodes.append({**shown, "documents": [], "models": [], "children": children})
    return nodes
