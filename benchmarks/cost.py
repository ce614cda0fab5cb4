"""What a corpus of any size costs in time, memory and disk, from rates that were measured on a small one.

    python -m benchmarks.cost                                   write the tables of docs/cost.md from docs/cost.json
    python -m benchmarks.cost --measure 500 2000 [--upto embed] measure the rates and write docs/cost.json first
    python -m benchmarks.cost --near 100000                     what finding near-duplicates takes in parse

To measure, generated corpora (benchmarks/truth) of two sizes go through the stages, each a process. Of each stage are
taken the processor time of all its processes, its peak memory (PSS of the process tree) and the bytes it wrote; the
line through the two sizes gives what it costs at all and for one document more; up to embed memory grows too little to
be seen between such sizes, so GROWS has what was measured of it elsewhere. A stage that goes document by document
divides its time by the cores, another does not; a page's formula is `fixed + documents * each / cores`. With a single
size all is put down to the documents. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

import psutil

from benchmarks.incremental import PER_SHARD
from benchmarks.truth.corpus import write_corpus
from stages.core import table
from stages.core.run import Writes, ports
from tests.pipeline.conftest import free_port
from tests.pipeline.graph import stage_function
from tests.pipeline.project import ROOT, Project, copy_of_the_project

SHORT = 5  # seconds of a stage in which memory is looked at five times a second
# Bytes of memory a document, beside what was measured at the larger size: keys of collect; of parse, extract and embed
# what directs an update (docs/tables.md, 2,000 against 20,000 documents); of parse also --near 100000; keys of tune,
# which looks at `tuning.documents` at most; of organize docs/organize.md; of index ten chunks in Weaviate
GROWS = {"collect": 150, "parse": 1_600 + 1_300, "extract": 1_600, "embed": 1_600, "tune": 150, "organize": 36_000}
GROWS |= {"index": 28_000}
RATES, PAGE = ROOT / "docs/cost.json", ROOT / "docs/cost.md"
BEGIN, END = "<!-- benchmarks/cost.py writes from here -->", "<!-- to here -->"
SPREAD = ("parse", "extract", "embed")  # document by document, on all cores
STAGES = ["collect", *SPREAD, "tune", "organize", "index", "synthesize", "site"]
MACHINES = {"1 x 16 cores": 16, "8 x 16 cores": 128}
DOCUMENTS = (300_000, 10_000_000)
Rates = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost")
    parser.add_argument("--measure", type=int, nargs="+", metavar="DOCUMENTS")
    parser.add_argument("--upto", choices=STAGES, default="site")
    parser.add_argument("--near", type=int, metavar="DOCUMENTS")
    given = parser.parse_args()
    if given.near:
        print(json.dumps(near_duplicates(given.near)))
        return
    if given.measure:
        stages = STAGES[: STAGES.index(given.upto) + 1]
        rates = line([measured(size, stages) for size in sorted(given.measure)])
        rates |= {
            "measured": f"{datetime.now(UTC):%Y-%m-%d}",
            "command": " ".join(["python -m benchmarks.cost", *sys.argv[1:]]),
        }
        RATES.write_text(json.dumps(rates, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    if not RATES.exists():
        raise SystemExit(
            f"{RATES.relative_to(ROOT)}: not there; measure first: python -m benchmarks.cost --measure 2000 20000"
        )
    rates = json.loads(RATES.read_text(encoding="utf-8"))
    told = f"Measured {rates['measured']} by `{rates['command']}`:"
    tables = [told, rates_table(rates), "Derived:", *(cost_table(rates, documents) for documents in DOCUMENTS)]
    text = "\n\n".join(tables)
    print(text)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    print(json.dumps({str(documents): cost(rates, documents) for documents in DOCUMENTS}))


def measured(documents: int, stages: list[str]) -> Rates:
    """Of a build of so many generated documents: for each stage its processor time, memory and bytes."""
    with tempfile.TemporaryDirectory() as folder:
        project = copy_of_the_project(Path(folder) / "project", LITMILL_CACHE=f"{folder}/cache")
        write_corpus(project.path, documents=documents)
        shards = 2 ** math.ceil(math.log2(max(4, documents / PER_SHARD)))
        index = {"port": free_port(), "grpc_port": free_port()}
        corpus = {"packages": [], "families": [], "shards": shards}
        project.params(documents="documents", corpus=corpus, index=index)
        project.run("python", "-m", "stages.compose")
        held = {stage: one_stage(project, stage) for stage in stages}
        chunks = table.tally(project.path / "build/chunks")["chunks"].total() if "embed" in stages else 0
        loose = size_of(project.path / "documents")
    return {"documents": documents, "chunks": chunks, "loose": loose, "stages": held}


def one_stage(project: Project, name: str) -> dict[str, float]:
    command = [sys.executable, "-m", f"stages.{name}"]
    process = subprocess.Popen(command, cwd=project.path, env=project.environment)
    watch = Watch(process.pid)
    if process.wait():
        raise SystemExit(f"{name} failed")
    seconds, peak = watch.stop()
    outputs = [port.name for port in ports(stage_function(name)).values() if isinstance(port, Writes)]
    places = [project.path / "build" / output for output in outputs]
    files = sum(1 for place in places for path in [place, *place.rglob("*")] if path.is_file())
    return {"cpu_s": seconds, "memory": peak, "bytes": sum(map(size_of, places)), "files": files}


def size_of(place: Path) -> int:
    return sum(path.stat().st_size for path in [place, *place.rglob("*")] if path.is_file())


class Watch:
    """Processor time of a process and all that it starts, and the most memory (PSS) they hold together."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._used: dict[tuple[int, float], float] = {}
        self._peak = 0
        self._started = time.monotonic()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> tuple[float, int]:
        self._stopped.set()
        self._thread.join()
        return round(sum(self._used.values()), 2), self._peak

    def _watch(self) -> None:
        looked = 0.0
        while not self._stopped.wait(0.2):
            with suppress(psutil.Error):
                tree = [self._root, *self._root.children(recursive=True)]
                for process in tree:
                    with suppress(psutil.Error):
                        used = process.cpu_times()
                        self._used[process.pid, process.create_time()] = used.user + used.system
                now = time.monotonic()
                if now - looked > 1 or now - self._started < SHORT:
                    looked = now
                    self._peak = max(self._peak, sum(map(_pss, tree)))


