"""A collect that is killed in the middle of a transfer leaves what came, and the next one goes on from there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from stages.core.table import read
from tests.collect.conftest import NETWORK
from tests.collect.servers import Page, Server

ROOT = Path(__file__).parents[2]


def test_a_killed_collect_goes_on(server: Server, tmp_path: Path, cache: Path) -> None:
    body = b"".join(b"%07d\n" % n for n in range(20_000))
    server.pages |= {"/a.md": Page(b"# A"), "/b.md": Page(body, held=100_000), "/c.md": Page(b"# C")}
    urls = {**NETWORK, "timeout": 60, "addresses": [f"{server.url}/{name}.md" for name in "abc"]}
    common = {"include": [], "exclude": [], "packages": [], "families": [], "max_bytes": 10**6, "shards": 1}
    (tmp_path / "build/conf").mkdir(parents=True)
    config = {"corpus": {**common, "urls": urls}, "documents": "none", "libraries": {}}
    (tmp_path / "build/conf/collect.yaml").write_text(json.dumps(config))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "stages.collect"], cwd=tmp_path, env=environment)

    first = start()
    parts: list[Path] = []
    while not (parts and parts[0].stat().st_size > 50_000):
        assert first.poll() is None, "it ended before it was killed"
        time.sleep(0.01)
        parts = list(cache.rglob("*.part"))
    first.send_signal(signal.SIGKILL)
    first.wait()
    server.release.set()
    server.forget()
    assert not (tmp_path / "build/corpus").exists()

    assert start().wait() == 0
    rows = {row["document"]: row for row in read(tmp_path / "build/corpus")}
    assert rows[f"{server.url}/b.md"]["raw"] == body
    assert [(held.path, held.status) for held in server.asked] == [("/b.md", 206), ("/c.md", 200)]
