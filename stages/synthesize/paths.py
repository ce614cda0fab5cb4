"""Reading paths: for each task the user's own documents in an order in which each comes after what it stands on.

A document is about what its title names. One that talks of it, and is not about it too, is to be read later; where two
need each other, the one that talks of fewer things comes first.
"""

from __future__ import annotations

from typing import Any

from stages.core.quotes import Cell
from stages.synthesize.page import Page
from stages.synthesize.sources import Sources

EVIDENCE = ["facts/", "knowledge/clusters.json"]
LEAST = 2  # documents that make a path
STEPS = 30  # of a path that are shown; nobody reads on for longer, and the task's page lists all of its documents
NEAREST = 3  # documents that a step names of those before it


def paths(sources: Sources) -> Page:
    """A path for each task, the tasks in the order of the component tree."""
    page = Page("paths", "Reading paths", "overview")
    told = {held["id"]: held for held in sources.knowledge["clusters"]}
    order = {name: place for place, name in enumerate(_tasks(sources.knowledge["components"]))}
    for cluster in sorted(told.values(), key=lambda held: (order.get(held["name"], len(order)), held["id"])):
        own = [key for key in cluster["documents"] if key in sources.digests]
        if len(own) >= LEAST:
            page.heading(cluster["name"][:1].upper() + cluster["name"][1:])
            page.header("Step", "Document", "After")
            for step, (key, needs) in enumerate(_ordered(sources, own)[:STEPS], 1):
                title = sources.documents[key].title
                page.row(
                    f"{step}",
                    Cell(title, links=((title, sources.digests[key]),)),
                    _named(sources, needs),
                    evidence=EVIDENCE,
                )
            if len(own) > STEPS:
                first = f"The first {STEPS} of {len(own)}."
                page.note(first, evidence=EVIDENCE, links=[(f"{len(own)}", f"tasks/{cluster['id']}")])
    return page


def _tasks(node: dict[str, Any]) -> list[str]:
    """The names of the tree's tasks, from the root down."""
    children = [child for child in node.get("children", ()) if child["kind"] == "task"]
    return [name for child in children for name in (child["name"], *_tasks(child))]


def _ordered(sources: Sources, keys: list[str]) -> list[tuple[str, list[str]]]:
    """The documents in their order, each with those of the path that it stands on."""
    import networkx as nx

    subjects = {key: _subjects(sources, key) for key in keys}
    graph = nx.DiGraph()
    graph.add_nodes_from(sorted(keys))
    for later in keys:
        talks = set(sources.mentioned.get(later, ())) - subjects[later]
        graph.add_edges_from((basic, later) for basic in keys if subjects[basic] & talks)
    rank = {key: (len(sources.mentioned.get(key, ())), sources.order[key]) for key in keys}
    groups = nx.condensation(graph)
    first = {node: min(rank[key] for key in groups.nodes[node]["members"]) for node in groups}
    order: list[str] = []
    for node in nx.lexicographical_topological_sort(groups, key=first.__getitem__):
        order += sorted(groups.nodes[node]["members"], key=rank.__getitem__)
    place = {key: number for number, key in enumerate(order)}
    return [
        (key, sorted((one for one in graph.pred[key] if place[one] < place[key]), key=place.__getitem__))
        for key in order
    ]


def _subjects(sources: Sources, key: str) -> set[str]:
    """The entities that a document's title names."""
    titles = {one["id"] for one in sources.documents[key].elements if one["type"] == "Title"}
    first = {one["id"] for one in sources.documents[key].elements[:1]}
    named = sources.mentioned.get(key, ())
    return {
        one for one in named if any(place[0] == key and place[1] in titles & first for place in sources.mentions[one])
    }


def _named(sources: Sources, keys: list[str]) -> Cell:
    """The nearest of the documents before a step, and how many more there are."""
    links = tuple((sources.documents[key].title, sources.digests[key]) for key in keys[-NEAREST:])
    more = f" and {len(keys) - NEAREST} more" if len(keys) > NEAREST else ""
    return Cell(", ".join(title for title, _ in links) + more, links=links)
