"""Damaged documents through a build: does any of them hang it, end it, or get lost?

    python -m benchmarks.damage [1000] [seed: 1]

Sound documents of all six kinds, generated (benchmarks/truth) and those of corpus/, are damaged in six ways in turn:
flipped bits, cut off, another kind's extension, the front of one with the back of another, zeroed and repeated blocks.
They go through compose, collect, parse and extract, each a process as in a build, beside a few that are sound. Counted
are stages that fail or run for over an hour (`crashes`, `hangs`), documents over parse's limit of time (`too slow`,
hangs too), and documents that are missing somewhere (`lost`): each must be in the corpus, then parsed or quarantined
with a reason, and have facts if it was parsed. The last line is JSON; those three are to be 0.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from benchmarks.truth.corpus import DOCUMENTS, write_corpus
from stages.core import table
from tests.pipeline.project import ROOT, Project, copy_of_the_project

STAGES = ["compose", "collect", "parse", "extract"]
SOUND = 12  # documents left as they are
GENERATED = 120  # documents that are damaged in several ways, beside those of corpus/
SECONDS = 3600  # after which a stage hangs
Source = tuple[str, bytes]  # a name with its folder, which is its kind, and the content
Damage = Callable[[Source, Source, random.Random], tuple[str, bytes]]


def flipped(one: Source, _: Source, draw: random.Random) -> tuple[str, bytes]:
    """One bit in a thousand bytes, at least three."""
    raw = bytearray(one[1])
    for _bit in range(3 + len(raw) // 1000):
        raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
    return _suffix(one), bytes(raw)


def cut_off(one: Source, _: Source, draw: random.Random) -> tuple[str, bytes]:
    return _suffix(one), one[1][: draw.randrange(len(one[1]))]


def renamed(one: Source, other: Source, _: random.Random) -> tuple[str, bytes]:
    return _suffix(other), one[1]


def spliced(one: Source, other: Source, draw: random.Random) -> tuple[str, bytes]:
    at = draw.random()
    return _suffix(one), one[1][: int(at * len(one[1]))] + other[1][int(at * len(other[1])) :]


def zeroed(one: Source, _: Source, draw: random.Random) -> tuple[str, bytes]:
    start, end = _block(one[1], draw)
    return _suffix(one), one[1][:start] + bytes(end - start) + one[1][end:]


def repeated(one: Source, _: Source, draw: random.Random) -> tuple[str, bytes]:
    start, end = _block(one[1], draw)
    return _suffix(one), one[1][:end] + one[1][start:end] * draw.randrange(1, 20) + one[1][end:]


DAMAGES: dict[str, Damage] = {held.__name__: held for held in (flipped, cut_off, renamed, spliced, zeroed, repeated)}


def main() -> None:
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        project = copy_of_the_project(Path(folder) / "project", LITMILL_CACHE=f"{folder}/cache")
        project.params(documents="damaged", corpus={"packages": [], "families": [], "shards": 8})
        write_damaged(sound(project.path), project.path / "damaged", documents, random.Random(seed))
        failed = [build(project, stage) for stage in STAGES]
        result = accounts(project.path)
    result["hangs"] += failed.count("hangs")
    print(json.dumps({"damaged": documents, "seed": seed, **result, "crashes": failed.count("crashes")}))


def sound(project: Path) -> dict[str, list[Source]]:
    """Documents by kind, the folder in which they lie."""
    write_corpus(project, documents=GENERATED)
    held = defaultdict(list)
    for root in (ROOT / "corpus", project / DOCUMENTS):
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            name = path.relative_to(root).as_posix()
            held[name.partition("/")[0]].append((name, path.read_bytes()))
    return dict(sorted(held.items()))


def write_damaged(kinds: dict[str, list[Source]], folder: Path, documents: int, draw: random.Random) -> None:
    """Every damage meets every kind in turn; the key says which damage and kind it was."""
    names = sorted(kinds)
    pairs = [(damage, kind) for damage in DAMAGES for kind in names]
    for number in range(documents):
        damage, kind = pairs[number % len(pairs)]
        other = draw.choice([name for name in names if name != kind])
        suffix, raw = DAMAGES[damage](draw.choice(kinds[kind]), draw.choice(kinds[other]), draw)
        _write(folder / f"{damage}/{kind}-{number}{suffix}", raw)
    for number in range(SOUND):
        name, raw = draw.choice(kinds[names[number % len(names)]])
        _write(folder / f"sound/{number}{PurePosixPath(name).suffix}", raw)


def build(project: Project, stage: str) -> str:
    """Run one stage; "" if it ended well."""
    command = [sys.executable, "-m", f"stages.{stage}"]
    try:
        done = subprocess.run(command, cwd=project.path, env=project.environment, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return "hangs"
    return "crashes" if done.returncode else ""


def accounts(project: Path) -> dict[str, Any]:
    """Where each document is."""
    build = project / "build"
    root = project / "damaged"
    wanted = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    held = {name: _keys(build / name) for name in ("corpus", "elements", "quarantine", "facts")}
    rows = list(table.read(build / "quarantine", ["reason"]))
    reasons = Counter(row["reason"] for row in rows)
    ends: dict[str, Counter[str]] = defaultdict(Counter)
    for key in sorted(wanted):
        ends[key.partition("/")[0]]["parsed" if key in held["elements"] else "quarantined"] += 1
    parts = [held["elements"] | held["quarantine"], held["corpus"]]
    lost = set().union(*(wanted ^ part for part in parts), held["elements"] ^ held["facts"])
    lost |= held["elements"] & held["quarantine"] | {row["document"] for row in rows if not row["reason"]}
    return {
        "documents": len(wanted),
        "parsed": len(held["elements"]),
        "quarantined": len(held["quarantine"]),
        "lost": len(lost),
        "hangs": reasons["too slow"],
        "reasons": dict(reasons.most_common()),
        "by_damage": ends,
    }


def _keys(folder: Path) -> set[str]:
    return {row["document"] for row in table.read(folder, ["document"])}


def _suffix(source: Source) -> str:
    return PurePosixPath(source[0]).suffix


def _block(raw: bytes, draw: random.Random) -> tuple[int, int]:
    """Where a block of up to 4 kB begins and ends."""
    start = draw.randrange(len(raw))
    return start, min(len(raw), start + draw.randrange(1, 4096))


def _write(path: Path, raw: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


if __name__ == "__main__":
    main()
