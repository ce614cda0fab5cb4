"""A document that crashes, hangs or eats memory ends its own process, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from stages.core.run.errors import UserError
from stages.core.table import Limit, engine
from stages.core.table.child import Child
from tests.core.computes import dangerous, failed
from tests.core.room import Room

LIMIT = Limit(seconds=6, memory=300, failed=failed)
WANTED = {
    "segfault": ("crashed", "its process ended by SIGSEGV"),
    "exit": ("crashed", "its process ended with code 3"),
    "hang": ("too slow", "not done after 6 s"),
    "grow": ("too much memory", "more than 300 MB"),
    "raise": ("failed", "ValueError: what nobody thought of"),
    "ask": ("too much memory", "it asked for more than there is"),
}


@pytest.mark.parametrize("others", [0, 6])  # here, and by the engine
def test_a_document_that_cannot_be_computed_takes_no_other_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    monkeypatch.setattr(engine, "LIGHT", 0)
    names = list(WANTED) if others else ["segfault", "hang"]
    documents = {name: name for name in names} | {f"d{n}": f"text {n}" for n in range(others or 2)}
    room = Room(tmp_path)
    room.build(documents, compute=dangerous, limit=LIMIT)
    assert {key: (row["reason"], row["detail"]) for key, row in room.rows("bad").items()} == {
        n: WANTED[n] for n in names
    }
    assert set(room.rows("good")) == set(documents) - set(names)
    assert room.build(documents, compute=dangerous, limit=LIMIT).computed == 0


def test_a_crash_is_tried_once_more_in_a_fresh_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    room = Room(tmp_path / "room")
    room.build({"d1": "once"}, compute=dangerous, limit=LIMIT)
    assert (tmp_path / "seen").exists() and not room.rows("bad")


def test_a_worker_is_replaced_when_it_has_done_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stages.core.table.child.TASKS", 2)
    child = Child(pid, seconds=0, memory=0)
    first, second, third = (child.call(None) for _ in range(3))
    child.end()
    assert first == second != third


def pid(task: str | None) -> int:
    if task == "hang":
        dangerous({"text": task})
    return os.getpid()


@pytest.mark.parametrize("others", [0, 6])  # here, and by the engine
@pytest.mark.parametrize("limit", [LIMIT, None])
def test_a_user_s_mistake_ends_the_build_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: int, limit: Limit | None
) -> None:
    monkeypatch.setattr(engine, "LIGHT", 0)
    documents = {"d": "mistake"} | {f"d{n}": f"text {n}" for n in range(others)}
    with pytest.raises(UserError, match=r"^the key is missing$"):
        Room(tmp_path).build(documents, compute=dangerous, limit=limit)


def test_without_a_limit_an_error_names_the_document_and_ends_the_build(tmp_path: Path) -> None:
    with pytest.raises(MemoryError):
        Room(tmp_path).build({"d": "ask"}, compute=dangerous)


def test_a_worker_says_nothing_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    child = Child(pid, 0, 0)
    assert child.call(None)
    child.end()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("task", ["d1", "hang"])
def test_a_worker_dies_with_its_parent(task: str) -> None:
    code = (
        "from stages.core.table.child import Child\nfrom tests.core import test_limit\n"
        f"child = Child(test_limit.pid, 0, 0)\nprint(child.call(None), flush=True)\nchild.call({task!r})\ninput()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    gone([int(parent.stdout.readline())], parent)


def test_the_engine_s_workers_die_with_the_stage(tmp_path: Path) -> None:
    documents = {f"d{n}": "hang" for n in range(6)}
    code = (
        "from pathlib import Path\nfrom stages.core.table import Limit\n"
        "from tests.core.computes import dangerous, failed\nfrom tests.core.room import Room\n"
        "from stages.core.table import engine\nengine.LIGHT = 0\n"
        f"Room(Path({str(tmp_path)!r})).build({documents}, compute=dangerous, limit=Limit(0, 0, failed))"
    )
    stage = psutil.Popen([sys.executable, "-c", code])
    until = time.monotonic() + 60
    while not any("table.child" in " ".join(process.cmdline()) for process in stage.children(recursive=True)):
        assert time.monotonic() < until
        time.sleep(0.05)
    gone([process.pid for process in stage.children(recursive=True)], stage)


def gone(workers: list[int], parent: subprocess.Popen[str]) -> None:
    """Kill the parent; the workers end, too."""
    found = [psutil.Process(worker) for worker in workers]
    parent.kill()
    parent.wait()
    until = time.monotonic() + 60
    for worker in found:
        while worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < until, worker.cmdline()
            time.sleep(0.05)
