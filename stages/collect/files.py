"""Which files did not change since they were read last, so that collect need not read them again.

A file is known by its name, size, times and inode, as git knows it; one that was written within the last seconds before
it was read might be written again without a trace in these, so it is read again the next time, too. What is kept is
no artifact: it lies beside the fresh output, is good for one config and code of this stage only, and may be lost. A row
stays only if it lies in the table's last version, with its digest.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from stages.collect.document import UNREADABLE
from stages.core.run import previous
from stages.core.run.code import stage_digest
from stages.core.table import Kept, Last, Row

COARSEST = 2_000_000_000  # nanoseconds between two times that a file system can tell apart, at most
State = list[int]
KeptRows = Iterator[tuple[str, Row | Kept]]


class Known(NamedTuple):
    """A file when it was read, and the digest of each row that was made of it, by key."""

    state: State
    rows: dict[str, str]


class Files:
    """What the last run knew of each file, and what this one learns."""

    def __init__(self, table: Path, last: Last) -> None:
        self._path = table.with_name(f"{table.name}.files") if previous(table) != table else None
        self._last, self._stands_on = last, stage_digest("collect") if self._path else ""
        self._known = self._read()
        self._keys: dict[str, tuple[State | None, list[str]]] = {}

    def rows(self, name: str, status: os.stat_result, read: Iterable[tuple[str, Row]]) -> KeptRows:
        """The rows of file `name`: as they lie in the table, if it did not change; else what `read` gives."""
        known = self._known.get(name)
        if known and known.state == _state(status) and all(self._last.row(*row) for row in known.rows.items()):
            self._keys[name] = known.state, list(known.rows)
            yield from ((key, Kept(digest)) for key, digest in known.rows.items())
            return
        settled = max(status.st_mtime_ns, status.st_ctime_ns) < time.time_ns() - COARSEST
        keys = []
        for key, row in read:
            keys.append(key)
            settled = settled and row["reason"] != UNREADABLE
            yield key, row
        self._keys[name] = _state(status) if settled else None, keys

    def keep(self, digests: Mapping[str, str]) -> None:
        """Remember this run, whose table has rows of these digests; not a file that names what another one did."""
        if not self._path:
            return
        named: set[str] = set()
        files = {}
        for name, (state, keys) in self._keys.items():
            if state and named.isdisjoint(keys) and len(set(keys)) == len(keys):
                files[name] = state, {key: digests[key] for key in keys}
            named.update(keys)
        new = self._path.with_suffix(".part")
        new.write_text(json.dumps({"stands_on": self._stands_on, "files": files}), encoding="utf-8")
        new.replace(self._path)

    def _read(self) -> dict[str, Known]:
        try:
            held = json.loads(self._path.read_bytes()) if self._path else {}
            known = held["files"].items() if held["stands_on"] == self._stands_on else ()
            return {name: Known(*file) for name, file in known}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}


def _state(status: os.stat_result) -> State:
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
