"""The work on one document: its row read from the shard, computed, and packed for the tables. Runs in a worker.

Tasks name a shard and a row in it, and results say where their payloads are spilled: so payloads go from the disk to
the worker and back, and nothing that waits for them fills the memory of the process that directs it all. A function
that is computed must be importable by name (the worker imports it), and pure: its result may depend on its row and on
its own settings only. Values pass through Arrow's types, so a result is the same wherever it was computed.
"""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from stages.core.table.child import Child, Ended
from stages.core.table.shard import KEY, META_NAMES, Meta, Row, Shard, pack
from stages.core.table.spill import Span, put

Payloads = Mapping[str, Row | None]
Compute = Callable[[Row], Payloads]
Task = tuple[str, int]  # a shard's path and the number of a row in it
Result = tuple[str, Meta, Span]  # the table, the row's meta columns, where its payload is


class Unsettled(dict[str, Any]):
    """Payloads that may come out otherwise next time, as when a server was silent: the next update computes them."""


@dataclass(frozen=True)
class Limit:
    """What one document may take. Beyond it, or if its process ends, it gets the payloads of `failed`."""

    seconds: int
    """On the clock; 0: no limit."""
    memory: int
    """MB that the worker process holds; 0: no limit."""
    failed: Callable[[Row, str, str], Payloads]
    """From the row, the reason (crashed, failed, too slow, too much memory), and a detail, the same everywhere."""


def fingerprint(digest: str, stage_digest: str) -> str:
    """What a row is made from: the input row with this digest, and the stage's config and code."""
    return hashlib.sha256(f"{digest} {stage_digest}".encode()).hexdigest()


class Work:
    """Computes tasks, each in turn; with a limit, in a process of its own that is ended when it breaks it."""

    def __init__(
        self,
        compute: Compute,
        schemas: Mapping[str, pa.Schema],
        stage_digest: str,
        spill: Path,
        limit: Limit | None = None,
        environment: tuple[str, ...] = (),
    ) -> None:
        self.environment = environment
        self._compute, self._schemas, self._stage_digest = compute, schemas, stage_digest
        self._spill, self._limit = spill, limit
        self._shard: Shard | None = None
        self._child: Child | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_shard": None, "_child": None}

    def __call__(self, task: Task) -> list[Result]:
        """The rows that a task's document has in the tables."""
        if not self._limit:
            row = self._row(task)
            return self._results(task, row, self._compute(_own(row)))
        if not self._child:
            alone = Work(self._compute, self._schemas, self._stage_digest, self._spill)
            self._child = Child(alone, self._limit.seconds, self._limit.memory)
        try:
            return self._child.call(task)
        except Ended as ended:
            row = self._row(task)
            return self._results(task, row, self._limit.failed(_own(row), ended.reason, ended.detail))

    def close(self) -> None:
        if self._child:
            self._child.end()

    def fingerprint(self, digest: str) -> str:
        """What a row is made from: the input row with this digest, and the stage."""
        return fingerprint(digest, self._stage_digest)

    def _row(self, task: Task) -> Row:
        path, number = task
        if not self._shard or self._shard.path != Path(path):
            self._shard = Shard(Path(path))
        return self._shard.row(number)

    def _results(self, task: Task, row: Row, payloads: Payloads) -> list[Result]:
        done = {name: payload for name, payload in payloads.items() if payload is not None}
        assert done, f"{row[KEY]}: no row for any table"
        fingerprint = "" if isinstance(payloads, Unsettled) else self.fingerprint(row["digest"])
        tables = joined(done)
        results = []
        for name, payload in done.items():
            packed, digest = pack(payload, self._schemas[name])
            meta = Meta(row[KEY], fingerprint, digest, len(packed), tables)
            waits = self._spill / f"{name} {Path(task[0]).name} {socket.gethostname()} {os.getpid()}"
            results.append((name, meta, put(waits, packed)))
        return results


def _own(row: Row) -> Row:
    """The key and the payload: what the row was made from is not for the function that is computed."""
    return {name: value for name, value in row.items() if name == KEY or name not in META_NAMES}


def joined(names: Collection[str]) -> str:
    """How the column `tables` names them."""
    return ",".join(sorted(names))
