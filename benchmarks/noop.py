"""`dvc repro` with nothing to do, against a bare DVC pipeline of as many stages that run `cp`: user CPU, in one run.

    python -m benchmarks.noop           (in a project that is built)

The last line is JSON; `ratio` is ours over the peer's, of the medians of interleaved runs.
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

import yaml

RUNS = 9


def main() -> None:
    stages = len(yaml.safe_load(Path("dvc.yaml").read_text())["stages"])
    with tempfile.TemporaryDirectory() as folder:
        peer = Path(folder)
        bare_pipeline(peer, stages)
        times: dict[str, list[float]] = {"litmill": [], "bare": []}
        for _ in range(RUNS):
            times["litmill"].append(user_seconds(Path()))
            times["bare"].append(user_seconds(peer))
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratio = medians["litmill"] / medians["bare"]
    for name, values in times.items():
        print(f"{name:<8} user CPU s: min {min(values):.3f}  median {medians[name]:.3f}  max {max(values):.3f}")
    print(json.dumps({"stages": stages, "runs": RUNS, **medians, "ratio": round(ratio, 3)}))


def bare_pipeline(folder: Path, stages: int) -> None:
    """A chain of `stages` stages, each of which copies one small file."""
    (folder / "0.txt").write_text("0\n")
    chain = {
        f"s{n}": {"cmd": f"cp {n - 1}.txt {n}.txt", "deps": [f"{n - 1}.txt"], "outs": [f"{n}.txt"]}
        for n in range(1, stages + 1)
    }
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": chain}))
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
