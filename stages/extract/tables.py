"""Parameters from tables: which way a table is turned, whose values they are, and what each cell says."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from stages.extract.cues import ABLATED
from stages.extract.facts import Document, Element, Parameter
from stages.extract.grid import Reading, Row, cut, labelled, named_in
from stages.extract.labels import MARKUP, label
from stages.extract.lexicon import Lexicon
from stages.extract.numbers import Value
from stages.extract.quantities import quantities
from stages.extract.quantities import words as words_in
from stages.extract.subjects import ENOUGH, SHAPE, may_name, models_in, nearest_subject, with_size
from stages.extract.values import devices, read_value, shots

SCALE = re.compile(r"[(,]\s*(?:in )?([KMBT]|thousand|million|billion|trillion)s?\)?\s*$", re.IGNORECASE)
NOTE = re.compile(r"\s*\([^()]*\)|[`*]|\s*\[[^\]]*\]")
NAMING = {
    "model",
    "models",
    "name",
    "model name",
    "variant",
    "checkpoint",
    "model variant",
    "system",
    "network",
    "architecture",
}
MODEL_HEADERS = NAMING | {"size", "model size", "params", "family", "method", ""}
SIZE_CELL = re.compile(r"\d+(?:\.\d+)?\s?[BM](?:-A\d+(?:\.\d+)?B)?")
NAME_CELL = re.compile(r"(?=.*[A-Z])(?!.*(?:w/|\bOurs\b|[Bb]aseline|\bTotal\b|\bAverage\b|[+:=]))[\w.\-/ ]{3,40}")
VALUE = re.compile(r"\d[\d.,]*[KMBT%]?|[-–—]|n/a")
EMPTY = re.compile(r"\s*(?:[-–—]+|n/?a|none|\?|tbd)?\s*", re.IGNORECASE)


def read_table(
    element: Element, document: Document, lexicon: Lexicon, caption: str = "", above: str = ""
) -> Iterator[Parameter]:
    """The parameters that a table states, one for each cell that a header or row label names.

    `above` is the text of a table right before this one: where this one has no header, it goes on with that one's.
    """
    reading = Reading(element, document, lexicon, caption)
    header, body = cut(element["text"], reading)
    if above and header and not labelled(header, reading) and not any(labelled(row, reading) for row in body):
        first, _ = cut(above, reading)
        if first and len(first.cells) == len(header.cells):
            header, body = first, [header, *body]
    if not header or not body:
        return
    width = len(header.cells)
    columns = labelled(header, reading)
    place = max(range(min(width, 3)), key=lambda at: (sum(bool(label(row.cells[at], lexicon)) for row in body), -at))
    labels = sum(bool(label(row.cells[place], lexicon)) for row in [header, *body])
    if columns and columns >= labels:
        yield from _told_apart(_models_in_rows(reading, header, body))
    elif labels:
        yield from _told_apart(_models_in_columns(reading, header, body, place))


def _told_apart(found: Iterable[Parameter]) -> list[Parameter]:
    """Without values of which a table gives one model several: what tells its rows or columns apart was not read."""
    held = list(found)
    values: dict[tuple[str, str, str | None], set[float | str]] = defaultdict(set)
    for one in held:
        values[one.subject, one.name, one.detail].add(one.value if one.number is None else one.number)
    return [one for one in held if len(values[one.subject, one.name, one.detail]) == 1]


def is_tuning(element: Element, lexicon: Lexicon) -> bool:
    """Whether a table of label and value describes an adapter: one of its labels is of LoRA."""
    lines = [line.split(" | ") for line in element["text"].split("\n")]
    return any(name.startswith("LoRA") for line in lines if len(line) == 2 for name in label(line[0], lexicon))


def _scale(cell: str) -> str:
    match = SCALE.search(MARKUP.sub("", cell))
    return match[1][0].upper() if match else ""


def _models_in_rows(reading: Reading, header: Row, body: list[Row]) -> Iterator[Parameter]:
    heads = [NOTE.sub("", cell).strip().lower() for cell in header.cells]
    candidates = [at for at, head in enumerate(heads) if head in MODEL_HEADERS]
    named = [sum(named_in(row.cells[at], reading) != "" for row in body) for at in range(len(heads))]
    place = max(candidates or range(len(heads)), key=lambda at: (named[at], -at))
    alone = not candidates and not named[place]
    if alone and len(body) == 1:
        subjects = ["" if _is_cut(reading, len(heads)) else _only(reading)]
    else:
        subjects = _certain([row_subject(row.cells[place], heads[place], reading) for row in body])
    for row, subject in zip(body, subjects, strict=True):
        for at, cell in enumerate(row.cells if subject else ()):
            names = label(header.cells[at], reading.lexicon)
            if names and (alone or at != place):
                yield from _cell(reading, row, cell, names, subject, header.cells[at])


def _is_cut(reading: Reading, width: int) -> bool:
    """Whether values as many as columns follow on a line of their own: rows of a table whose names were not read."""
    elements = reading.document.elements
    at = next((at for at, one in enumerate(elements) if one is reading.element), len(elements)) + 1
    words = elements[at]["text"].split() if at < len(elements) else []
    return len(words) == width and all(VALUE.fullmatch(word) for word in words)


def _certain(subjects: list[str]) -> list[str]:
    """Without names that stand in several rows, or lack the size that others have: a parser has lost their ends."""
    counts = Counter(subjects)
    sized = {subject for subject in subjects if re.search(r"\d[BM]\b", subject)}
    return [
        ""
        if subject not in sized and (counts[subject] > 1 or any(other.startswith(f"{subject} ") for other in sized))
        else subject
        for subject in subjects
    ]


def row_subject(cell: str, header: str, reading: Reading) -> str:
    """The model of a row by its cell: a model's name, or a size of the model that the section is about."""
    named = named_in(cell, reading)
    if named:
        return named
    text = MARKUP.sub("", cell).strip()
    base = _headed(reading)
    if base and SIZE_CELL.fullmatch(text):
        return with_size(base, text.replace(" ", ""), reading.document, reading.lexicon)
    models = list(models_in(text, reading.document, reading.lexicon))
    return (
        text
        if header in NAMING and not models and NAME_CELL.fullmatch(text) and not label(text, reading.lexicon)
        else ""
    )


