"""What a part goes with and against, on its own page, and where it stands among others; of a model, its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stages.core.quotes import Cell
from stages.synthesize.page import Page
from stages.synthesize.sources import Sources

EVIDENCE = ["knowledge/compatibility.json"]
SEEN = 8  # parts that it is seen with, at most: those that most models combine with it


def add_parts(page: Page, sources: Sources, entity: Mapping[str, Any], parts: Mapping[str, str]) -> None:
    """Sections on the page of an entity; `parts` has the name of each part by its token."""
    held = sources.knowledge["compatibility"]
    if entity["kind"] == "model":
        tokens = sorted(held["models"].get(entity["id"], ()))
        if tokens:
            page.heading("Made of")
            cell = named(sources, parts, tokens)
            page.note(cell.text, evidence=EVIDENCE, links=cell.links)
        return
    own = {token for token, name in parts.items() if name in (entity["name"], *entity["aliases"])}
    page.heading("Goes with and against")
    page.header("Rule", "Parts", "Reason", "Stated by")
    for rule in held["rules"]:
        if own & set(rule["parts"]):
            page.row(
                rule["kind"], named(sources, parts, rule["parts"]), rule["reason"], rule["source"], evidence=EVIDENCE
            )
    page.heading("Seen together")
    page.header("With", "Models")
    pairs = [pair for pair in held["seen"] if own & set(pair["parts"])]
    for pair in sorted(pairs, key=lambda pair: (-len(pair["models"]), pair["parts"]))[:SEEN]:
        others = [token for token in pair["parts"] if token not in own]
        page.row(named(sources, parts, others), f"{len(pair['models'])}", evidence=EVIDENCE)
    _place(page, sources, entity["id"])


def named(sources: Sources, parts: Mapping[str, str], tokens: Sequence[str]) -> Cell:
    """The names of parts, each of which leads to its page if it has one."""
    names = [parts.get(token, token) for token in tokens]
    links = tuple((name, sources.page_of(sources.ids[name])) for name in names if name in sources.ids)
    return Cell(" + ".join(names), links=links)


def _place(page: Page, sources: Sources, entity: str) -> None:
    """Where in the component tree it stands, and what else stands there."""
    page.heading("In the component tree")
    page.header("Under", "Beside")
    for path, beside in _nodes(sources.knowledge["components"], (), entity):
        links = tuple((sources.entities[one]["name"], sources.page_of(one)) for one in beside)
        page.row(
            " > ".join(path),
            Cell(", ".join(name for name, _ in links), links=links),
            evidence=["knowledge/components.json"],
        )


def _nodes(node: Mapping[str, Any], above: tuple[str, ...], entity: str) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    leaves = [child["id"] for child in node.get("children", ()) if child["kind"] != "task"]
    if entity in leaves:
        yield above, sorted(one for one in leaves if one != entity)
    for child in node.get("children", ()):
        if child["kind"] == "task":
            yield from _nodes(child, (*above, child["name"]), entity)
