"""compose when it runs: seconds of the whole process, against a bare Python that imports Hydra and composes one group.

    python -m benchmarks.compose

The last line is JSON: `seconds` is the median of ours (the figure to reach is 1), `ratio` is over the peer's.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 9
PEER = """
from hydra import compose, initialize_config_dir
with initialize_config_dir({conf!r}, version_base="1.3"):
    compose("config", overrides=["profile=sample"])
"""


def main() -> None:
    conf = str(Path("conf").resolve())
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    commands = {
        "litmill": [sys.executable, "-m", "stages.compose"],
        "hydra": [sys.executable, "-c", PEER.format(conf=conf)],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("params.yaml", "conf", "requirements.lock", "stages"):
            Path(folder, name).symlink_to(Path(name).resolve())
        for _ in range(RUNS):
            for name, command in commands.items():
                started = time.monotonic()
                subprocess.run(command, cwd=folder, env=environment, check=True)
                times[name].append(time.monotonic() - started)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(json.dumps({"runs": RUNS, "seconds": medians["litmill"], "ratio": medians["litmill"] / medians["hydra"]}))


if __name__ == "__main__":
    main()