def _only(reading: Reading) -> str:
    return reading.caption or _headed(reading)


def _headed(reading: Reading) -> str:
    """The model that the section of a table is about; in one on an ablation, only a heading in it says so."""
    found = nearest_subject(reading.element, reading.document, reading.lexicon)
    ablated = any(ABLATED.search(heading) for heading in (reading.element["section"] or ())[1:])
    return "" if ablated and found == reading.document.subject.name else found


def _models_in_columns(reading: Reading, header: Row, body: list[Row], place: int) -> Iterator[Parameter]:
    subjects = column_subjects(reading, header, body, place)
    headless = bool(label(header.cells[place], reading.lexicon)) and len(header.cells) == 2
    for row in [header, *body] if headless else body:
        names = label(row.cells[place], reading.lexicon)
        for at, subject in subjects.items() if names else ():
            yield from _cell(reading, row, row.cells[at], names, subject, row.cells[place])


def column_subjects(reading: Reading, header: Row, body: list[Row], place: int) -> dict[int, str]:
    """Column to model: by the header's names, or the model of caption, section or document for the column of values.

    Sizes may head columns, each once; a row of activated parameters is one of values whose header was lost.
    """
    found = {at: named for at, cell in enumerate(header.cells) if at != place and (named := named_in(cell, reading))}
    sized = {
        at: row_subject(cell, "", reading)
        for at, cell in enumerate(header.cells)
        if at != place and SIZE_CELL.fullmatch(MARKUP.sub("", cell).strip())
    }
    if "active parameters" in label(header.cells[place], reading.lexicon) or len({*sized.values()}) < len(sized):
        sized = {}
    found = dict(zip(found, _certain(list(found.values())), strict=True))
    if found or len(sized) > 1:
        return {at: name for at, name in {**sized, **found}.items() if name}
    if len(header.cells) > place + 2:
        return {}
    subject = _only(reading) or _titled(reading, [header, *body], place)
    return {place + 1: subject} if subject and place + 1 < len(header.cells) else {}


def _titled(reading: Reading, rows: list[Row], place: int) -> str:
    """The title, if the table describes the shape of one model and the title may be a name."""
    shape = {name for row in rows for name in label(row.cells[place], reading.lexicon)} & SHAPE
    title = reading.document.title.strip()
    return title if len(shape) >= ENOUGH and may_name(title, reading.lexicon) else ""


def _cell(
    reading: Reading, row: Row, cell: str, names: tuple[str, ...], subject: str, head: str
) -> Iterator[Parameter]:
    if EMPTY.fullmatch(cell) and "word" not in {reading.lexicon.parameters[name].value for name in names}:
        return
    quote = reading.element["text"][row.start : row.end]
    for name, held in cell_values(cell, names, reading.lexicon, _scale(head)).items():
        meaning = reading.lexicon.parameters[name]
        detail = shots(head, meaning) or shots(quote, meaning)
        place = (reading.element["id"], quote, row.start, row.end, detail)
        yield Parameter(subject, name, held.text, held.number, meaning.unit or None, *place)


def cell_values(cell: str, names: tuple[str, ...], lexicon: Lexicon, scale: str = "") -> dict[str, Value]:
    """What a cell says of the parameters that its label may name, and of others: `SwiGLU, intermediate size 14,336`."""
    found: dict[str, Value] = {}
    text = MARKUP.sub("", cell).strip()
    for name in names:
        parameter = lexicon.parameters[name]
        if parameter.value == "devices":
            held = next((value for value, _, _ in devices(text, lexicon.devices)), None)
        else:
            held = read_value(text, parameter, scale=scale) or _first_word(text, name, lexicon)
        if held:
            found[name] = held
    inner: dict[str, set[Value]] = {}
    for one in quantities(text, lexicon) if not re.fullmatch(r"[\d.,]+\s?[A-Za-z%]?", text) else ():
        width = one.name == "hidden size" and "feed-forward size" in names
        inner.setdefault("feed-forward size" if width else one.name, set()).add(one.value)
    return {**{name: values.pop() for name, values in inner.items() if len(values) == 1 and name not in found}, **found}


def _first_word(text: str, name: str, lexicon: Lexicon) -> Value | None:
    """The first of the parameter's words in a cell with several: `RoPE on 36 of 48 layers, every 4th NoPE`."""
    return next((one.value for one in words_in(text, lexicon) if one.name == name), None)
