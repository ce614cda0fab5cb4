"""`dvc repro` with nothing to do, against bare DVC pipelines of as many stages that run `cp`: user CPU, in one run.

    python -m benchmarks.noop           (in a project that is built)

`bare`: each stage copies one small file. `same_files`: each stage copies as many files, in as many folders, as ours
writes, so what is left between that one and ours is not the number of files that DVC looks at. The last line is JSON;
`ratio` and `ratio_same_files` are ours over theirs, of the medians of interleaved runs.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

RUNS = 9


def main() -> None:
    stages = yaml.safe_load(Path("dvc.yaml").read_text())["stages"]
    with tempfile.TemporaryDirectory() as folder:
        projects = {"litmill": Path(), "bare": Path(folder, "bare"), "same_files": Path(folder, "same_files")}
        bare_pipeline(projects["bare"], len(stages))
        same_files_pipeline(projects["same_files"], stages)
        times: dict[str, list[float]] = {name: [] for name in projects}
        for _ in range(RUNS):
            for name, project in projects.items():
                times[name].append(user_seconds(project))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, values in times.items():
        print(f"{name:<10} user CPU s: min {min(values):.3f}  median {medians[name]:.3f}  max {max(values):.3f}")
    ratios = {"ratio": medians["litmill"] / medians["bare"]}
    ratios["ratio_same_files"] = medians["litmill"] / medians["same_files"]
    rounded = {name: round(ratio, 3) for name, ratio in ratios.items()}
    print(json.dumps({"stages": len(stages), "runs": RUNS, **medians, **rounded}))


def bare_pipeline(folder: Path, stages: int) -> None:
    """A chain of `stages` stages, each of which copies one small file."""
    folder.mkdir()
    (folder / "0").write_text("0\n")
    build(folder, {f"s{n}": stage(f"cp {n - 1} {n}", n) for n in range(1, stages + 1)})


def same_files_pipeline(folder: Path, stages: dict[str, Any]) -> None:
    """A chain in which each stage copies what the stage of ours in its place wrote."""
    folder.mkdir()
    (folder / "0").write_text("0\n")
    chain = {}
    for n, ours in enumerate(stages.values(), start=1):
        outs = [next(iter(out)) if isinstance(out, dict) else out for out in [*ours["outs"], *ours.get("metrics", [])]]
        copies = [f"cp -r {Path(out).resolve()} {n}/{place}" for place, out in enumerate(outs)]
        chain[f"s{n}"] = stage(" && ".join([f"mkdir {n}", *copies]), n)
    build(folder, chain)


def stage(command: str, number: int) -> dict[str, Any]:
    """A stage that reads what the one before it wrote."""
    return {"cmd": command, "deps": [str(number - 1)], "outs": [str(number)]}


def build(folder: Path, chain: dict[str, Any]) -> None:
    """Make the pipeline and run it once."""
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": chain}, sort_keys=False))
    for command in (["git", "init", "-q"], [*DVC, "init", "-q"], [*DVC, "repro", "-q"]):
        subprocess.run(command, cwd=folder, check=True)


def user_seconds(folder: Path) -> float:
    """User CPU seconds of one `dvc repro` that has nothing to do."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run([*DVC, "repro"], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert "Running stage" not in done.stdout, "there was something to do; run `dvc repro` first"
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


DVC = [sys.executable, "-m", "dvc"]
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

if __name__ == "__main__":
    main()
