"""What a build holds of one document: its rows, found by the shard that its key names, and the pages that cite it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from stages.core.run.errors import UserError
from stages.core.table import read, shard_files, shard_name

BUILD = Path("build")


@dataclass(frozen=True)
class Citing:
    """A page, and how often it cites the document."""

    page: str
    title: str
    citations: int


def row(table: str, key: str, columns: list[str] | None = None) -> dict[str, Any] | None:
    """A document's row in build/<table>/, or None."""
    shards = shard_files(BUILD / table)
    if not shards:
        return None
    shard = BUILD / table / shard_name(key, len(shards))
    held = pq.read_table(shard, columns=columns, filters=pc.field("document") == key)
    return held.to_pylist()[0] if held.num_rows else None


def keys() -> list[str]:
    """The keys of all collected documents."""
    if not (BUILD / "corpus").is_dir():
        raise UserError("build/corpus: not there; nothing is built yet, run `dvc repro`")
    return [held["document"] for held in read(BUILD / "corpus", ["document"])]


def find(name: str) -> str | None:
    """The key that `name` is, or ends in: `lora.md` finds `markdown/lora.md`. Raises UserError when several do."""
    known = keys()
    if name in known:
        return name
    ending = [key for key in known if key.endswith("/" + name.lstrip("./"))]
    if len(ending) > 1:
        raise UserError(f"{name!r} is several documents: {', '.join(ending[:5])}; give more of the path")
    return ending[0] if ending else None


def nearest(name: str, names: list[str]) -> str:
    """`; did you mean ...?` for the closest name, or nothing."""
    by_end = {known.rpartition("/")[2]: known for known in names}
    close = difflib.get_close_matches(name, names, n=1) or [
        by_end[end] for end in difflib.get_close_matches(name.rpartition("/")[2], by_end, n=1)
    ]
    return f"; did you mean {close[0]!r}?" if close else ""


def pages(build: Path = BUILD, columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """The pages of a build. Raises UserError where there are none, or other code than this wrote them."""
    from stages.synthesize.page import SCHEMA

    shards = shard_files(build / "docs")
    if not shards:
        raise UserError(f"{build}/docs: not there; run `dvc repro synthesize`")
    held = pq.read_schema(shards[0])
    if any(field.name not in held.names or held.field(field.name).type != field.type for field in SCHEMA):
        raise UserError(f"{build}/docs: written by another version of Litmill; run `dvc repro synthesize`")
    return read(build / "docs", columns)


def citing(key: str) -> Iterator[Citing]:
    """The pages that cite a document, most citations first."""
    found = []
    for page in pages(columns=["document", "title", "citations"]):
        number = sum(one["document"] == key for one in page["citations"])
        if number:
            found.append(Citing(page["document"], page["title"], number))
    yield from sorted(found, key=lambda one: (-one.citations, one.page))
