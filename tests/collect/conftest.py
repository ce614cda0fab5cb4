"""A cache and a server of the test's own, and one way to collect from any source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stages.collect import Config, Corpus
from stages.collect.collect import stage
from stages.core.table import read
from tests.collect.servers import Server, serving

NETWORK: dict[str, Any] = {
    "refreshed": "", "seconds_between": 0.001, "timeout": 5, "retries": 2, "longest_wait": 2, "agent": "litmill-test",
}  # fmt: skip
Collect = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LITMILL_CACHE", str(tmp_path / "cache"))
    for name in ("HF_TOKEN", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as held:
        yield held


@pytest.fixture
def collect(tmp_path: Path) -> Collect:
    """Collect from sources given as keys of the corpus; the rows by key."""
    runs = iter(range(1000))

    def run(documents: str = "none", **sources: Any) -> dict[str, dict[str, Any]]:
        values = {"include": [], "exclude": [], "packages": [], "families": [], "max_bytes": 100_000, "shards": 2}
        out = tmp_path / f"run{next(runs)}" / "corpus"
        out.parent.mkdir()
        metrics = stage(Config(corpus=Corpus(**{**values, **sources}), documents=documents), corpus=out)
        rows = {row["document"]: row for row in read(out)}
        assert metrics["documents"] == len(rows) == sum(metrics["kinds"].values()) == sum(metrics["sources"].values())
        assert metrics["bytes"] == sum(row["bytes"] for row in rows.values())
        run.metrics, run.path = metrics, out  # type: ignore[attr-defined]
        return rows

    return run
