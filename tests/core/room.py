"""A source table and the tables that are made of it, laid out as the entry point lays them out."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from stages.core import table
from tests.core.computes import BAD, SOURCE, WORDS, split

SHARDS = 3
TABLES = {"good": WORDS, "long": WORDS, "bad": BAD}
TALLIES = {"good": ("words",), "long": (), "bad": ("reason",)}


class Room:
    def __init__(self, folder: Path, shards: int = SHARDS) -> None:
        self.folder, self.shards = folder, shards

    def build(self, documents: dict[str, str], code: str = "x", compute: Any = split, **settings: Any) -> table.Counts:
        self.write(documents)
        return self.update(code, compute, **settings)

    def update(self, code: str = "x", compute: Any = split, **settings: Any) -> table.Counts:
        """Bring the tables up to date with the source as it is."""
        outputs = {
            name: table.Output(self.folder / ".new" / name, schema, TALLIES[name]) for name, schema in TABLES.items()
        }
        source = self.folder / "source"
        counts = table.update(source, outputs, compute, stage_digest=code, what="test", **settings)
        for name in TABLES:
            self.put(name)
        return counts

    def write(self, documents: dict[str, str]) -> None:
        """The source, in whatever order the documents come."""
        (self.folder / ".new").mkdir(parents=True, exist_ok=True)
        rows = ((key, {"text": text}) for key, text in documents.items())
        table.write(self.folder / ".new/source", rows, SOURCE, self.shards)
        self.put("source")

    def put(self, name: str) -> None:
        shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / ".new" / name).rename(self.folder / name)

    def rows(self, name: str) -> dict[str, Any]:
        return {row["document"]: row for row in table.read(self.folder / name)}

    def bytes(self) -> dict[str, str]:
        found = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {str(p.relative_to(self.folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}
