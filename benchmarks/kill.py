"""SIGKILL at random moments of random stages of a small build: does the next run end in the bytes of a clean build?

    python -m benchmarks.kill [200] [seed: 1]

Two versions of a few documents are built clean from collect to embed. Then, again and again: a stage finds the inputs
of the second version, and as its outputs those of the first or nothing; it is killed at a random moment between its
start and its usual end, looked at (each output must be wholly old or wholly new), and run once more. The last line is
JSON; `same_bytes` and `old_or_new` are to equal `kills`.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from stages.core.run import Writes, ports
from tests.pipeline.graph import stage_function
from tests.pipeline.project import Project, copy_of_the_project

STAGES = ["collect", "parse", "extract", "embed"]
TEXT = """# Note {n}

The model Llama-{n}B has {n} layers and a context length of {m} tokens.

| layers | context |
|---|---|
| {n} | {m} |
"""


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        project = copy_of_the_project(Path(folder) / "project", LITMILL_CACHE=f"{folder}/cache")
        project.params(documents="documents", corpus={"packages": [], "families": [], "shards": 6})
        project.run("python", "-m", "stages.compose")
        old, new = Path(folder) / "old", Path(folder) / "new"
        usual = {}
        for version, (snapshot, edit) in enumerate([(old, 0), (new, 1)]):
            write_documents(project.path / "documents", edit)
            usual = build(project, fresh=version == 1)
            copy(project.path / "build", snapshot)
        counts = Counter(dict.fromkeys(("kills", "landed", "old_or_new", "same_bytes"), 0))
        draw = random.Random(seed)
        started = time.monotonic()
        while counts["kills"] < kills:
            counts.update(one_kill(project, old, new, usual, draw))
        seconds = round(time.monotonic() - started)
    print(json.dumps({**counts, "seconds": seconds, "usual_s": usual, "seed": seed}))


def write_documents(folder: Path, edit: int) -> None:
    """Twenty short documents; the second version has one more, one less, and three others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for n in range(edit, 20 + edit):
        m = 1024 * (n + (edit if n % 7 == 0 else 0))
        (folder / f"note{n}.md").write_text(TEXT.format(n=n, m=m))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4\nnothing" if edit else b"")


def build(project: Project, *, fresh: bool) -> dict[str, float]:
    """Run the stages in turn. Returns the seconds of each."""
    seconds = {}
    for stage in STAGES:
        for output in outputs(project.path / "build", stage) if fresh else []:
            remove(output)
        started = time.monotonic()
        project.run("python", "-m", f"stages.{stage}")
        seconds[stage] = round(time.monotonic() - started, 2)
    return seconds


def one_kill(project: Project, old: Path, new: Path, usual: dict[str, float], draw: random.Random) -> dict[str, int]:
    """One stage, killed and run again. Returns what came of it."""
    stage, moment, before = draw.choice(STAGES), draw.random(), draw.choice([old, None])
    build = project.path / "build"
    shutil.rmtree(build)
    copy(new, build)
    for output in outputs(build, stage):
        remove(output)
        if before and (before / output.relative_to(build)).exists():
            copy(before / output.relative_to(build), output)
    command = [sys.executable, "-m", f"stages.{stage}"]
    process = subprocess.Popen(command, cwd=project.path, env=project.environment, stderr=subprocess.DEVNULL)
    time.sleep(moment * usual[stage])
    landed = process.poll() is None
    process.kill()
    process.wait()
    wholes = [hashes(output) for output in outputs(build, stage)]
    olds = [hashes(before / path.relative_to(build)) if before else {} for path in outputs(build, stage)]
    news = [hashes(new / path.relative_to(build)) for path in outputs(build, stage)]
    whole = all(found in (was, will) for found, was, will in zip(wholes, olds, news, strict=True))
    project.run(*command)
    same = [hashes(output) for output in outputs(build, stage)] == news
    if not (whole and same):
        print(f"{stage} after {moment:.3f} of {usual[stage]} s: whole {whole}, same {same}", file=sys.stderr)
    return {"kills": 1, "landed": int(landed), "old_or_new": int(whole), "same_bytes": int(same)}


def outputs(build: Path, stage: str) -> list[Path]:
    """What a stage writes, its metrics too."""
    declared = [port.name for port in ports(stage_function(stage)).values() if isinstance(port, Writes)]
    return [build / name for name in [*declared, f"metrics/{stage}.json"]]


def hashes(path: Path) -> dict[str, str]:
    """The hash of every file below `path`, or of the file."""
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    return {
        str(file.relative_to(path)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()
    }


def copy(source: Path, target: Path) -> None:
    """By hard links, since no stage writes into a file that is there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_file():
        os.link(source, target)
    else:
        shutil.copytree(source, target, copy_function=os.link)


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
