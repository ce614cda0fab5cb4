"""Pages on how models and parts hang together: the lineage of models, and the tree of components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stages.core.quotes import Cell
from stages.core.verify import located
from stages.synthesize.naming import present
from stages.synthesize.page import Page
from stages.synthesize.sources import Sources

EVIDENCE = ["knowledge/lineage.json"]
USERS = 5  # models that a row of the tree names


def lineage(sources: Sources) -> Page:
    """What documents state of where a model comes from, what names tell, and each family's generations."""
    held = sources.knowledge["lineage"]
    page = Page("lineage", "Lineage of models", "overview")
    for basis, title in (("stated", "Stated by documents"), ("name", "Told by the names")):
        page.heading(title)
        page.header("Model", "Is", "Model it comes from")
        for edge in held["edges"]:
            if edge["basis"] == basis:
                _edge(page, sources, edge)
    page.heading("Generations")
    page.header("Family", "Generation", "After", "Models")
    for family in held["families"]:
        for generation in family["generations"]:
            models = [sources.entities[model["id"]] for model in generation["models"]]
            names = ", ".join(model["name"] for model in models)
            links = [(model["name"], sources.page_of(model["id"])) for model in models]
            version, after = generation["version"] or "(none)", generation["after"]
            page.row(family["family"], version, after, Cell(names, links=tuple(links)), evidence=EVIDENCE)
    return page


def _edge(page: Page, sources: Sources, edge: Mapping[str, Any]) -> None:
    child, parent = (sources.entities[edge[side]] for side in ("child", "parent"))
    quotes = [] if edge["basis"] == "name" else located(sources.texts, edge["sources"])
    quotes = present(sources, quotes, edge["child"], edge["parent"])
    cells = (sources.cell(child["id"], quotes), Cell(edge["kind"], tuple(quotes)), sources.cell(parent["id"], quotes))
    page.row(*cells, evidence=EVIDENCE if edge["basis"] == "name" else ())


def component_tree(sources: Sources) -> Page:
    """The tasks and what belongs to each, with how many documents name it and which models use it."""
    page = Page("tree", "Component tree", "overview")
    for node in sources.knowledge["components"].get("children", ()):
        _node(page, sources, node, ())
    return page


def _node(page: Page, sources: Sources, node: Mapping[str, Any], above: tuple[str, ...]) -> None:
    path = (*above, node["name"])
    page.heading(" > ".join(path))
    page.header("Part", "Kind", "Documents", "Models")
    leaves = [child for child in node["children"] if child["kind"] != "task"]
    for leaf in sorted(leaves, key=lambda leaf: (-len(leaf["documents"]), leaf["id"])):
        users = [sources.entities[model]["name"] for model in leaf["models"][:USERS]]
        more = f" and {len(leaf['models']) - USERS} more" if len(leaf["models"]) > USERS else ""
        cells = (sources.cell(leaf["id"]), leaf["kind"], f"{len(leaf['documents'])}", ", ".join(users) + more)
        page.row(*cells, evidence=["knowledge/components.json"])
    for child in node["children"]:
        if child["kind"] == "task":
            _node(page, sources, child, path)
