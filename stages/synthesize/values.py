"""Values of parameters as cells of tables, and tables that compare models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from stages.core.quotes import Block, Cell
from stages.core.verify import Texts, located, numbers, problem
from stages.core.verify import stated as numbers_stated
from stages.synthesize import Writer
from stages.synthesize.naming import attributed, present
from stages.synthesize.page import Page
from stages.synthesize.sources import Sources


def label(name: str, detail: str | None = None) -> str:
    """A parameter's name for reading, with the way in which a result was got: MMLU (5-shot)."""
    return name.replace("_", " ") + (f" ({detail})" if detail else "")


def borne_out(detail: str | None, cell: Cell) -> str | None:
    """How a result was got, if the quotes of its value say so; what only the head of their table says is left out."""
    return detail if numbers(detail or "") <= numbers_stated(cell.quotes) else None


def value(parameter: dict[str, Any]) -> str:
    """A parameter's value as its source has it, with the unit that it does not name itself."""
    unit = parameter["unit"] or ""
    told = not unit or unit == parameter["name"] or unit in parameter["value"]
    return parameter["value"] if told else f"{parameter['value']} {unit}"


def stated(sources: Sources, parameter: dict[str, Any], most: int | None = None) -> Cell:
    """A cell with the value of a parameter, and (the first `most` of) its places, those with the same words first.

    Places that round a value which others state in full do not bear it out: 6.7B is none for 6,738,415,616. One where
    nothing tells whose value it is stands only if there is no other, and with the place that tells it.
    """
    quotes = located(sources.texts, parameter["sources"])
    exact = [quote for quote in quotes if _in_full(parameter["value"], quote.text)]
    quotes = sorted(exact or quotes, key=lambda quote: parameter["value"] not in quote.text)
    same = [quote for quote in quotes if parameter["value"] in quote.text]
    told = attributed(sources, parameter["entity"], quotes, most)
    if not {*told} & {*(same or told)}:
        told = attributed(sources, parameter["entity"], same, most)
    return Cell(value(parameter), tuple(told), entity=parameter["entity"], parameter=parameter["name"])


def _in_full(value: str, text: str) -> bool:
    """Whether a text has all figures of a value; their scale may stand in the head of a table, or be 1,024."""
    have = [_figures(number) for number in numbers(text)]
    return all(any(_figures(number) & figures for figures in have) for number in numbers(value))


def _figures(number: Decimal) -> set[str]:
    """The figures of a number without its scale: those of 8.11 B are those of 8.11, those of 4,096 are 4.096 and 4."""
    known = {number, number / 1024} if number and number % 1024 == 0 else {number}
    return {f"{one.scaleb(-one.adjusted()):f}".rstrip("0.") for one in known}


def agreed(sources: Sources, entity: str, most: int | None = 1) -> dict[str, Cell]:
    """By parameter, the value on which all sources agree, with (the first `most` of) its places."""
    parameters = sources.parameters.get(entity, [])
    often = Counter(parameter["name"] for parameter in parameters)
    held = {one["name"]: stated(sources, one, most) for one in parameters if often[one["name"]] == 1}
    return {name: cell for name, cell in held.items() if founded(cell, sources.texts)}


def founded(cell: Cell, texts: Texts) -> bool:
    """Whether a cell may stand in a row with others, which it would take with it."""
    return not problem(Block("row", cells=(cell,)), texts)


Stated = dict[str, dict[str, Cell]]  # by model, the values of its parameters on which all sources agree


def compare(page: Page, sources: Sources, models: Sequence[dict[str, Any]], writer: Writer) -> int:
    """A table of models: the parameters that most of them state. Returns how many models it has."""
    held = {model["id"]: agreed(sources, model["id"]) for model in models}
    return table(page, sources, models, held, common(sources, models, held)[: writer.columns], writer)


def common(sources: Sources, models: Sequence[dict[str, Any]], held: Stated) -> list[str]:
    """The parameters that models state: first what most models of the user's own documents do, then most of all."""
    often = Counter(name for parameters in held.values() for name in parameters)
    near = Counter(name for model in models if sources.is_own(model) for name in held[model["id"]])
    return sorted(often, key=lambda name: (-near[name], -often[name], name))


def table(
    page: Page, sources: Sources, models: Sequence[dict[str, Any]], held: Stated, columns: Sequence[str], writer: Writer
) -> int:
    """The models that state two or more of `columns`, those of the user's own documents first. Returns how many."""
    stating = {model["id"]: sum(name in held[model["id"]] for name in columns) for model in models}
    own = {model["id"]: sources.is_own(model) for model in models}
    some = [model for model in models if stating[model["id"]] > 1]
    chosen = sorted(some, key=lambda m: (not own[m["id"]], -stating[m["id"]], m["id"]))[: writer.rows]
    page.header("Model", *(label(name) for name in columns))
    for model in sorted(chosen, key=lambda model: (not own[model["id"]], model["name"].lower())):
        cells = {name: held[model["id"]][name] for name in columns if name in held[model["id"]]}
        page.row(name_of(sources, model["id"], cells.values()), *(cells.get(name, "") for name in columns))
    return len(chosen)


def name_of(sources: Sources, model: str, cells: Iterable[Cell]) -> Cell:
    """The model's name, with the mentions that bear out what of it the row's own quotes do not."""
    quotes = [quote for cell in cells for quote in cell.quotes]
    name = sources.cell(model, quotes)
    return replace(name, quotes=tuple(present(sources, [one for one in name.quotes if one not in quotes], model)))
