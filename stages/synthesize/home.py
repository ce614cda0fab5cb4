"""Home: at a glance what is here, where to begin, the ways in by task, family and part, and how to read a citation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stages.core.quotes import Block, Cell
from stages.synthesize.page import Page
from stages.synthesize.sources import Sources

ORDER = ("models", "families", "tasks", "components", "approaches", "parameters", "datasets", "documents")
"""Groups as a newcomer wants them; others follow."""
GUIDES = {
    "paths": "Which document to read after which, task by task.",
    "comparison": "Figures of models side by side, each with its source; pressing the head of a column sorts.",
    "tree": "Tasks, the parts that belong to each, and the models that use them.",
    "compatibility": "Which parts go together, which clash, and why.",
    "lineage": "Which model comes from which, and the generations of families.",
    "coverage": "What was read, what was left out and why, and where sources disagree.",
}
OTHER = "other"  # the cluster of documents that are on no task
FOREMOST = 12  # families and parts that are shown
EXAMPLES = 4  # names in a line


def home(sources: Sources, kept: Sequence[Page]) -> Page:
    """The first page; `kept` are the other pages that are written, but for coverage."""
    page = Page("index", "Home", "overview")
    groups = Counter(one.group for one in kept if one.group != "overview")
    _lead(page, sources, groups)
    page.heading("Where to begin")
    page.header("Page", "What it tells")
    titles = {one.id: one.title for one in kept} | {"coverage": "Coverage"}
    for id, told in GUIDES.items():
        if id in titles:
            page.row(_link(titles[id], id), told, evidence=["docs/"])
    _tasks(page, sources, titles)
    _families(page, sources, titles)
    _parts(page, sources, titles)
    _citations(page, sources, kept)
    _counts(page, sources)
    return page


def _lead(page: Page, sources: Sources, groups: Mapping[str, int]) -> None:
    own = len(sources.digests)
    more = len(sources.documents) - own
    told = f"What {own} documents of your own" + (f" and {more} of installed libraries" if more else "")
    told += f" say of {groups.get('models', 0)} models and of what they are made of. Each sentence and value leads to "
    page.note(f"{told}the place in a document where it is said.", evidence=["elements/", "docs/"])
    page.header("Group", "Pages")
    for group in (*(one for one in ORDER if one in groups), *sorted(groups.keys() - set(ORDER))):
        page.row(_link(group.capitalize(), group), f"{groups[group]}", evidence=["docs/"])


def _tasks(page: Page, sources: Sources, titles: Mapping[str, str]) -> None:
    """Each task, with what your own documents on it talk of most."""
    page.heading("By task")
    page.header("Task", "Documents", "Such as")
    for cluster in sorted(sources.knowledge["clusters"], key=lambda one: one["id"] == OTHER):
        if (id := f"tasks/{cluster['id']}") in titles:
            documents = set(cluster["documents"])
            near = documents & sources.digests.keys() or documents
            often = Counter(
                {one: sum(place[0] in near for place in sources.mentions.get(one, ())) for one in cluster["entities"]}
            )
            some = [one for one in sorted(often, key=lambda one: (-often[one], one)) if often[one]]
            cells = (_link(titles[id], id), f"{len(documents)}", _names(sources, some, titles))
            page.row(*cells, evidence=["knowledge/clusters.json"])


def _families(page: Page, sources: Sources, titles: Mapping[str, str]) -> None:
    """The families with most models in your own documents."""
    members: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entity in sources.knowledge["entities"]:
        if entity["kind"] == "model" and entity["family"]:
            members[entity["family"]].append(entity)
    called = {f"{name} family": held for name, held in members.items()}
    shown = [(id, called[title]) for id, title in titles.items() if title in called and id.startswith("families/")]
    near = {id: sum(map(sources.is_own, held)) for id, held in shown}
    shown.sort(key=lambda item: (-near[item[0]], -len(item[1]), item[0]))
    page.heading("By family")
    page.header("Family", "Models", "Such as")
    for id, held in shown[:FOREMOST]:
        some = [one["id"] for one in sorted(held, key=lambda one: (not sources.is_own(one), one["id"]))]
        cells = (_link(titles[id], id), f"{len(held)}", _names(sources, some, titles))
        page.row(*cells, evidence=["knowledge/entities.json"])
    _rest(page, len(shown), "families")


def _parts(page: Page, sources: Sources, titles: Mapping[str, str]) -> None:
    """The parts of models that most documents name, with the task that each belongs to."""
    held: dict[str, tuple[str, int]] = {}
    for task, leaf in _leaves(sources.knowledge["components"]):
        if leaf["kind"] == "component" and leaf["id"] in sources.entities and sources.page_of(leaf["id"]) in titles:
            held.setdefault(leaf["id"], (task, len(leaf["documents"])))
    page.heading("By component")
    page.header("Component", "Documents", "Under")
    for id in sorted(held, key=lambda id: (-held[id][1], id))[:FOREMOST]:
        cell = _link(sources.entities[id]["name"], sources.page_of(id))
        page.row(cell, f"{held[id][1]}", held[id][0], evidence=["knowledge/components.json"])
    _rest(page, len(held), "components")


def _citations(page: Page, sources: Sources, kept: Sequence[Page]) -> None:
    """How to read a citation, with one to try: what opens the page of the part that is talked of most."""
    page.heading("How to read a citation")
    page.note(
        "The number behind a sentence or a value is its source: point at it or press it, and you see the quote, its "
        "document, the section and the page. Such as here:"
    )
    parts = [one for one in kept if one.group == "components" and _first(one)]
    for one in sorted(parts, key=lambda one: (-len(sources.mentions.get(one.about, ())), one.id))[:1]:
        page.blocks += _first(one)
    page.note(
        "What could not be verified was left out, and is counted on the page of coverage.",
        links=[("coverage", "coverage")],
    )


def _counts(page: Page, sources: Sources) -> None:
    own = len(sources.digests)
    page.heading("What was read")
    page.header("What", "Count")
    page.row("Documents of your own", f"{own}", evidence=["elements/"])
    page.row("Documents of installed libraries", f"{len(sources.documents) - own}", evidence=["elements/"])
    page.row("Near-duplicates, folded into others", f"{len(sources.folded)}", evidence=["duplicates.parquet"])
    page.row("Documents that could not be read", f"{len(sources.quarantine)}", evidence=["quarantine/"])
    page.row("Passages in the search index", f"{sources.index['chunks']['count']}", evidence=["index.json"])
    page.heading("What is known")
    page.header("What", "Count")
    for what, file in (("Entities", "entities"), ("Values", "parameters"), ("Relations", "relations")):
        page.row(what, f"{len(sources.knowledge[file])}", evidence=[f"knowledge/{file}.json"])


def _first(page: Page) -> list[Block]:
    """The sentence that opens a page."""
    return [block for block in page.blocks if block.kind == "sentence"][:1]


def _leaves(node: Mapping[str, Any], task: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What belongs to each task of the tree, with the task's name."""
    for child in node.get("children", ()):
        if child["kind"] == "task":
            yield from _leaves(child, child["name"])
        else:
            yield task, child


def _link(text: str, page: str) -> Cell:
    return Cell(text, links=((text, page),))


def _names(sources: Sources, entities: Sequence[str], titles: Mapping[str, str]) -> Cell:
    """The first of the entities that have a page."""
    held = [one for one in entities if one in sources.entities and sources.page_of(one) in titles][:EXAMPLES]
    links = tuple((sources.entities[one]["name"], sources.page_of(one)) for one in held)
    return Cell(", ".join(name for name, _ in links), links=links)


def _rest(page: Page, count: int, group: str) -> None:
    if count > FOREMOST:
        page.note(f"The first {FOREMOST} of {count}.", evidence=["docs/"], links=[(f"{count}", group)])
