"""The sample build, environment ready, from nothing: seconds a stage, and peak memory of all its processes.

    python -m benchmarks.build [profile]

It builds in a copy of the working tree with an empty DVC cache, so nothing is taken from earlier builds. Memory is the
sum of proportional set sizes (PSS) over the process tree, twice a second. The last line is JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from tests.pipeline.project import copy_of_the_project

STAGE = re.compile(r"^(\w+): done in ([\d.]+) s", re.MULTILINE)


def main() -> None:
    profile = sys.argv[1] if len(sys.argv) > 1 else "sample"
    with tempfile.TemporaryDirectory() as folder:
        project = copy_of_the_project(Path(folder) / "project", LITMILL_CACHE=f"{folder}/cache")
        project.params(profile=profile)
        started = time.monotonic()
        process = subprocess.Popen(
            ["dvc", "repro"],
            cwd=project.path,
            env=project.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        memory = PeakMemory(process.pid)
        output = process.communicate()[0].decode()
        seconds = time.monotonic() - started
        memory.stop()
        if process.returncode:
            sys.exit(output[-3000:])
        stages = {name: float(value) for name, value in STAGE.findall(output)}
    for name, value in stages.items():
        print(f"{name:<11} {value:7.1f} s")
    result = {
        "profile": profile,
        "cores": os.cpu_count(),
        "seconds": round(seconds, 1),
        "peak_gb": round(memory.peak / 1e9, 2),
    }
    print(json.dumps(result | {"stages": stages}))


class PeakMemory:
    """The largest sum of PSS over a process and its descendants, in bytes, sampled until `stop`."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self.process = psutil.Process(pid)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def look(self) -> None:
        self.peak = max(self.peak, self.held(self.process))

    def held(self, process: psutil.Process) -> int:
        """What a process and its descendants hold now."""
        return sum(self._pss(one) for one in [process, *process.children(recursive=True)])

    def _watch(self) -> None:
        while not self._stopped.wait(0.5):
            with contextlib.suppress(psutil.Error):
                self.look()

    @staticmethod
    def _pss(process: psutil.Process) -> int:
        try:
            return process.memory_full_info().pss
        except psutil.Error:
            return 0


if __name__ == "__main__":
    main()
