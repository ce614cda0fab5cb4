"""Each option of conf/chunking on one built corpus: embed, index, tune and score by the stages themselves.

    python -m benchmarks.chunking --project ../outside [--documents 300] [--options structure words]

The project is built up to extract and names its folder of gold. Each option is put together in a folder beside the
project's, which shares all that embed and score read. With `--documents` the documents that gold names and those whose
hashed keys come first, so many, are searched: embedding 3,000 documents takes half an hour. Recall at 5 and mean
reciprocal rank by document are those of score (bm25, vectors, and hybrid, the search that people get); words, windows
of 200 words, is the peer: how passages are cut where nothing is known of structure. The last line is JSON.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from stages.core import table
from stages.parse.parse import ELEMENTS

SHARED = ("corpus", "facts", "figures", "knowledge", "duplicates.parquet")
OWN = {"build", "params.yaml", ".dvc", ".git"}
STAGES = ("compose", "embed", "tune", "index", "score")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chunking")
    parser.add_argument("--project", type=Path, default=Path(), help="a built project")
    parser.add_argument("--documents", type=int, default=10**9, help="documents beside those of gold, at most")
    parser.add_argument("--options", nargs="+", help="options of conf/chunking; all without it")
    asked = parser.parse_args()
    project = asked.project.resolve()
    options = asked.options or sorted(path.stem for path in (project / "conf/chunking").glob("*.yaml"))
    with tempfile.TemporaryDirectory(dir=project.parent) as name:
        elements = taken(project, Path(name) / "elements", asked.documents)
        results = {option: scored(project, Path(name) / option, option, elements) for option in options}
    print(json.dumps(results))


def taken(project: Path, folder: Path, most: int) -> Path:
    """The elements of the documents that are searched."""
    source = project / "build/elements"
    keys = sorted((row["document"] for row in table.read(source, ["document"])), key=hashed)
    wanted = {key for path in gold(project).glob("questions*.csv") for key in answers(path)} | set(keys[:most])
    rows = (row for row in table.read(source) if row["document"] in wanted)
    kept = ((row["document"], {name: row[name] for name in ELEMENTS.names}) for row in rows)
    table.write(folder, kept, ELEMENTS, len(table.shard_files(source)))
    return folder


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def answers(path: Path) -> set[str]:
    """The documents that a table of questions names."""
    with path.open(encoding="utf-8", newline="") as file:
        return {key for row in csv.DictReader(file) for key in row["documents"].split("|")}


def gold(project: Path) -> Path:
    return project / yaml.safe_load((project / "params.yaml").read_text())["gold"]


def scored(project: Path, folder: Path, option: str, elements: Path) -> dict[str, Any]:
    prepare(project, folder, option)
    (folder / "build/elements").symlink_to(elements)
    for stage in STAGES:
        subprocess.run([sys.executable, "-m", f"stages.{stage}"], cwd=folder, env=environment(folder), check=True)
    metrics = json.loads((folder / "build/metrics/score.json").read_text())
    found = {name: held for name, held in metrics.items() if name.startswith("questions")}
    sizes = [len(chunk["text"].split()) for row in table.read(folder / "build/chunks") for chunk in row["chunks"]]
    result = {"chunks": len(sizes), "words": round(sum(sizes) / len(sizes), 1), **found}
    print(option, json.dumps(result), flush=True)
    return result


def prepare(project: Path, folder: Path, option: str) -> None:
    """A project like the other, with another chunking and a build that has what stands before embed."""
    (folder / "build").mkdir(parents=True)
    for path in project.iterdir():
        if path.name not in OWN:
            (folder / path.name).symlink_to(path)
    for name in SHARED:
        (folder / "build" / name).symlink_to(project / "build" / name)
    params = yaml.safe_load((project / "params.yaml").read_text()) or {}
    (folder / "params.yaml").write_text(yaml.safe_dump({**params, "chunking": option}))


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(folder), "LITMILL_CACHE": str(folder / "cache")}


if __name__ == "__main__":
    main()
