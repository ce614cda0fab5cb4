"""What a package carries packed is unpacked once, and again if what was kept of it is spoilt or cannot be kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from stages.core.run.unpacked import unpacked


class Packed:
    """Something packed that counts how often it is unpacked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> bytes:
        self.times += 1
        return b"weights" * 1000


@pytest.fixture
def cache(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("LITMILL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_it_is_unpacked_once(cache: Path) -> None:
    packed = Packed()
    assert [unpacked("0a1b-weights", packed) for _ in range(3)] == [b"weights" * 1000] * 3
    assert packed.times == 1
    assert [path.name for path in (cache / "unpacked").iterdir()] == ["0a1b-weights"]


@pytest.mark.parametrize("spoil", [lambda held: held[:-9], lambda held: b"?" + held[1:], lambda held: b""])
def test_what_is_spoilt_is_unpacked_again(cache: Path, spoil) -> None:
    packed = Packed()
    unpacked("0a1b-weights", packed)
    kept = cache / "unpacked/0a1b-weights"
    kept.write_bytes(spoil(kept.read_bytes()))
    assert unpacked("0a1b-weights", packed) == unpacked("0a1b-weights", packed) == b"weights" * 1000
    assert packed.times == 2


def test_without_a_cache_folder_it_is_unpacked_each_time(cache: Path) -> None:
    cache.write_text("a file where the folder would be")
    packed = Packed()
    assert unpacked("0a1b-weights", packed) == unpacked("0a1b-weights", packed) == b"weights" * 1000
    assert packed.times == 2