def _pss(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0


def near_duplicates(documents: int) -> dict[str, float]:
    """Bytes and milliseconds a document that parse's `fold` takes: random signatures of 40 numbers each."""
    import numpy as np
    import pyarrow as pa

    from stages.parse.signature import PLACES, SIGNATURE

    draw = np.random.default_rng(1)
    rows = []
    for number in range(documents):
        minhash = draw.integers(0, 2**32, PLACES, dtype=np.uint32).tobytes()
        signature = {"minhash": minhash, "numbers": draw.integers(0, 2**32, 40).tolist(), "words": 500}
        rows.append((f"markdown/note-{number}.md", {"signature": signature}))
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(1, get_context("spawn")) as process:
        table.write(
            Path(folder, "elements"), rows, pa.schema([("signature", SIGNATURE)]), math.ceil(documents / PER_SHARD)
        )
        held, took = process.submit(_folding, Path(folder, "elements")).result()
    return {"documents": documents, "bytes": round(held / documents), "ms": round(1000 * took / documents, 3)}


def _folding(elements: Path) -> tuple[int, float]:
    """What `fold` adds to the most memory that its process held, and its processor time."""
    from stages.parse.duplicates import fold

    before = getrusage(RUSAGE_SELF)
    fold(elements, 0.6)
    after = getrusage(RUSAGE_SELF)
    return (after.ru_maxrss - before.ru_maxrss) * 1024, after.ru_utime - before.ru_utime


def line(sizes: list[Rates]) -> Rates:
    """Through the smallest and the largest size: what a stage costs at all (`fixed`) and a document more (`each`)."""
    first, last = sizes[0], sizes[-1]
    stages = {}
    for stage, most in last["stages"].items():
        least = first["stages"][stage]
        stages[stage] = {what: _line(first, last, least[what], most[what]) for what in most}
        if stage in GROWS:
            stages[stage]["memory"] = {"fixed": most["memory"], "each": GROWS[stage]}
    chunks, loose = (last[name] / last["documents"] for name in ("chunks", "loose"))
    sizes_told = [size["documents"] for size in sizes]
    return {"sizes": sizes_told, "chunks_each": round(chunks, 2), "loose_each": round(loose), "stages": stages}


def _line(first: Rates, last: Rates, least: float, most: float) -> dict[str, float]:
    if first is last:
        return {"fixed": 0, "each": most / last["documents"]}
    each = max(0.0, (most - least) / (last["documents"] - first["documents"]))
    return {"fixed": round(max(0.0, most - each * last["documents"]), 3), "each": float(f"{each:.4g}")}


def cost(rates: Rates, documents: int) -> Rates:
    """By stage: seconds on each machine, bytes of memory on one machine, bytes and files on the disk."""
    found = {}
    for stage, held in rates["stages"].items():
        cores = {name: number if stage in SPREAD else 1 for name, number in MACHINES.items()}
        found[stage] = {
            "seconds": {name: round(_at(held["cpu_s"], documents, number)) for name, number in cores.items()},
            **{what: round(_at(held[what], documents, 1)) for what in ("memory", "bytes", "files")},
        }
    return found


def _at(rate: dict[str, float], documents: int, cores: int) -> float:
    return rate["fixed"] + documents * rate["each"] / cores


def rates_table(rates: Rates) -> str:
    """The rates: what is measured."""
    rows = ["| stage | documents/s a core | bytes a document | memory | memory a document |", "|---|---|---|---|---|"]
    for stage, held in rates["stages"].items():
        each = held["cpu_s"]["each"]
        rate = f"{1 / each:,.1f}" if each else "-"
        memory = held["memory"]
        rows.append(
            f"| {stage} | {rate} | {held['bytes']['each']:,.0f} | {memory['fixed'] / 1e6:,.0f} MB"
            f" | {memory['each'] / 1e3:,.1f} kB |"
        )
    return "\n".join(rows)


def cost_table(rates: Rates, documents: int) -> str:
    """What so many documents cost: derived."""
    names = list(MACHINES)
    rows = [
        f"| {documents:,} documents | {' | '.join(names)} | memory | disk | files |",
        "|---" * (len(names) + 4) + "|",
    ]
    found = cost(rates, documents)
    for stage, held in found.items():
        times = " | ".join(duration(held["seconds"][name]) for name in names)
        rows.append(f"| {stage} | {times} | {amount(held['memory'])} | {amount(held['bytes'])} | {held['files']:,} |")
    times = " | ".join(duration(sum(held["seconds"][name] for held in found.values())) for name in names)
    most, disk = max(held["memory"] for held in found.values()), sum(held["bytes"] for held in found.values())
    rows.append(f"| all | {times} | {amount(most)} | {amount(disk)} | {sum(h['files'] for h in found.values()):,} |")
    return "\n".join(rows)


def duration(seconds: float) -> str:
    return f"{seconds / 3600:,.1f} h" if seconds >= 3600 else f"{seconds / 60:,.1f} min"


def amount(held: float) -> str:
    return f"{held / 1e9:,.1f} GB" if held >= 1e9 else f"{held / 1e6:,.0f} MB"


if __name__ == "__main__":
    main()
