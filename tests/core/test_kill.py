"""Killed at any moment, a stage goes on from the shards it had finished and ends in the bytes of a clean build."""

from __future__ import annotations

import itertools
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages.core import run, table
from stages.core.table import engine
from tests.core import killed

CHANGED = sum(killed.documents(0).get(key) != text for key, text in killed.documents(1).items())


class Cut(BaseException):
    """Nothing catches it, so what stands on the disk is what a kill leaves there."""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The bytes of a clean build, by edit."""
    built: dict[int, dict[str, str]] = {}

    def bytes_of(edit: int) -> dict[str, str]:
        if edit not in built:
            project = tmp_path_factory.mktemp("clean")
            killed.prepare(project, edit)
            assert killed.start(project).wait() == 0
            built[edit] = killed.outputs(project)
        return built[edit]

    return bytes_of


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.sampled_from("xy"), st.floats(0.2, 1.4)), min_size=1, max_size=4))
def test_killed_at_any_moment(tmp_path_factory: pytest.TempPathFactory, clean: Any, steps: list) -> None:
    """Edits of documents and code, each with a run that is killed; then one that is left alone."""
    project = tmp_path_factory.mktemp("room")
    for edit, code, moment in steps:
        killed.prepare(project, edit, code)
        process = killed.start(project)
        time.sleep(moment)
        process.kill()
        process.wait()
    killed.prepare(project, steps[-1][0])
    assert killed.start(project).wait() == 0
    assert killed.outputs(project) == clean(steps[-1][0])


def test_what_was_finished_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clean: Any) -> None:
    killed.prepare(tmp_path, 0)
    process = killed.start(tmp_path)
    while len(list(tmp_path.glob("build/.new/*/*.parquet"))) < 4:
        time.sleep(0.01)
    process.kill()
    process.wait()
    updated = counted_updates(monkeypatch)
    monkeypatch.setattr(engine, "FEW", 1000)
    monkeypatch.chdir(tmp_path)
    run.execute("killed", killed.stage)
    assert 0 < updated[0].computed < updated[0].inputs
    assert killed.outputs(tmp_path) == clean(0)


def test_cut_between_any_two_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clean: Any) -> None:
    """Outputs are renamed one after another; new ones beside old ones are never taken for a finished build."""
    monkeypatch.setattr(engine, "FEW", 1000)
    monkeypatch.setattr("tests.core.computes.time.sleep", lambda _: None)
    updated = counted_updates(monkeypatch)
    moments = 0
    for moment in itertools.count():
        project = tmp_path / str(moment)
        killed.prepare(project, 0)
        monkeypatch.chdir(project)
        run.execute("killed", killed.stage)
        killed.prepare(project, 1)
        updated.clear()
        with pytest.MonkeyPatch.context() as patch:
            cut_after(patch, moment)
            try:
                run.execute("killed", killed.stage)
            except Cut:
                moments += 1
            else:
                break
        run.execute("killed", killed.stage)
        assert killed.outputs(project) == clean(1), f"cut after {moment} renames"
        assert sum(counts.computed for counts in updated) <= CHANGED, f"cut after {moment} renames"
    assert moments > 12


def counted_updates(monkeypatch: pytest.MonkeyPatch) -> list[table.Counts]:
    """What each update from now on has done."""
    counts: list[table.Counts] = []
    real = table.update
    monkeypatch.setattr(table, "update", lambda *given, **named: counts.append(real(*given, **named)) or counts[-1])
    return counts


def cut_after(patch: pytest.MonkeyPatch, moment: int) -> None:
    """Let so many renames happen."""
    done = itertools.count()

    def counted(real: Any) -> Any:
        def rename(*given: Any) -> Any:
            if next(done) == moment:
                raise Cut
            return real(*given)

        return rename

    for name in ("rename", "replace"):
        patch.setattr(Path, name, counted(getattr(Path, name)))
