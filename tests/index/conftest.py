"""One server for the tests that only use one; each test is a workspace of its own on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stages.core.weaviate import serve
from stages.index import Config
from tests.index.room import servers, settings


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Config]]:
    """The cache folder of a server that runs as long as the tests do, and its settings."""
    cache, config = tmp_path_factory.mktemp("cache"), settings()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LITMILL_CACHE", str(cache))
        with serve(config.index):
            yield cache, config
    assert not servers(cache), "a server was left running"


@pytest.fixture
def shared(held: tuple[Path, Config], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Settings of the server that runs, in a workspace of the test's own."""
    monkeypatch.setenv("LITMILL_CACHE", str(held[0]))
    monkeypatch.chdir(tmp_path)
    return held[1]


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache folder without a server, in a workspace of the test's own; nothing may be left running in it."""
    monkeypatch.setenv("LITMILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    yield tmp_path / "cache"
    assert not servers(tmp_path), "a server was left running"
