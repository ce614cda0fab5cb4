"""The facts of all documents: what is many (mentions, parameters) as columns, relations as rows."""

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
PLACE = ("element", "start", "end", "quote")  # where a document says something, beside the document itself


@dataclass(frozen=True)
class About:
    """A document's kind, and the model that it is about; empty: none, or several."""

    kind: str
    subject: str


@dataclass(frozen=True)
class Facts:
    """Facts of the documents that are not folded into others, in an order that no path decides: by title."""

    documents: list[str]
    about: list[About]
    """What each is, in their order."""
    mentions: pa.Table
    """Columns `at` (the document's number), entity, kind, surface, element, start, end."""
    parameters: pa.Table
    """Columns `at` (the document's number), subject, name, value, number, unit, element, quote, start, end, detail."""
    relations: list[Fact]
    """Each with its document, and with the number `at` that the document has in the order."""

    def first_mentions(self) -> dict[str, Fact]:
        """Where each entity is named first: document, element, quote, start, end."""
        rows = pa.table({"entity": self.mentions["entity"], "row": pa.array(range(len(self.mentions)), pa.int64())})
        first = rows.group_by("entity").aggregate([("row", "min")]).sort_by("row_min")
        held = self.mentions.take(first["row_min"]).to_pylist()
        return {
            mention["entity"]: {
                "document": self.documents[mention["at"]],
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
    kinds, subjects = held["kind"].to_pylist(), held["subject"].to_pylist()
    about = [About(kind, subject or "") for kind, subject in zip(kinds, subjects, strict=True)]
    mentions, parameters, relations = (_items(held[name]) for name in ("mentions", "parameters", "relations"))
    return Facts(documents, about, mentions, parameters, _listed(relations, documents))


def flat(column: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """The items of a list column, and the number of the row of each."""
    lists = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return pc.list_parent_indices(lists), lists.flatten()


def _items(column: pa.ChunkedArray) -> pa.Table:
    """The items of a column of lists of structs, as a table: beside its fields `at`, the number of the row."""
    rows, items = flat(column)
    return pa.table({"at": rows, **{field.name: items.field(field.name) for field in items.type}})


def _listed(items: pa.Table, documents: list[str]) -> list[Fact]:
    """The items as rows with their document; column by column, since Arrow makes a row of a struct field by field."""
    columns = [texts(items[name]) for name in items.column_names]
    keys = (*items.column_names, "document")
    named = [documents[place] for place in columns[0]]
    return [dict(zip(keys, held, strict=True)) for held in zip(*columns, named, strict=True)]


def texts(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column; a text that comes often is made once."""
    if not pa.types.is_string(column.type):
        return column.to_pylist()
    coded = column.combine_chunks().dictionary_encode()
    known = [*coded.dictionary.to_pylist(), None]
    return [known[code] for code in coded.indices.fill_null(len(known) - 1).to_pylist()]
