"""Parameters from tables: which way a table is turned, whose values they are, and what each cell says."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from stages.extract.facts import Document, Element, Parameter
from stages.extract.labels import MARKUP, label
from stages.extract.lexicon import Lexicon
from stages.extract.numbers import Value
from stages.extract.quantities import quantities
from stages.extract.quantities import words as words_in
from stages.extract.subjects import ENOUGH, SHAPE, model_of, models_in, nearest_subject, with_size
from stages.extract.values import devices, read_value, shots

SCALE = re.compile(r"[(,]\s*(?:in )?([KMBT]|thousand|million|billion|trillion)s?\)?\s*$", re.IGNORECASE)
NOTE = re.compile(r"\s*\([^()]*\)|[`*]|\s*\[[^\]]*\]")
ALONE = re.compile(r"(?:\s*\([^()]*\)|[*†‡]|\s+\[\d+\])*\s*")  # all that may follow a model's name in its cell
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
EMPTY = re.compile(r"\s*(?:[-–—]+|n/?a|none|\?|tbd)?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One line of a table: its cells, and where the line stands in the element's text."""

    cells: list[str]
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """A table with what is needed to read it."""

    element: Element
    document: Document
    lexicon: Lexicon
    caption: str
    """The model that the caption names; empty: none, or several."""


def read_table(
    element: Element, document: Document, lexicon: Lexicon, caption: str = "", above: str = ""
) -> Iterator[Parameter]:
    """The parameters that a table states, one for each cell that a header or row label names.

    `above` is the text of a table right before this one: where this one has no header, it goes on with that one's.
    """
    reading = Reading(element, document, lexicon, caption)
    header, body = _cut(element["text"], reading)
    if above and header and not _labels(header, reading) and not any(_labels(row, reading) for row in body):
        first, _ = _cut(above, reading)
        if first and len(first.cells) == len(header.cells):
            header, body = first, [header, *body]
    if not header or not body:
        return
    width = len(header.cells)
    columns = sum(bool(label(cell, lexicon)) for cell in header.cells)
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


def _cut(text: str, reading: Reading) -> tuple[Row | None, list[Row]]:
    """Header and body of a table: the row with most labels or names of models, and the rows below that are as wide."""
    rows = _spread(list(_rows(text)), reading)
    width = max((len(row.cells) for row in rows), default=0)
    if len(rows) < 2 or width < 2:
        return None, []
    rows = _padded([_split(row, width, reading) if at < 3 else row for at, row in enumerate(rows)], width)
    if len(rows[0].cells) == len(rows[1].cells) == width and (joined := _joined(rows, reading)):
        return joined, [row for row in rows[2:] if len(row.cells) == width]
    candidates = range(min(3, len(rows)) if width > 2 else 1)
    at = max(candidates, key=lambda at: (_heads(rows[at], reading), -at))
    body = [row for row in rows[at + 1 :] if len(row.cells) == width]
    return (rows[at] if len(rows[at].cells) == width else None), body


def _joined(rows: list[Row], reading: Reading) -> Row | None:
    """A header whose labels run over two lines, if more of them are labels when they are joined than in either line."""
    first, second = rows[:2]
    spanned = [below if below != above else "" for above, below in zip(first.cells, second.cells, strict=True)]
    joined = replace(first, cells=[f"{a} {b}".strip() for a, b in zip(first.cells, spanned, strict=True)])
    return joined if _labels(joined, reading) > max(1, *(_labels(row, reading) for row in rows[:2])) else None


def _labels(row: Row, reading: Reading) -> int:
    return sum(bool(label(cell, reading.lexicon)) for cell in row.cells)


def _split(row: Row, width: int, reading: Reading) -> Row:
    """A header whose labels a parser has glued together, `Heads KV heads`, taken apart if it fits the body then."""
    if len(row.cells) >= width:
        return row
    cells = [part for cell in row.cells for part in _apart(cell.split(), reading) or [cell]]
    return replace(row, cells=cells) if width - 1 <= len(cells) <= width else row


def _apart(words: list[str], reading: Reading) -> list[str]:
    """The fewest labels that the words are, in their order; empty if they are none."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(words) + 1):
        found = [
            [*before, part]
            for start in range(max(0, end - 6), end)
            if (before := best[start]) is not None and label(part := " ".join(words[start:end]), reading.lexicon)
        ]
        best.append(min(found, key=len, default=None))
    return best[-1] or []


def _heads(row: Row, reading: Reading) -> int:
    """How many of a row's cells name a parameter or a model: the row with most of them is the header."""
    return sum(bool(label(cell, reading.lexicon)) or _named(cell, reading) != "" for cell in row.cells)


def _rows(text: str) -> Iterator[Row]:
    start = 0
    for line in text.split("\n"):
        if "|" in line:
            yield Row([cell.strip() for cell in line.split("|")], start, start + len(line))
        start += len(line) + 1


def _padded(rows: list[Row], width: int) -> list[Row]:
    """Rows that lack their first cell, since the one above them spans them, get it back; where it heads, its text."""
    return [
        replace(row, cells=["" if at > 1 or not at else rows[0].cells[0], *row.cells])
        if len(row.cells) == width - 1 > 1
        else row
        for at, row in enumerate(rows)
    ]


