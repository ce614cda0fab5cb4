"""A page for each family of models: its generations as a diagram, its members compared, and what is said of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from stages.core.quotes import Cell, Quote
from stages.synthesize import Wording, Writer
from stages.synthesize.files import add_files
from stages.synthesize.overview import diagram
from stages.synthesize.page import Page
from stages.synthesize.quotes import about, opens
from stages.synthesize.sources import Sources, names
from stages.synthesize.values import agreed, common, label, table, value

LEAST = 2  # models that make a family


def family_pages(sources: Sources, writer: Writer, known: Mapping[str, Wording]) -> Iterator[Page]:
    """The families with several models that the documents name."""
    members: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entity in sources.knowledge["entities"]:
        if entity["kind"] == "model" and entity["family"]:
            members[entity["family"]].append(entity)
    generations = {held["family"]: held["generations"] for held in sources.knowledge["lineage"]["families"]}
    families = sorted(name for name, held in members.items() if len(held) >= LEAST)
    for name, id in names(families).items():
        page = Page(f"families/{id}", f"{name} family", "families", f"family {name}")
        for quote in _about(sources, writer, name, [model["id"] for model in members[name]]):
            page.sentence(quote)
        _compared(page, sources, members[name], writer, known)
        _generations(page, sources, generations.get(name, []), writer)
        _disagreements(page, sources, members[name])
        add_files(page, sources, members[name])
        _members(page, sources, members[name])
        yield page


def _about(sources: Sources, writer: Writer, name: str, members: list[str]) -> list[Quote]:
    """What is said of the members; first the best sentence on the family by its own name, if there is one."""
    quotes = about(sources, writer, *members)
    family = sources.ids.get(name, "")
    lead = [quote for quote in quotes if family in members and opens(sources, quote, family)][:1]
    return [*lead, *(quote for quote in quotes if quote not in lead)]


def _compared(
    page: Page, sources: Sources, members: list[dict[str, Any]], writer: Writer, known: Mapping[str, Wording]
) -> None:
    """What most members state in one table, what fewer do in a second, and results in a third."""
    held = {model["id"]: agreed(sources, model["id"]) for model in members}
    names = common(sources, members, held)
    results = [name for name in names if name in known and known[name].value == "percent"]
    figures = [name for name in names if name not in results]
    for title, columns in (
        ("Members compared", figures[: writer.columns]),
        ("Further compared", figures[writer.columns : 2 * writer.columns]),
        ("Results compared", results[: writer.columns]),
    ):
        page.heading(title)
        table(page, sources, members, held, columns, writer)


def _generations(page: Page, sources: Sources, generations: list[dict[str, Any]], writer: Writer) -> None:
    page.heading("Generations")
    lines = [(one["after"], one["version"], "then") for one in generations if one["after"] and one["version"]]
    page.diagram(diagram(lines[: writer.edges]), evidence=["knowledge/lineage.json"])
    page.header("Generation", "After", "Models")
    for one in generations:
        models = [sources.entities[model["id"]] for model in one["models"]]
        links = tuple((model["name"], sources.page_of(model["id"])) for model in models)
        cell = Cell(", ".join(model["name"] for model in models), links=links)
        page.row(one["version"] or "(none)", one["after"], cell, evidence=["knowledge/lineage.json"])


def _disagreements(page: Page, sources: Sources, members: list[dict[str, Any]]) -> None:
    """The parameters of members on which sources disagree, with how many values there are."""
    page.heading("Where sources disagree")
    page.header("Model", "Parameter", "Values")
    for model in members:
        held: dict[str, list[str]] = defaultdict(list)
        for parameter in sources.parameters.get(model["id"], ()):
            if parameter["disputed"]:
                held[parameter["name"]].append(value(parameter))
        for name, values in held.items():
            cells = (sources.cell(model["id"]), label(name), "; ".join(values))
            page.row(*cells, evidence=["knowledge/parameters.json"])


def _members(page: Page, sources: Sources, members: list[dict[str, Any]]) -> None:
    page.heading("Models")
    links = [(model["name"], sources.page_of(model["id"])) for model in members]
    page.note(", ".join(name for name, _ in links), evidence=["knowledge/entities.json"], links=links)
