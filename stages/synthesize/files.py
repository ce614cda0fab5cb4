"""A family's files: model.yaml and tokenizer.yaml for tools, training_loop.md and data_pipeline.txt for readers.

Each is about one model of the family, the one of which documents state most of what such a file holds, and has only
what they state: a value with its place. What they do not state is named at the end, so that no default hides a gap.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from stages.core.quotes import Cell, Quote
from stages.core.verify import located
from stages.synthesize.naming import present
from stages.synthesize.page import SOURCES, Entry, File, Page
from stages.synthesize.recipes import DATA, TRAINING, WANTED, Step
from stages.synthesize.sources import Sources
from stages.synthesize.values import agreed

TYPE = re.compile(r"""\bmodel_type["']?\s*(?::\s*str\s*)?[:=]\s*["']([\w.-]+)["']""")
FIELD = re.compile(r"""["'\s]*([A-Za-z_]\w*)(?:=|["']?\s*:(?:[^=]*=)?)\s*(\S.*?),?\s*$""", re.DOTALL)
WITHIN = re.compile(r"\(default=(.+)\)$")
SHAPE = {"hidden size", "layers", "heads"}  # without one of these a model.yaml says too little
LEAST = 2  # values that make a file for readers
TOKENIZER = {"vocabulary": "vocab_size", "context length": "model_max_length"}
KIND = "tokenizer"  # the task whose parts say how text is cut


@dataclass(frozen=True)
class Told:
    """What the documents state of one model, as entries of a file."""

    entity: str
    entries: tuple[Entry, ...]
    missing: tuple[str, ...]


def add_files(page: Page, sources: Sources, members: Sequence[dict[str, Any]]) -> None:
    """The files that the documents know enough for, and a table of them on the family's page."""
    told: dict[str, Callable[[dict[str, Any]], Told | None]] = {
        "tokenizer.yaml": lambda model: _tokenizer(sources, model),
        "model.yaml": lambda model: _model(sources, model),
        "training_loop.md": lambda model: _steps(sources, model, TRAINING),
        "data_pipeline.txt": lambda model: _steps(sources, model, DATA),
    }
    page.heading("Files")
    page.header("File", "Model", "Values")
    for name, tell in told.items():
        known = [held for model in members if (held := tell(model))]
        if known:
            best = min(known, key=lambda held: (-len(held.entries), _foreign(sources, held.entity), held.entity))
            path = f"{page.id}/{name}"
            page.files.append(File(path, best.entity, best.entries, best.missing))
            cells = (Cell(name, links=((name, path),)), sources.cell(best.entity), f"{len(best.entries)}")
            page.row(*cells, evidence=["knowledge/parameters.json"])
    if page.files:
        note = f"{SOURCES} has the place of each value."
        page.note(note, evidence=["knowledge/parameters.json"], links=[(SOURCES, page.paths[-1])])


def _foreign(sources: Sources, entity: str) -> bool:
    return not sources.is_own(sources.entities[entity])


def _model(sources: Sources, model: dict[str, Any]) -> Told | None:
    """The fields of a configuration class or file, under their names there, with the model type that it states."""
    kinds: dict[str, Entry] = {}
    entries: dict[str, Entry] = {}
    for name, cell in agreed(sources, model["id"]).items():
        quote = cell.quotes[0]
        field = _field(quote)
        if not field:
            continue
        found = TYPE.search(sources.texts[quote.document, quote.element])
        if found:
            place = Quote(quote.document, quote.element, found.start(), found.end(), found[0])
            kinds[found[1]] = Entry("model_type", found[1], Cell(found[1], (place,)))
        entries[field[0]] = Entry(*field, Cell(cell.text, (quote,), entity=model["id"], parameter=name))
    stated = {entry.cell.parameter for entry in entries.values()}
    if len(kinds) != 1 or not stated >= SHAPE:
        return None
    ordered = (*kinds.values(), *(entries[key] for key in sorted(entries)))
    return Told(model["id"], ordered, tuple(name for name in WANTED if name not in stated))


def _field(quote: Quote) -> tuple[str, Any] | None:
    """The name and the value that a line of code or of a configuration gives to a field: `hidden_size: int = 4096`."""
    found = FIELD.match(quote.text)
    if not found:
        return None
    text = inner[1] if (inner := WITHIN.search(found[2])) else found[2]
    for read in (ast.literal_eval, json.loads):
        try:
            value = read(text)
        except (ValueError, SyntaxError):
            continue
        return (found[1], value) if isinstance(value, bool | int | float | str) else None
    return None


def _tokenizer(sources: Sources, model: dict[str, Any]) -> Told | None:
    """The size of the vocabulary, the longest text, and how text is cut."""
    entries = []
    for name, cell in agreed(sources, model["id"], None).items():
        number = _number(sources, model["id"], name)
        if name in TOKENIZER and number is not None:
            entries.append(Entry(TOKENIZER[name], number, cell))
    if not any(entry.key == "vocab_size" for entry in entries):
        return None
    kinds = _parts(sources, model["id"])
    entries += [Entry("type", kind.text, kind) for kind in kinds[:1]]
    missing = [name for name, key in TOKENIZER.items() if key not in {entry.key for entry in entries}]
    missing += [] if kinds else ["type"]
    return Told(model["id"], tuple(sorted(entries, key=lambda entry: entry.key)), (*missing, "special tokens"))


def _number(sources: Sources, entity: str, name: str) -> int | None:
    held = [one["number"] for one in sources.parameters.get(entity, ()) if one["name"] == name]
    return int(held[0]) if held and held[0] is not None and held[0] == int(held[0]) else None


def _parts(sources: Sources, entity: str) -> list[Cell]:
    """What a model is said to use to cut text."""
    return [cell for cell in _related(sources, entity, "uses") if KIND in sources.entities[cell.entity]["tasks"]]


def _related(sources: Sources, entity: str, predicate: str) -> list[Cell]:
    found = []
    for relation in sources.relations.get(entity, ()):
        quotes = present(sources, located(sources.texts, relation["sources"])[:1], entity, relation["object"])
        if relation["predicate"] == predicate and quotes:
            found.append(Cell(sources.entities[relation["object"]]["name"], tuple(quotes), (), relation["object"]))
    return found


def _steps(sources: Sources, model: dict[str, Any], steps: Iterable[Step]) -> Told | None:
    """A line for each step of which a value is stated."""
    held = agreed(sources, model["id"], None)
    entries, missing = [], []
    for step in steps:
        cells = [held[step.of]] if step.of in held else _related(sources, model["id"], step.of)
        entries += [Entry(step.says, cell.text, cell) for cell in cells]
        missing += [] if cells else [step.called or step.of]
    return Told(model["id"], tuple(entries), tuple(missing)) if len(entries) >= LEAST else None
