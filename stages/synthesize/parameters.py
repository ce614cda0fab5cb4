"""A page for each parameter: what is said of it, which values models have, as a plot and with their sources."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stages.core.quotes import Cell, Quote
from stages.synthesize import Wording, Writer
from stages.synthesize.page import Page
from stages.synthesize.quotes import best
from stages.synthesize.sources import PROSE, Sources, names
from stages.synthesize.values import founded, label, stated

BARS = 20  # values in the plot, at most: those that most models have
SHORT = 3  # names with more letters are looked for in prose; other words of a parameter, if they are two or more
EXAMPLES = 5  # models that a row of the plot's table names


Key = tuple[bool, float, str]  # no number; its number; else its words


@dataclass(frozen=True)
class Value:
    """A value of a parameter, with the cell that shows it and its sources."""

    parameter: dict[str, Any]
    cell: Cell

    @property
    def key(self) -> Key:
        """What equal values share."""
        number = self.parameter["number"]
        return number is None, number or 0.0, "" if number is not None else self.parameter["value"].lower()


def parameter_pages(sources: Sources, writer: Writer, known: Mapping[str, Wording]) -> Iterator[Page]:
    """The parameters that models of the corpus state, each with all of its values."""
    by_name: dict[str, list[Value]] = defaultdict(list)
    for parameter in sources.knowledge["parameters"]:
        cell = stated(sources, parameter)
        if founded(cell, sources.texts):
            by_name[parameter["name"]].append(Value(parameter, cell))
    said = _sentences(sources, {name: known[name] for name in by_name if name in known})
    for name, id in names(sorted(by_name)).items():
        page = Page(f"parameters/{id}", label(name)[:1].upper() + label(name)[1:], "parameters", f"parameter {name}")
        for quote in best(sources, said.get(name, ()), writer):
            page.sentence(quote)
        _seen(page, sources, by_name[name])
        _by_model(page, sources, by_name[name], writer)
        yield page


def _sentences(sources: Sources, known: Mapping[str, Wording]) -> dict[str, list[tuple[Quote, int, int]]]:
    """Where prose of the user's own documents names a parameter, by parameter: sentence, place in it, length."""
    called = {words.lower(): name for name, held in known.items() for words in held.prose if " " in words}
    called |= {name.lower(): name for name in known if len(name) > SHORT}
    if not called:
        return {}
    ordered = sorted(called, key=lambda words: (-len(words), words))
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, ordered))})s?(?!\w)", re.IGNORECASE)
    found: dict[str, list[tuple[Quote, int, int]]] = defaultdict(list)
    for key in sources.digests:
        for element in sources.documents[key].elements:
            for match in pattern.finditer(element["text"]) if element["type"] in PROSE else ():
                quote = sources.sentence_at(key, element["id"], match.start())
                if quote:
                    found[called[match[1].lower()]].append((quote, match.start() - quote.start, len(match[1])))
    return found


def _seen(page: Page, sources: Sources, values: Iterable[Value]) -> None:
    """The values with how many models have them: as a plot, and as the table that it is drawn from."""
    models: dict[Key, set[str]] = defaultdict(set)
    for value in values:
        models[value.key].add(value.cell.entity)
    often = sorted(models, key=lambda key: (-len(models[key]), key))[:BARS]
    order = sorted(often) if all(not key[0] for key in often) else often
    page.heading("Values seen")
    bars = [{"label": _shown(key), "count": len(models[key])} for key in order]
    page.plot(json.dumps({"bars": bars, "unit": "models have it"}), evidence=["knowledge/parameters.json"])
    page.header("Value", "Models", "Such as")
    for key in order:
        some = [(sources.entities[one]["name"], sources.page_of(one)) for one in sorted(models[key])[:EXAMPLES]]
        cell = Cell(", ".join(name for name, _ in some), links=tuple(some))
        page.row(_shown(key), f"{len(models[key])}", cell, evidence=["knowledge/parameters.json"])


def _shown(key: Key) -> str:
    words, number, text = key
    if words:
        return text
    return f"{int(number):,}" if number == int(number) else f"{number:.6g}".replace("e-0", "e-")


def _by_model(page: Page, sources: Sources, values: list[Value], writer: Writer) -> None:
    """A row for each model and value, those of the user's own documents first."""
    page.heading("By model")
    page.header("Model", page.title)
    own = {value.cell.entity: sources.is_own(sources.entities[value.cell.entity]) for value in values}
    order = sorted(values, key=lambda value: (not own[value.cell.entity], value.cell.entity))
    for value in order[: writer.rows]:
        page.row(sources.cell(value.cell.entity, value.cell.quotes), value.cell)
    if len(values) > writer.rows:
        told = f"{writer.rows} of {len(values)} values; the pages of the models have them all."
        page.note(told, evidence=["knowledge/parameters.json"])
