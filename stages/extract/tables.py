"""Parameters from tables: which way a table is turned, whose values they are, and what each cell says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stages.core.knowledge import Parameter as Meaning
from stages.extract.facts import Document, Element, Parameter
from stages.extract.lexicon import Lexicon
from stages.extract.prose import quantities
from stages.extract.subjects import model_of, nearest_subject, with_size
from stages.extract.values import read_value

SCALE = re.compile(r"\((?:in )?([KMBT]|thousand|million|billion|trillion)s?\)", re.IGNORECASE)
NOTE = re.compile(r"\s*\([^()]*\)|[`*]|\s*\[[^\]]*\]")
ALONE = re.compile(r"(?:\s*\([^()]*\)|[*†‡]|\s+\[\d+\])*\s*")  # all that may follow a model's name in its cell
MODEL_HEADERS = {"model", "models", "name", "model name", "variant", "size", "model size", "checkpoint", "params", ""}
VALUE_HEADERS = {
    "value",
    "values",
    "setting",
    "settings",
    "default",
    "configuration",
    "config",
    "specification",
    "details",
}
SHAPE = ("layers", "hidden size", "heads", "parameters", "feed-forward size", "vocabulary", "context length")
ENOUGH = 3  # so many rows of SHAPE in a table of label and value say that the document describes one model


@dataclass(frozen=True)
class Row:
    """One line of a table: its cells, and where the line stands in the element's text."""

    cells: list[str]
    start: int
    end: int


def read_table(element: Element, document: Document, lexicon: Lexicon) -> Iterator[Parameter]:
    """The parameters that a table states, one for each cell that a header or row label names."""
    rows = list(_rows(element["text"]))
    if len(rows) < 2 or len(rows[0].cells) < 2:
        return
    header, body = rows[0], [row for row in rows[1:] if len(row.cells) == len(rows[0].cells)]
    columns = sum(label(cell, lexicon) is not None for cell in header.cells[1:])
    labels = sum(label(row.cells[0], lexicon) is not None for row in rows)
    if columns and columns >= labels:
        yield from _models_in_rows(element, header, body, document, lexicon)
    elif labels:
        yield from _models_in_columns(element, header, body, document, lexicon)


def label(cell: str, lexicon: Lexicon) -> str | None:
    """The canonical parameter that a header or row label names."""
    whole = " ".join(re.sub(r"[`*]", "", cell).lower().split())
    bare = " ".join(NOTE.sub("", cell).lower().split()).rstrip(":")
    return lexicon.labels.get(whole) or lexicon.labels.get(bare)


def _rows(text: str) -> Iterator[Row]:
    start = 0
    for line in text.split("\n"):
        if "|" in line:
            yield Row([cell.strip() for cell in line.split("|")], start, start + len(line))
        start += len(line) + 1


def _scale(cell: str) -> str:
    match = SCALE.search(cell)
    return match[1][0].upper() if match else ""


def _models_in_rows(
    element: Element, header: Row, body: list[Row], document: Document, lexicon: Lexicon
) -> Iterator[Parameter]:
    place = next((at for at, cell in enumerate(header.cells) if NOTE.sub("", cell).strip().lower() in MODEL_HEADERS), 0)
    named = NOTE.sub("", header.cells[place]).strip().lower()
    for row in body:
        subject = row_subject(row.cells[place], named, element, document, lexicon)
        if not subject:
            continue
        for at, cell in enumerate(row.cells):
            name = label(header.cells[at], lexicon)
            if name and at != place:
                yield from _cell(element, row, cell, name, subject, lexicon, scale=_scale(header.cells[at]))


def row_subject(cell: str, header: str, element: Element, document: Document, lexicon: Lexicon) -> str:
    """The model of a row by its first cell: a model's name, or a size of the model that the section is about."""
    text = re.sub(r"[`*]", "", cell).strip()
    model = model_of(text, lexicon)
    if model and model.start == 0 and ALONE.fullmatch(text, model.end):
        return model.entity
    base = nearest_subject(element, document, lexicon)
    if base and re.fullmatch(r"\d+(?:\.\d+)?\s?[BM](?:-A\d+(?:\.\d+)?B)?", text):
        return with_size(base, text.replace(" ", ""), lexicon)
    return ""


def _models_in_columns(
    element: Element, header: Row, body: list[Row], document: Document, lexicon: Lexicon
) -> Iterator[Parameter]:
    subjects = column_subjects(element, header, body, document, lexicon)
    headless = label(header.cells[0], lexicon) is not None and len(header.cells) == 2
    for row in [header, *body] if headless else body:
        name = label(row.cells[0], lexicon)
        for at, subject in subjects.items():
            scale = _scale(row.cells[0])
            if name:
                yield from _cell(element, row, row.cells[at], name, subject, lexicon, scale=scale)


def column_subjects(
    element: Element, header: Row, body: list[Row], document: Document, lexicon: Lexicon
) -> dict[int, str]:
    """Column to model: by the header's names, or the document's subject for a column of values."""
    found = {}
    for at, cell in enumerate(header.cells[1:], start=1):
        model = model_of(re.sub(r"[`*]", "", cell).strip(), lexicon)
        if model and model.start == 0 and ALONE.fullmatch(cell.strip("`* "), model.end):
            found[at] = model.entity
    if found:
        return found
    values = [at for at, cell in enumerate(header.cells) if cell.strip("`* ").lower() in VALUE_HEADERS]
    headless = len(header.cells) == 2 and label(header.cells[0], lexicon) is not None
    subject = nearest_subject(element, document, lexicon) or _titled(header, body, document, lexicon)
    return {(values or [1])[0]: subject} if subject and (values or headless) else {}


def _titled(header: Row, body: list[Row], document: Document, lexicon: Lexicon) -> str:
    """The title, if the table describes the shape of one model and the title may be a name."""
    shape = {label(row.cells[0], lexicon) for row in [header, *body]} & set(SHAPE)
    title = document.title.strip()
    return title if len(shape) >= ENOUGH and 0 < len(title.split()) <= 4 and len(title) <= 40 else ""


def _cell(
    element: Element, row: Row, cell: str, name: str, subject: str, lexicon: Lexicon, *, scale: str
) -> Iterator[Parameter]:
    said: dict[str, Meaning] = lexicon.parameters
    quote = element["text"][row.start : row.end]
    value = read_value(cell, said[name], scale=scale)
    inner = {} if value and value.text == cell else quantities(cell, lexicon)
    found = {**{other: held for other, held in inner.items() if other != name}, **({name: value} if value else {})}
    for other, held in found.items():
        unit = said[other].unit or None
        yield Parameter(subject, other, held.text, held.number, unit, element["id"], quote, row.start, row.end)
