"""Payloads that wait on the disk until their shard is written, so that memory holds what is known of them, not them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Span(NamedTuple):
    """Where a payload is."""

    path: Path
    offset: int
    length: int

    def load(self) -> bytes:
        with self.path.open("rb") as file:
            file.seek(self.offset)
            return file.read(self.length)


def put(path: Path, payload: bytes) -> Span:
    """Append a payload to a file that one process writes."""
    with path.open("ab") as file:
        span = Span(path, file.tell(), len(payload))
        file.write(payload)
    return span


def drop(spans: Iterable[Span]) -> None:
    """Delete the files of payloads that are written."""
    for path in {span.path for span in spans}:
        path.unlink()


def folder(table: Path) -> Path:
    """A folder for payloads, within the table that is being written: a killed run's goes with it."""
    spill = table / "spill"
    spill.mkdir(parents=True)
    return spill


def close(spill: Path) -> None:
    shutil.rmtree(spill, ignore_errors=True)
