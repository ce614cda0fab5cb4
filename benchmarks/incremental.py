"""What one changed and one deleted document cost, on generated corpora (benchmarks/truth) of growing size.

    python -m benchmarks.incremental 2000 20000 [--upto extract]

For each size, in a copy of the project with an empty cache: a clean build of the stages collect to embed (with `--upto
extract` without embed, which needs minutes a thousand documents without an accelerator), the peak memory of its
processes, three times a build with nothing to do, one document changed, one deleted. The peer is the build's own no-op.
The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.build import PeakMemory
from benchmarks.truth.corpus import edit, remove, write_corpus
from stages.core import table
from tests.pipeline.project import Project, copy_of_the_project

PER_SHARD = 150
COMPUTED = re.compile(r"^(\w+): (\d+) of \d+ documents to compute", re.MULTILINE)
DONE = re.compile(r"^(\w+): done in ([\d.]+) s", re.MULTILINE)
TARGETS = {"parse": ["parse"], "extract": ["extract"], "embed": ["extract", "embed"]}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.incremental")
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--upto", choices=list(TARGETS), default="embed")
    given = parser.parse_args()
    results = {size: measured(size, TARGETS[given.upto]) for size in given.sizes}
    first, last = results[given.sizes[0]], results[given.sizes[-1]]
    print(
        json.dumps(
            {
                "upto": given.upto,
                "cores": os.cpu_count(),
                "sizes": results,
                "growth_of_one_change": round(last["change_s"] / first["change_s"], 2),
                "growth_of_memory": round(last["peak_gb"] / first["peak_gb"], 2),
            }
        )
    )


def measured(size: int, targets: list[str]) -> dict[str, Any]:
    """Every figure at one size."""
    with tempfile.TemporaryDirectory() as folder:
        project = copy_of_the_project(Path(folder) / "project", LITMILL_CACHE=f"{folder}/cache")
        write_corpus(project.path, documents=size)
        shards = 2 ** math.ceil(math.log2(max(4, size / PER_SHARD)))
        project.params(documents="documents", corpus={"packages": [], "families": [], "shards": shards})
        memory = PeakMemory(os.getpid())
        clean, said = repro(project, targets)
        memory.stop()
        result: dict[str, Any] = {
            "shards": shards,
            "clean_s": clean,
            "peak_gb": round(memory.peak / 1e9, 2),
            "stages": stages(said),
        }
        result["noop_s"] = statistics.median(repro(project, targets)[0] for _ in range(3))
        edit(project.path, 7)
        result["change_s"], said = repro(project, targets)
        result["change_stages"], result["change_computed"] = stages(said), computed(said)
        gone = remove(project.path, 8)
        result["delete_s"], said = repro(project, targets)
        result["delete_computed"], result["traces"] = computed(said), traces(project.path / "build", gone)
        result["change_of_noop"] = round(result["change_s"] / result["noop_s"], 2)
        result["change_of_clean"] = round(result["change_s"] / clean, 4)
    print(json.dumps({size: result}), file=sys.stderr)
    return result


def repro(project: Project, targets: list[str]) -> tuple[float, str]:
    """`dvc repro`: seconds, and what it said."""
    started = time.monotonic()
    done = project.run("dvc", "repro", *targets)
    return round(time.monotonic() - started, 2), done.stdout + done.stderr


def stages(said: str) -> dict[str, float]:
    return {name: float(seconds) for name, seconds in DONE.findall(said)}


def computed(said: str) -> dict[str, int]:
    return {name: int(number) for name, number in COMPUTED.findall(said)}


def traces(build: Path, key: str) -> int:
    """Rows of any table that still are of document `key`."""
    tables = [path for path in build.iterdir() if path.is_dir() and table.shard_files(path)]
    return sum(row["document"] == key for path in tables for row in table.read(path, ["document"]))


if __name__ == "__main__":
    main()
