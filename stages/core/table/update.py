"""Bring tables up to date with the table they are made from: compute what is new, drop what is gone, keep the rest.

A row is kept if its fingerprint is the one wanted and every table that its `tables` names has it, too. So whatever a
kill, a checkout or a lost folder left of the tables, rows of two versions are never taken for one.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from stages.core.run import previous, unfinished
from stages.core.run.progress import track
from stages.core.run.rates import computed
from stages.core.table.engine import compute_rows
from stages.core.table.shard import Shard, earlier, shard_files
from stages.core.table.spill import Span, close, drop, folder
from stages.core.table.work import Compute, Limit, Result, Task, Work, joined
from stages.core.table.writer import Held, Writer

QUARANTINE = "quarantine"  # the output whose rows progress counts


@dataclass(frozen=True)
class Output:
    """One table that `update` writes: its fresh folder, its payload's columns, and the columns to count (`tally`)."""

    path: Path
    schema: pa.Schema
    tally: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counts:
    """What an update did: input rows, rows computed now, rows kept as they were."""

    inputs: int
    computed: int
    kept: int


@dataclass(frozen=True)
class Plan:
    """What to do about one shard: the rows to compute, by number, and the rows of each output that stay."""

    missing: list[int]
    kept: dict[str, list[Held]]
    olds: dict[str, Shard | None]
    inputs: int
    size: int
    """Bytes of the rows to compute."""


def update(
    source: Path,
    outputs: Mapping[str, Output],
    compute: Compute,
    *,
    stage_digest: str,
    what: str,
    limit: Limit | None = None,
    leave_out: Container[str] = (),
    environment: tuple[str, ...] = (),
) -> Counts:
    """Bring `outputs` up to date with the table `source`.

    `compute(row)` returns a payload, or None, for each name of `outputs`; at least one must not be None, so that a
    document which was done is known to be done. It runs in worker processes, one document at a time; with `limit`, a
    document that needs too much or ends its process gets the payloads that `limit.failed` gives. Documents whose keys
    are in `leave_out` are as if `source` did not have them. Workers on other machines get the variables of this
    environment that `environment` names, as a key to a service.
    """
    spill = folder(next(iter(outputs.values())).path)
    work = Work(
        compute, {name: output.schema for name, output in outputs.items()}, stage_digest, spill, limit, environment
    )
    updating = _Updating(outputs, work, leave_out)
    tasks: list[Task] = []
    inputs = size = 0
    for shard in shard_files(source):
        plan = updating.plan(shard)
        inputs += plan.inputs
        size += plan.size
        tasks += [(str(shard), number) for number in plan.missing]
        if not plan.missing:
            updating.write(shard, plan)
    print(f"{what}: {len(tasks)} of {inputs} documents to compute", file=sys.stderr)
    waiting = Counter(path for path, _ in tasks)
    results = compute_rows(tasks, size, work)
    for path, rows in track(results, total=len(tasks), what=what, unit="documents", note=updating.note):
        updating.add(Path(path), rows)
        waiting[path] -= 1
        if not waiting[path]:
            updating.write(Path(path), updating.plan(Path(path)))
    close(spill)
    computed(len(tasks))
    return Counts(inputs=inputs, computed=len(tasks), kept=inputs - len(tasks))


class _Updating:
    """The outputs while they are written, shard by shard."""

    def __init__(self, outputs: Mapping[str, Output], work: Work, leave_out: Container[str]) -> None:
        self._outputs, self._work, self._leave_out = outputs, work, leave_out
        self._writers = {name: Writer(output.path, output.schema, output.tally) for name, output in outputs.items()}
        for output in outputs.values():
            output.path.mkdir(parents=True, exist_ok=True)
        self._fresh: dict[tuple[str, str], list[Held]] = {}  # by table and shard
        self._quarantined = 0

    def plan(self, shard: Path) -> Plan:
        """Compare the fingerprints that are wanted with those that are there; no payload is read."""
        rows = Shard(shard).meta()
        there = {row.document: number for number, row in enumerate(rows) if row.document not in self._leave_out}
        wanted = {key: self._work.fingerprint(rows[number].digest) for key, number in there.items()}
        olds = self._olds(shard.name)
        found: dict[str, dict[str, Held]] = {}
        for name, old in olds.items():
            for number, meta in enumerate(old.meta() if old else []):
                if wanted.get(meta.document) == meta.fingerprint:
                    found.setdefault(meta.document, {})[name] = Held(meta, number)
        whole = {key for key, held in found.items() if all(row.meta.tables == joined(held) for row in held.values())}
        kept = {name: [held[name] for key, held in found.items() if key in whole and name in held] for name in olds}
        missing = [number for key, number in there.items() if key not in whole]
        return Plan(missing, kept, olds, len(wanted), sum(rows[number].size for number in missing))

    def add(self, shard: Path, rows: list[Result]) -> None:
        """Take the rows that were computed for one document."""
        for name, meta, span in rows:
            self._fresh.setdefault((name, shard.name), []).append(Held(meta, span))
            self._quarantined += name == QUARANTINE

    def write(self, shard: Path, plan: Plan) -> None:
        """Write this shard of every output."""
        for name, writer in self._writers.items():
            fresh = self._fresh.pop((name, shard.name), [])
            writer.write(shard.name, plan.kept[name] + fresh, plan.olds[name])
            drop(row.place for row in fresh if isinstance(row.place, Span))

    def note(self) -> str:
        return f"{self._quarantined} quarantined" if self._quarantined else ""

    def _olds(self, name: str) -> dict[str, Shard | None]:
        """This shard of each output, as a killed run finished it or else as the last run left it."""
        return {
            key: earlier(unfinished(output.path) / name) or earlier(previous(output.path) / name)
            for key, output in self._outputs.items()
        }
