"""A corpus on disk: documents in one folder, the truth in another; and later edits of single documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from benchmarks.truth.article import Document, make_document
from benchmarks.truth.dice import DEVELOP
from benchmarks.truth.facts import Family, Model
from benchmarks.truth.parameters import PARAMETERS
from benchmarks.truth.records import PER_DOCUMENT, TABLES, Rows, rows_of
from benchmarks.truth.render import render
from benchmarks.truth.spelling import normal

TOGETHER = 16  # documents that a process makes at a time
DOCUMENTS, TRUTH = "documents", "truth"


def write_corpus(out: Path, *, documents: int, seed: int = 1, part: str = DEVELOP) -> dict[str, int]:
    """Write the first `documents` documents into out/documents and their truth into out/truth; gives rows by table."""
    counts = dict.fromkeys(TABLES, 0)
    claims = Claims()
    (out / TRUTH).mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        files = {name: stack.enter_context(_open(out, name)) for name in TABLES}
        with ProcessPoolExecutor() as workers:  # each document by itself; the truth in their order
            made = workers.map(partial(_made, out, seed, part), range(documents), chunksize=TOGETHER)
            for document, rows in made:
                claims.add(document, rows)
                for name in PER_DOCUMENT:
                    counts[name] += _write(files[name], rows[name])
        counts["families"] = _write(files["families"], claims.names())
        counts["facts"] = _write(files["facts"], claims.facts())
        counts["conflicts"] = _write(files["conflicts"], claims.conflicts())
    return counts


def _made(out: Path, seed: int, part: str, number: int) -> tuple[Document, Rows]:
    document = make_document(seed, part, number)
    return document, write_document(out, document, part)


def write_document(out: Path, document: Document, part: str) -> Rows:
    """Write one document's file; gives its truth."""
    rendered = render(document, part)
    path = out / DOCUMENTS / document.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(rendered.raw)
    return rows_of(document, rendered, part)


def edit(out: Path, number: int, *, seed: int = 1, part: str = DEVELOP, revision: int = 1) -> Rows:
    """Alter one planted value of document `number` in its file; gives its new truth (out/truth stays as it was)."""
    return write_document(out, make_document(seed, part, number, revision=revision), part)


def remove(out: Path, number: int, *, seed: int = 1, part: str = DEVELOP) -> str:
    """Delete the file of document `number`; gives its path."""
    path = make_document(seed, part, number).path
    (out / DOCUMENTS / path).unlink()
    return path


def read_truth(out: Path, table: str) -> Iterator[dict[str, Any]]:
    """The rows of one table of out/truth."""
    with (out / TRUTH / f"{table}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


class Claims:
    """What the corpus says of each model, gathered while it is written."""

    def __init__(self) -> None:
        self.models: dict[str, Model] = {}
        self.families: dict[str, Family] = {}
        self.said: dict[tuple[str, str], dict[str, list[str]]] = {}

    def add(self, document: Document, rows: Rows) -> None:
        self.families |= {family.style.base: family for family in document.families}
        self.models |= {model.name: model for family in document.families for model in family.models}
        for row in rows["mentions"]:
            values = self.said.setdefault((row["model"], row["parameter"]), {})
            values.setdefault(row["value"], []).append(row["id"])

    def names(self) -> list[dict[str, Any]]:
        """The families of which the corpus states anything."""
        told = {model for model, _ in self.said}
        return [
            {
                **{"family": base, "former": family.style.former or None, "owner": family.style.owner},
                "models": [model.name for model in family.models if model.name in told],
            }
            for base, family in sorted(self.families.items())
            if any(model.name in told for model in family.models)
        ]

    def facts(self) -> list[dict[str, Any]]:
        """Every fact of every model of which the corpus states anything."""
        return [
            {
                **{"model": name, "parameter": parameter, "value": normal(value), "unit": PARAMETERS[parameter].unit},
                "mentions": len(_all(self.said.get((name, parameter), {}))),
            }
            for name in sorted({model for model, _ in self.said})
            for parameter, value in self.models[name].values.items()
        ]

    def conflicts(self) -> list[dict[str, Any]]:
        """Facts for which the corpus states different values, each with the mentions that state it."""
        return [
            {
                **{"model": model, "parameter": parameter, "true": normal(self.models[model].values[parameter])},
                "values": [{"value": value, "mentions": ids} for value, ids in sorted(values.items())],
            }
            for (model, parameter), values in sorted(self.said.items())
            if len(values) > 1
        ]


def _all(values: dict[str, list[str]]) -> list[str]:
    return [held for ids in values.values() for held in ids]


def _open(out: Path, name: str) -> TextIO:
    return (out / TRUTH / f"{name}.jsonl").open("w", encoding="utf-8", newline="\n")


def _write(file: TextIO, rows: list[dict[str, Any]]) -> int:
    file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return len(rows)
