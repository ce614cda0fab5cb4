"""Pages on what documents talk about: models with their parameters, components, approaches, tasks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from stages.core.quotes import Cell, Quote
from stages.core.summary import HAS, IS
from stages.core.verify import located
from stages.synthesize import Writer
from stages.synthesize.naming import present
from stages.synthesize.page import Page
from stages.synthesize.parts import add_parts
from stages.synthesize.quotes import about, opens
from stages.synthesize.sections import add_sections, subjects
from stages.synthesize.sources import GROUPS, Sources
from stages.synthesize.values import agreed, borne_out, compare, founded, label, name_of, stated

PARTS = ("component", "approach")  # what a parameter of a model may be
TASK_ENTITIES = 12  # entities of which a task's page quotes the best sentence
SUMMARY = 3  # numbers that a summary tells, at least
READ_NEXT = 5  # documents to read next on a page, at most
TASK_LINKS = 40  # entities that it links to


def entity_pages(sources: Sources, writer: Writer, parts: Mapping[str, str]) -> Iterator[Page]:
    """A page for each model with parameters, and for whatever else has enough sentences."""
    documents = subjects(sources)
    for entity in sources.knowledge["entities"]:
        quotes = about(sources, writer, entity["id"])
        if sources.parameters.get(entity["id"]) or len(quotes) >= writer.least:
            page = Page(sources.page_of(entity["id"]), entity["name"], GROUPS[entity["kind"]], entity["id"])
            lead = quotes[:1] if quotes and opens(sources, quotes[0], entity["id"]) else []
            _said(page, lead)
            if not lead:
                _summary(page, sources, entity["id"])
            _parameters(page, sources, entity["id"], disagree=False)
            page.heading("What is said of it")
            _said(page, quotes[len(lead) :])
            if document := documents.get(entity["id"]):
                add_sections(page, document, sources.digests[document.key], writer)
            _relations(page, sources, entity["id"])
            if entity["kind"] in PARTS:
                _models_with(page, sources, entity, writer)
            _parameters(page, sources, entity["id"], disagree=True)
            add_parts(page, sources, entity, parts)
            _kin(page, sources, entity)
            _next(page, sources, entity)
            yield page


def _said(page: Page, quotes: list[Quote]) -> None:
    for quote in quotes:
        page.sentence(quote)


def _summary(page: Page, sources: Sources, entity: str) -> None:
    """What no sentence of a document opens the page with: its main values, on which all sources agree."""
    held = agreed(sources, entity)
    values = [held[name] for name in (*HAS, *IS) if name in held]
    if sum(name in held for name in HAS) >= SUMMARY:
        page.summary(name_of(sources, entity, values), values)


def _parameters(page: Page, sources: Sources, entity: str, *, disagree: bool) -> None:
    """The parameters on which the sources agree, or those on which they do not, with all that is said."""
    by_name: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for parameter in sources.parameters.get(entity, ()):
        by_name[parameter["name"]].append(parameter)
    page.heading("Where sources disagree" if disagree else "Parameters")
    page.header("Parameter", "Value")
    for name, held in sorted(by_name.items(), key=lambda item: (item[0].casefold(), item[0])):
        for parameter in held:
            if parameter["disputed"] is disagree:
                cell = stated(sources, parameter)
                page.row(label(name, borne_out(parameter["detail"], cell)), cell)


def _relations(page: Page, sources: Sources, entity: str) -> None:
    """What an entity is said to be to others, and others to it."""
    page.heading("Relations")
    page.header("Relation", "With")
    for relation in sources.relations.get(entity, ()):
        quotes = _told(sources, relation)
        page.row(Cell(relation["predicate"], tuple(quotes)), sources.cell(relation["object"], quotes))
    page.heading("Said of it elsewhere")
    page.header("What", "Relation")
    for relation in sources.relations_to.get(entity, ()):
        quotes = _told(sources, relation)
        page.row(sources.cell(relation["subject"], quotes), Cell(relation["predicate"], tuple(quotes)))


def _told(sources: Sources, relation: Mapping[str, Any]) -> list[Quote]:
    """Where a relation is said, and with it who was renamed, if need be."""
    return present(sources, located(sources.texts, relation["sources"]), relation["subject"], relation["object"])


def _models_with(page: Page, sources: Sources, entity: Mapping[str, Any], writer: Writer) -> None:
    """The models of which sources say that a parameter of theirs is this: of RoPE, those with it as position encoding.

    Those of the user's own documents come first.
    """
    words = dict.fromkeys(name.casefold() for name in (entity["name"], *entity["aliases"]))
    held = [parameter for word in words for parameter in sources.valued.get(word, ())]
    own = {one["entity"]: sources.is_own(sources.entities[one["entity"]]) for one in held}
    order = sorted(held, key=lambda one: (one["name"], not own[one["entity"]], one["entity"]))
    for name, models in groupby(order, key=lambda one: one["name"]):
        rows = [(one["entity"], cell) for one in models if founded(cell := stated(sources, one), sources.texts)]
        page.heading("Models with it")
        page.header("Model", label(name))
        for model, cell in rows[: writer.rows]:
            page.row(sources.cell(model, cell.quotes), cell)
        if len(rows) > writer.rows:
            told = f"{writer.rows} of {len(rows)} values; the pages of the models have them all."
            page.note(told, evidence=["knowledge/parameters.json"])


def _kin(page: Page, sources: Sources, entity: dict[str, Any]) -> None:
    """Links to the other members of a model's family."""
    kin = [
        other
        for other in sources.knowledge["entities"]
        if entity["family"] and other["family"] == entity["family"] and other["id"] != entity["id"]
    ]
    if kin:
        page.heading("Same family")
        page.note(
            ", ".join(other["name"] for other in kin),
            evidence=["knowledge/entities.json"],
            links=[(other["name"], sources.page_of(other["id"])) for other in kin],
        )


