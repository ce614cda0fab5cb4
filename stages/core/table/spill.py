"""Payloads that wait for their shard: in memory as long as they are small together, then in one file a shard."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, NamedTuple

IN_MEMORY = 64 << 20  # bytes of payloads


class Span(NamedTuple):
    """A payload in a spill file."""

    path: Path
    offset: int
    length: int


class Place:
    """Where one payload is: here, or in a file."""

    __slots__ = ("at",)

    def __init__(self, at: bytes | Span) -> None:
        self.at = at

    def load(self) -> bytes:
        if isinstance(self.at, bytes):
            return self.at
        with self.at.path.open("rb") as file:
            file.seek(self.at.offset)
            return file.read(self.at.length)


class Spill:
    """Payloads by group (a shard of a table). What is known of each stays in memory: a few hundred bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._added: dict[str, list[tuple[Any, Place]]] = {}
        self._in_memory: dict[str, list[Place]] = {}
        self._bytes = 0

    def add(self, group: str, known: Any, payload: bytes) -> None:
        place = Place(payload)
        self._added.setdefault(group, []).append((known, place))
        self._in_memory.setdefault(group, []).append(place)
        self._bytes += len(payload)
        if self._bytes > IN_MEMORY:
            self._flush()

    def take(self, group: str) -> list[tuple[Any, Place]]:
        """What was added to `group`, in that order."""
        self._bytes -= sum(len(place.load()) for place in self._in_memory.pop(group, []))
        return self._added.pop(group, [])

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _flush(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for group, places in self._in_memory.items():
            path = self._folder / group
            with path.open("ab") as file:
                for place in places:
                    payload = place.load()
                    place.at = Span(path, file.tell(), len(payload))
                    file.write(payload)
        self._in_memory, self._bytes = {}, 0
