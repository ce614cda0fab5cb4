"""`litmill ask --sql "select ..."`: DuckDB over the tables of a build, each of them a view; nothing else can be read.

The tables are handed over as Arrow data sets, so that DuckDB itself needs no file: access to files and to the network
is switched off before the query runs, and the switch is locked. What has rows within rows is unfolded: a row of
`parameters` is one fact of one document. Columns are read as the query needs them; the bytes of documents never are.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from litmill.documents import BUILD
from stages.core.run.errors import UserError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OWN = ("fingerprint", "digest", "size", "tables", "raw", "data")  # what a row is made from; bytes of files
TABLES = {
    "corpus": "",
    "elements": "elements",
    "chunks": "chunks",
    "quarantine": "",
    "figures": "figures",
    "docs": "blocks",
}
FACTS = ("mentions", "parameters", "relations")
CLOSED = {"enable_external_access": False, "python_enable_replacements": False, "lock_configuration": True}


def run(query: str, form: str) -> int:
    """Print the rows of a query, or the views if there is none. Raises UserError for a query that is wrong."""
    import duckdb

    connection = connect()
    try:
        statements = connection.extract_statements(query)
        if not statements:
            return _views(connection, form)
        if len(statements) > 1 or statements[0].type is not duckdb.StatementType.SELECT:
            raise UserError("one SELECT is allowed, and nothing that writes")
        return _print(connection, query, form)
    except duckdb.Error as error:
        raise UserError(" ".join(str(error).split())) from None


def connect() -> DuckDBPyConnection:
    """A connection that knows the views, and nothing outside of them."""
    import duckdb

    if not BUILD.is_dir():
        raise UserError("build/: not there; nothing is built yet, run `dvc repro`")
    connection = duckdb.connect()
    for name, inner in TABLES.items():
        _view(connection, name, inner, BUILD / name)
    for name in FACTS:
        _view(connection, name, name, BUILD / "facts")
    for path in sorted((BUILD / "knowledge").glob("*.json")):
        _knowledge(connection, path)
    for setting, value in CLOSED.items():
        connection.execute(f"SET {setting} = {str(value).lower()}")
    return connection


def _view(connection: DuckDBPyConnection, name: str, inner: str, folder: Path) -> None:
    """A table as a view; of a column that holds lists of rows (`inner`), one row each, with the document's key."""
    import pyarrow as pa
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    from stages.core.table import shard_files

    files = shard_files(folder)
    if not files:
        return
    paths = [str(file) for file in files]
    fields = [field for field in pq.read_schema(files[0]) if field.name not in OWN]
    held = ds.dataset(paths, schema=pa.schema(fields), format="parquet")
    source = f"{name}_shards"
    connection.register(source, held)
    if not inner:
        connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM "{source}"')
        return
    others = [field.name for field in fields if not pa.types.is_list(field.type)]
    names = [field.name for field in held.schema.field(inner).type.value_type]
    outer = [f'"{other}"' + (f' AS "document_{other}"' if other in names else "") for other in others]
    own = [f'item."{name}"' for name in names if name not in OWN]
    unfolded = f'SELECT *, unnest("{inner}") AS item FROM "{source}"'
    connection.execute(f'CREATE VIEW "{name}" AS SELECT {", ".join([*outer, *own])} FROM ({unfolded})')


def _knowledge(connection: DuckDBPyConnection, path: Path) -> None:
    """A file of knowledge/ that is a list of records, or holds such lists, as views."""
    import pyarrow as pa

    content = json.loads(path.read_text(encoding="utf-8"))
    lists = {f"knowledge_{path.stem}": content} if isinstance(content, list) else {}
    if isinstance(content, dict):
        lists = {f"knowledge_{path.stem}_{key}": held for key, held in content.items() if isinstance(held, list)}
    for name, records in lists.items():
        if records and all(isinstance(record, dict) for record in records):
            connection.register(name, pa.Table.from_pylist(records))


def _views(connection: DuckDBPyConnection, form: str) -> int:
    """The views, each with its columns."""
    query = (
        "SELECT table_name AS view, string_agg(column_name, ', ' ORDER BY ordinal_position) AS columns "
        "FROM information_schema.columns WHERE NOT ends_with(table_name, '_shards') GROUP BY 1 ORDER BY 1"
    )
    if form != "text":
        return _print(connection, query, form)
    for view, columns in connection.execute(query).fetchall():
        print(f"{view}: {columns}")
    return 0


def _print(connection: DuckDBPyConnection, query: str, form: str) -> int:
    if form == "text":
        connection.sql(query).show(max_width=_width(), max_rows=10_000, max_col_width=_width())
        return 0
    result = connection.execute(query)
    names = [column[0] for column in result.description or ()]
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        while batch := result.fetchmany(1000):
            writer.writerows(batch)
        return 0
    records = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    print(json.dumps(records, indent=1, ensure_ascii=False, default=str))
    return 0


def _width() -> int:
    import shutil

    return max(60, shutil.get_terminal_size((120, 24)).columns)