def _spread(rows: list[Row], reading: Reading) -> list[Row]:
    """Columns that a parser has glued together, taken apart: so many models in the header, so many values below."""
    if not rows:
        return rows
    header = rows[0]
    counts = [_glued(cell, reading) for cell in header.cells]
    if all(count == 1 for count in counts):
        return rows
    spread = []
    for row in rows:
        parts = [
            _parts(cell, count, reading if row is header else None)
            for cell, count in zip(row.cells, counts, strict=False)
        ]
        whole = len(row.cells) == len(counts) and all(
            len(part) == count for part, count in zip(parts, counts, strict=True)
        )
        spread.append(replace(row, cells=[cell for part in parts for cell in part]) if whole else row)
    return spread


def _glued(cell: str, reading: Reading) -> int:
    models = list(models_in(cell, reading.document, reading.lexicon))
    rest = cell
    for model in reversed(models):
        rest = rest[: model.start] + rest[model.end :]
    return len(models) if len(models) > 1 and not rest.strip() else 1


def _parts(cell: str, count: int, header: Reading | None) -> list[str]:
    if count == 1:
        return [cell]
    if header:
        return [cell[model.start : model.end] for model in models_in(cell, header.document, header.lexicon)]
    return cell.split()


def _scale(cell: str) -> str:
    match = SCALE.search(MARKUP.sub("", cell))
    return match[1][0].upper() if match else ""


def _named(cell: str, reading: Reading) -> str:
    """The model whose name a cell is."""
    text = MARKUP.sub("", cell).strip()
    model = model_of(text, reading.document, reading.lexicon)
    return model.entity if model and model.start == 0 and ALONE.fullmatch(text, model.end) else ""


def _models_in_rows(reading: Reading, header: Row, body: list[Row]) -> Iterator[Parameter]:
    heads = [NOTE.sub("", cell).strip().lower() for cell in header.cells]
    candidates = [at for at, head in enumerate(heads) if head in MODEL_HEADERS]
    named = [sum(_named(row.cells[at], reading) != "" for row in body) for at in range(len(heads))]
    place = max(candidates or range(len(heads)), key=lambda at: (named[at], -at))
    alone = not candidates and not named[place]
    if alone and len(body) == 1:
        subjects = [_only(reading)]
    else:
        subjects = _certain([row_subject(row.cells[place], heads[place], reading) for row in body])
    for row, subject in zip(body, subjects, strict=True):
        for at, cell in enumerate(row.cells if subject else ()):
            names = label(header.cells[at], reading.lexicon)
            if names and (alone or at != place):
                yield from _cell(reading, row, cell, names, subject, header.cells[at])


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
    named = _named(cell, reading)
    if named:
        return named
    text = MARKUP.sub("", cell).strip()
    base = nearest_subject(reading.element, reading.document, reading.lexicon)
    if base and SIZE_CELL.fullmatch(text):
        return with_size(base, text.replace(" ", ""), reading.document, reading.lexicon)
    models = list(models_in(text, reading.document, reading.lexicon))
    return (
        text
        if header in NAMING and not models and NAME_CELL.fullmatch(text) and not label(text, reading.lexicon)
        else ""
    )


def _only(reading: Reading) -> str:
    return reading.caption or nearest_subject(reading.element, reading.document, reading.lexicon)


def _models_in_columns(reading: Reading, header: Row, body: list[Row], place: int) -> Iterator[Parameter]:
    subjects = column_subjects(reading, header, body, place)
    headless = bool(label(header.cells[place], reading.lexicon)) and len(header.cells) == 2
    for row in [header, *body] if headless else body:
        names = label(row.cells[place], reading.lexicon)
        for at, subject in subjects.items() if names else ():
            yield from _cell(reading, row, row.cells[at], names, subject, row.cells[place])


def column_subjects(reading: Reading, header: Row, body: list[Row], place: int) -> dict[int, str]:
    """Column to model: by the header's names, or the model of caption, section or document for the column of values."""
    found = {at: named for at, cell in enumerate(header.cells) if at != place and (named := _named(cell, reading))}
    sized = {
        at: row_subject(cell, "", reading)
        for at, cell in enumerate(header.cells)
        if at != place and SIZE_CELL.fullmatch(MARKUP.sub("", cell).strip())
    }
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
    return title if len(shape) >= ENOUGH and 0 < len(title.split()) <= 4 and len(title) <= 40 else ""


def _cell(
    reading: Reading, row: Row, cell: str, names: tuple[str, ...], subject: str, head: str
) -> Iterator[Parameter]:
    if EMPTY.fullmatch(cell) and "word" not in {reading.lexicon.parameters[name].value for name in names}:
        return
    quote = reading.element["text"][row.start : row.end]
    for name, held in cell_values(cell, names, reading.lexicon, _scale(head)).items():
        meaning = reading.lexicon.parameters[name]
        place = (reading.element["id"], quote, row.start, row.end, shots(head, meaning))
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
