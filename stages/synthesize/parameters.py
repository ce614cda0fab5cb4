"""A page for each parameter: what is said of it, which values models have, as a plot and with their sources."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stages.core.knowledge import Parameter
from stages.synthesize import Writer
from stages.synthesize.page import Cell, Page, Quote
from stages.synthesize.quotes import best
from stages.synthesize.sources import PROSE, Sources, names
from stages.synthesize.values import founded, label, stated

BARS = 20  # values in the plot, at most: those that most models have
EXAMPLES = 5  # models that a row of the plot's table names


def parameter_pages(sources: Sources, writer: Writer, known: Mapping[str, Parameter]) -> Iterator[Page]:
    """The parameters that models of the corpus state, each with all of its values."""
    by_name: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for parameter in sources.knowledge["parameters"]:
        by_name[parameter["name"]].append(parameter)
    said = _sentences(sources, {name: known[name] for name in by_name if name in known})
    for name, id in names(sorted(by_name)).items():
        page = Page(f"parameters/{id}", label(name)[:1].upper() + label(name)[1:], "parameters", f"parameter {name}")
        for quote in best(sources, said.get(name, ()), writer):
            page.sentence(quote)
        _seen(page, sources, by_name[name])
        _by_model(page, sources, by_name[name], writer)
        yield page


def _sentences(sources: Sources, known: Mapping[str, Parameter]) -> dict[str, list[tuple[Quote, int]]]:
    """Places in prose of the user's own documents where a parameter is named as prose does, by parameter."""
    called = {words.lower(): name for name, held in known.items() for words in (name, *held.prose) if len(words) > 3}
    if not called:
        return {}
    ordered = sorted(called, key=lambda words: (-len(words), words))
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, ordered))})s?(?!\w)", re.IGNORECASE)
    found: dict[str, list[tuple[Quote, int]]] = defaultdict(list)
    for key in sources.digests:
        for element in sources.documents[key].elements:
            for match in pattern.finditer(element["text"]) if element["type"] in PROSE else ():
                quote = sources.sentence_at(key, element["id"], match.start())
                if quote:
                    found[called[match[1].lower()]].append((quote, match.start() - quote.start))
    return found


def _seen(page: Page, sources: Sources, parameters: Iterable[dict[str, Any]]) -> None:
    """The values with how many models have them: as a plot, and as the table that it is drawn from."""
    models: dict[tuple[bool, float, str], set[str]] = defaultdict(set)
    for parameter in parameters:
        number = parameter["number"]
        key = (number is None, number or 0.0, "" if number is not None else parameter["value"].lower())
        models[key].add(parameter["entity"])
    often = sorted(models, key=lambda key: (-len(models[key]), key))[:BARS]
    order = sorted(often) if all(not key[0] for key in often) else often
    shown = {key: _shown(key) for key in order}
    page.heading("Values seen")
    bars = [{"label": shown[key], "count": len(models[key])} for key in order]
    page.plot(json.dumps({"bars": bars, "unit": "models"}), evidence=["knowledge/parameters.json"])
    page.header("Value", "Models", "Such as")
    for key in order:
        some = [(sources.entities[one]["name"], sources.page_of(one)) for one in sorted(models[key])[:EXAMPLES]]
        cell = Cell(", ".join(name for name, _ in some), links=tuple(some))
        page.row(shown[key], f"{len(models[key])}", cell, evidence=["knowledge/parameters.json"])


def _shown(key: tuple[bool, float, str]) -> str:
    words, number, text = key
    if words:
        return text
    return f"{int(number):,}" if number == int(number) else f"{number:.6g}"


def _by_model(page: Page, sources: Sources, parameters: list[dict[str, Any]], writer: Writer) -> None:
    """A row for each model and value, those of the user's own documents first."""
    page.heading("By model")
    page.header("Model", label(parameters[0]["name"]).capitalize())
    own = {held["entity"]: sources.is_own(sources.entities[held["entity"]]) for held in parameters}
    order = sorted(parameters, key=lambda one: (not own[one["entity"]], one["entity"], one["rank"]))
    for parameter in order[: writer.rows]:
        cell = stated(sources, parameter)
        if founded(cell, sources.texts):
            page.row(sources.cell(parameter["entity"], cell.quotes), cell)
    if len(parameters) > writer.rows:
        told = f"{writer.rows} of {len(parameters)} values; the pages of the models have them all."
        page.note(told, evidence=["knowledge/parameters.json"])
