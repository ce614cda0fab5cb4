"""The facts of all documents: what is many (mentions) as columns, what is written out again as rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stages.core.titles import by_title

Fact = dict[str, Any]
MENTION = ["entity", "kind", "surface", "element", "start", "end"]


@dataclass(frozen=True)
class About:
    """A document's kind, and the model that it is about; empty: none, or several."""

    kind: str
    subject: str


@dataclass(frozen=True)
class Facts:
    """Facts of the documents that are not folded into others, in an order that no path decides: by title."""

    documents: list[str]
    about: dict[str, About]
    mentions: pa.Table
    """Columns document (its number), entity, kind, surface, element, start, end."""
    parameters: list[Fact]
    """Each with its document, and with the number `at` that the document has in the order."""
    relations: list[Fact]

    def first_mentions(self) -> dict[str, Fact]:
        """Where each entity is named first: document, element, quote, start, end."""
        rows = pa.table({"entity": self.mentions["entity"], "row": pa.array(range(len(self.mentions)), pa.int64())})
        first = rows.group_by("entity").aggregate([("row", "min")]).sort_by("row_min")
        held = self.mentions.take(first["row_min"]).to_pylist()
        return {
            mention["entity"]: {
                "document": self.documents[mention["document"]],
                "quote": mention["surface"],
                **{key: mention[key] for key in ("element", "start", "end")},
            }
            for mention in held
        }


def read_facts(facts: Path, left_out: Collection[str]) -> Facts:
    """Read the table facts/ without the documents `left_out`."""
    from stages.core.table import shard_files

    columns = ["document", "digest", "title", "kind", "subject", "mentions", "parameters", "relations"]
    held = pa.concat_tables(pq.ParquetFile(path).read(columns) for path in shard_files(facts))
    held = held.filter(pc.invert(pc.is_in(held["document"], pa.array(sorted(left_out), pa.string()))))
    return gathered(held.take(by_title(held)))


def gathered(held: pa.Table) -> Facts:
    """The rows of facts/, in their order."""
    documents = held["document"].to_pylist()
    rows, items = flat(held["mentions"])
    mentions = pa.table({"document": rows, **{name: items.field(name) for name in MENTION}})
    kinds, subjects = held["kind"].to_pylist(), held["subject"].to_pylist()
    about = {key: About(kind, subject or "") for key, kind, subject in zip(documents, kinds, subjects, strict=True)}
    return Facts(
        documents, about, mentions, _listed(held["parameters"], documents), _listed(held["relations"], documents)
    )


def flat(column: pa.ChunkedArray) -> tuple[pa.Array, pa.StructArray]:
    """The items of a list column, and the number of the row of each."""
    lists = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return pc.list_parent_indices(lists), lists.flatten()


def _listed(column: pa.ChunkedArray, documents: list[str]) -> list[Fact]:
    rows, items = flat(column)
    facts: list[Fact] = items.to_pylist()
    for row, fact in zip(rows.to_pylist(), facts, strict=True):
        fact |= {"document": documents[row], "at": row}
    return facts
