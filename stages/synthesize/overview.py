"""Pages on the whole: compatibility of parts, and coverage. What they tell of the build names its tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from stages.core.quotes import Cell, Quote
from stages.core.verify import located
from stages.synthesize import Writer
from stages.synthesize.naming import attributed
from stages.synthesize.page import Page
from stages.synthesize.parts import named
from stages.synthesize.sources import Sources

HEADS = ("key-value heads", "heads")  # parameters whose numbers together tell one of
COUNTED = ("attention:mha", "attention:gqa")
EXAMPLES = 5  # models that a row names of those that combine two parts


def compatibility(sources: Sources, writer: Writer, parts: Mapping[str, str]) -> Page:
    """The rules between parts with their reasons, and which parts are seen together in models, as table and diagram."""
    held = sources.knowledge["compatibility"]
    page = Page("compatibility", "Compatibility of parts", "overview")
    page.heading("Rules")
    lines = [(rule["parts"][0], part, _rule(rule)) for rule in held["rules"] for part in rule["parts"][1:]]
    lines = [(parts.get(one, one), parts.get(other, other), told) for one, other, told in lines]
    page.diagram(diagram(lines[: writer.edges]), evidence=["knowledge/compatibility.json"])
    page.header("Parts", "Rule", "Reason", "Stated by", "Models that keep to it", "Models that do not")
    for rule in held["rules"]:
        cells = [rule["kind"], rule["reason"], rule["source"]]
        cells += [_counted(sources, rule[side]) for side in ("for", "against")]
        page.row(named(sources, parts, rule["parts"]), *cells, evidence=["knowledge/compatibility.json"])
    for says, title in (("clash", "Said to clash"), ("fit", "Said to work together")):
        page.heading(title)
        page.header("Parts")
        for stated in held["stated"]:
            if stated["says"] == says:
                cell = named(sources, parts, stated["parts"])
                page.row(replace(cell, quotes=tuple(located(sources.texts, stated["sources"]))))
    page.heading("Seen together")
    often = sorted(held["seen"], key=lambda pair: (-len(pair["models"]), pair["parts"]))
    lines = [(*(parts.get(one, one) for one in pair["parts"]), _models(len(pair["models"]))) for pair in often]
    page.diagram(diagram(lines[: writer.edges]), evidence=["knowledge/compatibility.json"])
    page.header("Parts", "Models", "Such as")
    for pair in often:
        known = [(sources.entities[model]["name"], sources.page_of(model)) for model in pair["models"][:EXAMPLES]]
        some = Cell(", ".join(name for name, _ in known), links=tuple(known))
        page.row(
            named(sources, parts, pair["parts"]),
            f"{len(pair['models'])}",
            some,
            evidence=["knowledge/compatibility.json"],
        )
    page.heading("Where it is said")
    page.header("Model", "Parts")
    for pair in often[: writer.rows]:
        model = pair["models"][0]
        told = [quote for part in pair["parts"] for quote in _told(sources, model, part)]
        quotes = list(dict.fromkeys(told))
        cell = replace(named(sources, parts, pair["parts"]), quotes=tuple(quotes))
        page.row(sources.cell(model, quotes), cell)
    return page


def _told(sources: Sources, model: str, part: str) -> list[Quote]:
    """The first place that tells a part of a model; a number of key-value heads does so with that of heads."""
    places = sources.knowledge["compatibility"]["models"][model][part]
    counts = {one["name"]: one["sources"] for one in sources.parameters.get(model, ()) if one["name"] in HEADS}
    shared, heads = (counts.get(name, []) for name in HEADS)
    both = (places, heads) if part in COUNTED and places[0] in shared else (places,)
    return [quote for held in both for quote in attributed(sources, model, located(sources.texts, held), most=1)]


def diagram(lines: Sequence[tuple[str, str, str]]) -> str:
    """Lines (part, part, label) as a Mermaid flow chart."""
    parts = list(dict.fromkeys(part for line in lines for part in line[:2]))
    nodes = {part: f"n{number}" for number, part in enumerate(parts)}
    text = ["flowchart LR", *(f'  {nodes[part]}["{escaped(part)}"]' for part in parts)]
    arrows = {"requires": "-->", "needs one of": "-->", "conflicts": "-.-"}
    text += [f"  {nodes[a]} {arrows.get(label, '---')}|{label}| {nodes[b]}" for a, b, label in lines]
    return "\n".join(text) + "\n"


def _rule(rule: Mapping[str, Any]) -> str:
    return "needs one of" if rule["kind"] == "requires" and len(rule["parts"]) > 2 else rule["kind"]


def _counted(sources: Sources, models: Sequence[str]) -> str:
    """How many models, and the names of the first."""
    some = ", ".join(sources.entities[model]["name"] for model in models[:EXAMPLES])
    return f"{len(models)}: {some}" if models else ""


def _models(count: int) -> str:
    return "in 1 model" if count == 1 else f"in {count} models"


def escaped(text: str) -> str:
    """A label for Mermaid, to stand between double quotes."""
    plain = " ".join(text.split())[:80].translate(str.maketrans('"`#%', "'' /"))
    return plain.replace("<", "#lt;").replace(">", "#gt;")


def coverage(sources: Sources, pages: Iterable[Page], dropped: Counter[str]) -> Page:
    """What became of every document, what verification left out, and where sources disagree."""
    page = Page("coverage", "Coverage", "overview")
    page.heading("Documents read")
    page.header("Kind", "Documents", "Elements")
    kinds = Counter(document.kind for document in sources.documents.values())
    for kind, count in sorted(kinds.items()):
        elements = sum(len(document.elements) for document in sources.documents.values() if document.kind == kind)
        page.row(kind, f"{count}", f"{elements}", evidence=["elements/"])
    told = f"{sources.chunks} chunks were made; the index holds {sources.index['chunks']['count']}."
    page.note(told, evidence=["chunks/", "index.json"])
    _quarantine(page, sources)
    _folded(page, sources)
    page.heading("Left out by verification")
    page.header("Reason", "Blocks")
    for reason, count in sorted(dropped.items()):
        page.row(reason, f"{count}", evidence=["docs/"])
    _conflicts(page, sources, pages)
    return page


def _quarantine(page: Page, sources: Sources) -> None:
    page.heading("Documents not read")
    page.header("Document", "Reason", "Detail", "Bytes")
    for row in sources.quarantine:
        cells = [row["document"], row["reason"], " ".join((row["detail"] or "").split()), f"{row['bytes']}"]
        page.row(*cells, evidence=["quarantine/"])
    if not sources.quarantine:
        page.note("All documents could be read.", evidence=["quarantine/"])


def _folded(page: Page, sources: Sources) -> None:
    if sources.folded:
        page.heading("Near-duplicates")
        page.header("Document", "Folded into")
        for document, kept in sources.folded.items():
            page.row(document, kept, evidence=["duplicates.parquet"])


def conflicts(sources: Sources) -> list[tuple[str, str, int]]:
    """(entity, parameter, number of values) where sources disagree."""
    disputed = (held for held in sources.knowledge["parameters"] if held["disputed"])
    often = Counter((held["entity"], held["name"]) for held in disputed)
    return [(entity, name, count) for (entity, name), count in sorted(often.items())]


def _conflicts(page: Page, sources: Sources, pages: Iterable[Page]) -> None:
    written = {held.about for held in pages}
    page.heading("Where sources disagree")
    page.header("Model", "Parameter", "Values")
    for entity, name, count in conflicts(sources):
        shown = sources.entities[entity]["name"]
        model = sources.cell(entity) if entity in written else shown
        page.row(model, name.replace("_", " "), f"{count}", evidence=["knowledge/parameters.json"])
