"""What one changed and one deleted document cost, on generated corpora (benchmarks/truth) of growing size.

    python -m benchmarks.incremental 2000 20000 [--upto extract] [--notes] [--watch]

For each size, in a copy of the project with an empty cache: a clean build of the stages collect to embed (with `--upto
extract` without embed, which needs minutes a thousand documents without an accelerator; with `--upto parse` without
extract, too), the peak memory of each stage with all its processes, three times a build with nothing to do, one
document changed, one deleted; on the clock and in processor time, which is the one to trust beside other work (with
`--watch` the forks of its server are not in it). The peer is the build's own no-op. `--notes` makes all documents
but 200 notes of a sentence, so that embed is done in minutes; those that change are of usual length. `--watch`
measures the changes while `litmill watch` has the libraries loaded. The last lines are a table of what is wanted beside
what was measured, and JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import resource
import statistics
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from benchmarks.build import PeakMemory
from benchmarks.truth.corpus import edit, remove, write_corpus
from stages.core import table
from tests.pipeline.project import Project, copy_of_the_project, ready_server

PER_SHARD = 150
USUAL = 200  # documents of usual length among notes
SMALL = 100_000_000  # bytes: a stage that holds less is over before it is looked at, or about to be
COMPUTED = re.compile(r"^(\w+): (\d+) of \d+ documents to compute", re.MULTILINE)
STAGE = re.compile(r"^\S*python\S* -m stages\.(\w+)$")
DONE = re.compile(r"^(\w+): done in ([\d.]+) s", re.MULTILINE)
TARGETS = {"parse": ["parse"], "extract": ["extract"], "embed": ["extract", "embed"]}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.incremental")
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--upto", choices=list(TARGETS), default="embed")
    parser.add_argument("--notes", action="store_true")
    parser.add_argument("--watch", action="store_true")
    given = parser.parse_args()
    results = {size: measured(size, TARGETS[given.upto], given.notes, given.watch) for size in given.sizes}
    first, last = results[given.sizes[0]], results[given.sizes[-1]]
    growth = {name: round(last[name] / first[name], 2) for name in ("change_s", "change_cpu_s")}
    least, most = first["peak_gb"], last["peak_gb"]
    growth |= {f"{stage}_gb": round(peak / least[stage], 2) for stage, peak in most.items() if stage in least}
    for what, wanted, found in wishes(last, growth):
        print(f"{what:<56} wanted: {wanted:<14} measured: {found}", file=sys.stderr)
    ways = {"upto": given.upto, "notes": given.notes, "watch": given.watch}
    print(json.dumps({**ways, "cores": os.cpu_count(), "sizes": results, "growth": growth}))


def wishes(last: dict[str, Any], growth: dict[str, float]) -> list[tuple[str, str, Any]]:
    """What is wanted of the largest corpus (issue 4), and what was measured."""
    return [
        ("one document changed: documents computed by each stage", "1", last["change_computed"]),
        ("the build after it, of a build with nothing to do", "at most 2.5", last["change_of_noop"]),
        ("the same in processor time", "at most 2.5", last["change_of_noop_cpu"]),
        ("the build after it, of the clean build", "at most 0.02", last["change_of_clean"]),
        ("one document deleted: rows that are left of it", "0", last["traces"]),
        ("the build after a change, largest of smallest corpus", "under 3", growth["change_s"]),
        *((f"peak memory of {stage} in GB", "under 4", peak) for stage, peak in last["peak_gb"].items()),
        *(
            (f"the same, of the smallest corpus: {name}", "at most 1.25", growth[name])
            for name in growth
            if "_gb" in name
        ),
    ]


def measured(size: int, targets: list[str], notes: bool, watch: bool) -> dict[str, Any]:
    """Every figure at one size."""
    with tempfile.TemporaryDirectory() as folder:
        project = copy_of_the_project(Path(folder) / "project", LITMILL_CACHE=f"{folder}/cache")
        write_corpus(project.path, documents=min(size, USUAL) if notes else size)
        for number in range(USUAL if notes else size, size):
            note(project.path / "documents/notes", number)
        shards = 2 ** math.ceil(math.log2(max(4, size / PER_SHARD)))
        corpus = {"packages": [], "families": [], "shards": shards}
        project.params(documents="documents", corpus=corpus)
        memory = PeakOfStages(os.getpid())
        clean = repro(project, targets)
        memory.stop()
        peaks = {stage: round(peak / 1e9, 3) for stage, peak in memory.peaks.items() if peak > SMALL}
        result: dict[str, Any] = {"shards": shards, **timed("clean", clean), "peak_gb": peaks}
        result["clean_s_per_1000"] = {
            stage: round(1000 * value / size, 1) for stage, value in result["clean_stages"].items()
        }
        noops = [repro(project, targets) for _ in range(3)]
        result |= {
            name: statistics.median(timed("noop", one)[name] for one in noops) for name in ("noop_s", "noop_cpu_s")
        }
        with ready_server(project.path, project.environment) if watch else nullcontext():
            for number, name in ((6, "first"), (7, "change")):
                edit(project.path, number)
                result |= timed(name, repro(project, targets))
            gone = remove(project.path, 8)
            result |= timed("delete", repro(project, targets)) | {"traces": traces(project.path / "build", gone)}
    result["change_of_noop"] = round(result["change_s"] / result["noop_s"], 2)
    result["change_of_noop_cpu"] = round(result["change_cpu_s"] / result["noop_cpu_s"], 2)
    result["change_of_clean"] = round(result["change_s"] / result["clean_s"], 4)
    print(json.dumps({size: result}), file=sys.stderr)
    return result


def note(folder: Path, number: int) -> None:
    """A document of one sentence, in folders of a thousand."""
    path = folder / str(number // 1000) / f"{number}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# Note {number}\n\nThe model Nobody {number}B has {number % 90 + 8} layers.\n", encoding="utf-8")


class PeakOfStages(PeakMemory):
    """The largest sum of PSS over each stage's process and its descendants."""

    def __init__(self, pid: int) -> None:
        self.peaks: dict[str, int] = {}
        super().__init__(pid)

    def look(self) -> None:
        for process in self.process.children(recursive=True):
            stage = STAGE.search(" ".join(process.cmdline()))
            if stage:
                self.peaks[stage[1]] = max(self.peaks.get(stage[1], 0), self.held(process))


def timed(name: str, done: tuple[float, float, str]) -> dict[str, Any]:
    """The figures of one `dvc repro`."""
    seconds, used, said = done
    figures: dict[str, Any] = {f"{name}_s": seconds} | ({f"{name}_cpu_s": used} if name != "clean" else {})
    if DONE.search(said):
        figures[f"{name}_stages"] = {stage: float(value) for stage, value in DONE.findall(said)}
        figures[f"{name}_computed"] = {stage: int(number) for stage, number in COMPUTED.findall(said)}
    return figures


def repro(project: Project, targets: list[str]) -> tuple[float, float, str]:
    """`dvc repro`: seconds on the clock, seconds of processor time, and what it said."""
    started, used = time.monotonic(), cpu()
    done = project.run("dvc", "repro", *targets)
    return round(time.monotonic() - started, 2), round(cpu() - used, 2), done.stdout + done.stderr


def cpu() -> float:
    """Processor time of all processes that have ended; the engine's workers, which only a clean build starts, are not
    in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def traces(build: Path, key: str) -> int:
    """Rows of any table that still are of document `key`."""
    tables = [path for path in build.iterdir() if path.is_dir() and table.shard_files(path)]
    return sum(row["document"] == key for path in tables for row in table.read(path, ["document"]))


if __name__ == "__main__":
    main()