def _next(page: Page, sources: Sources, entity: dict[str, Any]) -> None:
    """The user's own documents that name it most often."""
    often = Counter(place[0] for place in sources.mentions.get(entity["id"], ()) if place[0] in sources.digests)
    first = sorted(often, key=lambda key: (-often[key], sources.order[key]))[:READ_NEXT]
    if first:
        page.heading("Read next")
        page.header("Document", "Mentions")
        for key in first:
            title = sources.documents[key].title
            cell = Cell(title, links=((title, sources.digests[key]),))
            page.row(cell, f"{often[key]}", evidence=["facts/"])


def task_pages(sources: Sources, writer: Writer) -> Iterator[Page]:
    """A page for each cluster of documents on a task: what it is about, in the words of its documents."""
    for cluster in sources.knowledge["clusters"]:
        name = cluster["name"]
        page = Page(f"tasks/{cluster['id']}", name[:1].upper() + name[1:], "tasks", cluster["id"])
        documents = set(cluster["documents"])
        known = _foremost(sources, cluster["entities"], documents)
        for entity in known[:TASK_ENTITIES]:
            for quote in [quote for quote in about(sources, writer, entity) if quote.document in documents][:1]:
                page.sentence(quote)
        page.blocks = list(dict.fromkeys(page.blocks))
        _groups(page, sources, cluster["clusters"])
        _documents(page, sources, cluster["documents"])
        if known:
            page.heading("What they talk about")
            links = [(sources.entities[entity]["name"], sources.page_of(entity)) for entity in known[:TASK_LINKS]]
            page.note(", ".join(name for name, _ in links), evidence=["knowledge/clusters.json"], links=links)
        yield page


def _foremost(sources: Sources, entities: list[str], documents: set[str]) -> list[str]:
    """The entities that the user's own documents of a task mention most, then the others, by id."""
    own = documents & sources.digests.keys()
    often = {entity: sum(place[0] in own for place in sources.mentions.get(entity, ())) for entity in entities}
    return sorted((e for e in entities if e in sources.entities), key=lambda entity: (-often[entity], entity))


def _groups(page: Page, sources: Sources, groups: list[dict[str, Any]]) -> None:
    """The finer clusters of a task: what each is about, and the terms that set it apart."""
    page.heading("Groups")
    page.header("Group", "Documents", "Terms that set it apart")
    for group in groups:
        cells = (group["name"], f"{len(group['documents'])}", ", ".join(group["terms"]))
        page.row(*cells, evidence=["knowledge/clusters.json"])


def _documents(page: Page, sources: Sources, keys: list[str]) -> None:
    """The user's own documents one by one, those of libraries as a number."""
    own = [key for key in keys if key in sources.digests]
    page.heading("Documents")
    page.header("Document", "Kind")
    for key in own:
        document = sources.documents[key]
        title = Cell(document.title, links=((document.title, sources.digests[key]),))
        page.row(title, document.kind, evidence=["knowledge/clusters.json"])
    if len(keys) > len(own):
        more = len(keys) - len(own)
        told = f"{more} documents of installed libraries are on this task too."
        told = told if more > 1 else "1 document of an installed library is on this task too."
        page.note(told, evidence=["knowledge/clusters.json"])


def comparison(sources: Sources, writer: Writer) -> Page:
    """One table of all models."""
    models = [entity for entity in sources.knowledge["entities"] if entity["kind"] == "model"]
    page = Page("comparison", "Models compared", "overview")
    count = compare(page, sources, models, writer)
    page.note(
        f"{count} of {len(models)} models: first those of your own documents, then those of libraries, for which "
        "the sources state, and agree on, most of these parameters.",
        evidence=["knowledge/parameters.json"],
    )
    return page
