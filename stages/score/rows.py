"""The rows of a gold table, a CSV file that a user may have written with a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

from stages.core.run.errors import UserError


def read_rows(path: Path, *columns: str) -> list[dict[str, str]]:
    """The rows, each with all `columns`; a cell that lacks is empty. Raises UserError for a file that is none such."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            found = [{name: cell or "" for name, cell in row.items() if name} for row in reader]
            there = reader.fieldnames or []
    except UnicodeDecodeError:
        raise UserError(f"{path}: is not UTF-8; save it as UTF-8") from None
    except csv.Error as error:
        raise UserError(f"{path}: is no CSV file: {error}") from None
    missing = [name for name in columns if name not in there]
    if missing:
        raise UserError(f"{path}: no column {missing[0]!r}; there are: {', '.join(there) or 'none'}")
    return found
