"""`litmill plan`: what `dvc repro` would run, on how many documents, about how long and how much disk. Nothing is run.

    litmill plan

Times come from past runs on this machine (.dvc/tmp/rates.json); disk is what DVC's cache grows by, at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from litmill.changes import CONF, Stage, State
from stages.core.run.code import stage_digest
from stages.core.run.rates import Rate, past
from stages.core.table import META_NAMES, count, shard_files
from stages.core.table.work import fingerprint


@dataclass(frozen=True)
class Step:
    """A stage that would run: for its own reasons, or only if the outputs of those `before` change."""

    stage: Stage
    before: list[str]
    documents: int | None
    of: int | None
    seconds: float | None
    bytes: int


def main(arguments: list[str]) -> int:
    """Print the plan, a stage a line with its reasons below, and the sum."""
    if arguments:
        print(__doc__)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    from litmill.changes import look

    with look() as state:
        found = steps(state)
    for line in lines(found, len(state.stages)):
        print(line)
    return 0


def steps(state: State) -> list[Step]:
    """The stages that have something to do, in order."""
    rates, found = past(), []
    stale: dict[str, set[str]] = {}
    for stage in state.stages.values():
        before = state.reached(stage.name)
        if not stage.reasons and not before:
            continue
        table = _table(stage)
        documents = of = None
        if table and Path(table).is_dir():
            stale[stage.name] = _stale(stage, table, state.conf) | _upstream(stage, stale)
            documents, of = len(stale[stage.name]), count(Path(table))
        share = documents / of if of and documents is not None else 1.0
        size = sum(_size(Path(out)) for out in stage.outs)
        seconds = _seconds(rates.get(stage.name), documents)
        found.append(Step(stage, before, documents, of, seconds, int(size * share)))
    return found


def lines(found: list[Step], stages: int) -> list[str]:
    """The plan as people read it."""
    if not found:
        return ["Nothing would run: everything is up to date."]
    said = []
    for step in found:
        of = f"{step.documents} of {step.of} documents" if step.of is not None else ""
        runs = "runs" if step.stage.reasons else "may run"
        said.append(f"{step.stage.name:<11} {runs:<8} {_about(step.seconds):<9} {of}".rstrip())
        said += [f"    {reason}" for reason in step.stage.reasons]
        if not step.stage.reasons:
            said.append(f"    only if the outputs change of: {', '.join(step.before)}")
    known = sum(step.seconds or 0 for step in found)
    unknown = [step.stage.name for step in found if step.seconds is None]
    said.append(f"{len(found)} of {stages} stages, at most about {_about(known)} and {_size_text(found)} of disk")
    if unknown:
        said.append(f"(no past run here tells how long: {', '.join(unknown)})")
    return said


def _table(stage: Stage) -> str | None:
    """The table that the stage computes row by row: its only input, where it keeps outputs between runs."""
    inputs = [dep for dep in stage.deps if dep.startswith("build/") and Path(dep).parent != CONF]
    return inputs[0] if len(inputs) == 1 and stage.kept else None


def _stale(stage: Stage, table: str, conf: Path) -> set[str]:
    """The documents of the table whose rows in the outputs were made from something else, or are not there."""
    digest = stage_digest(stage.name, conf)
    wanted = {key: fingerprint(content, digest) for key, content in _columns(Path(table), "document", "digest")}
    done: dict[str, str] = {}
    for out in stage.kept:
        done |= dict(_columns(Path(out), "document", "fingerprint"))
    return {key for key, value in wanted.items() if done.get(key) != value}


def _columns(table: Path, *names: str) -> Iterable[tuple[str, str]]:
    assert set(names) <= set(META_NAMES)
    for shard in shard_files(table):
        held = pq.read_table(shard, columns=list(names))
        yield from zip(*(held[name].to_pylist() for name in names), strict=True)


def _upstream(stage: Stage, stale: dict[str, set[str]]) -> set[str]:
    return {key for before in stage.after for key in stale.get(before, set())}


def _seconds(rate: Rate | None, documents: int | None) -> float | None:
    if rate is None:
        return None
    return rate.seconds * documents / rate.documents if documents is not None and rate.documents else rate.seconds


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _about(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _size_text(found: list[Step]) -> str:
    return f"{sum(step.bytes for step in found) / 1e6:.0f} MB"
