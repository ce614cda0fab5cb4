"""The server of processes that have all libraries loaded: what a fork of it does is what a fresh process does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stages.core.ready import ALONE, SOCKET, start
from tests.pipeline.project import ROOT, ready_server

pytestmark = pytest.mark.xdist_group("ready")  # one of the tests makes every server load its code anew
SLEEP = ["-n", "1", "-r", "1", "import time; time.sleep(60)"]  # for `python -m timeit`


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a server."""
    place = tmp_path_factory.mktemp("served")
    (place / ".dvc/tmp").mkdir(parents=True)
    with ready_server(place, os.environ | {"PYTHONPATH": str(ROOT)}):
        yield place
    assert not (place / SOCKET).exists()


@pytest.fixture
def here(served: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, as a process in it sees it."""
    monkeypatch.chdir(served)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return served


def handed_over(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What `python -m ...` gives where the server takes it; without the server it says `alone`."""
    code = f"from stages.core.ready import hand_over; hand_over(['-m', *{command!r}]); print('alone')"
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("content", ['{"b": 1}', "{"])
def test_a_fork_reads_writes_and_exits_as_python_does(here: Path, content: str) -> None:
    (here / "in").write_text(content)
    fresh = subprocess.run([sys.executable, "-m", "json.tool", "in"], capture_output=True, text=True, check=False)
    fork = handed_over("json.tool", "in")
    assert (fork.returncode, fork.stdout) == (fresh.returncode, fresh.stdout), fork.stderr
    assert fork.stderr.splitlines()[-1:] == fresh.stderr.splitlines()[-1:]
    assert fork.returncode == (content == "{")


def test_a_fork_works_in_the_folder_of_who_asks(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "other/.dvc/tmp").mkdir(parents=True)
    (here / "other" / SOCKET).symlink_to(here / SOCKET)
    (here / "other/there").write_text("[]")
    monkeypatch.chdir(here / "other")
    assert handed_over("json.tool", "there").stdout == "[]\n"


def test_what_libraries_read_at_their_import_must_be_the_same(here: Path) -> None:
    assert here.exists()
    assert handed_over("json.tool", "--help").stdout.startswith("usage")
    for other in ({"PYTHONPATH": f"{ROOT}:/tmp"}, {"HF_HUB_OFFLINE": "0"}, {ALONE: "1"}):
        assert handed_over("json.tool", "--help", **other).stdout == "alone\n"


def test_a_fork_has_one_thread_and_no_file_of_the_server(here: Path) -> None:
    (here / "probe").mkdir(exist_ok=True)
    (here / "probe/__init__.py").touch()
    (here / "probe/look.py").write_text(
        "import os\nprint(len(os.listdir('/proc/self/task')), [os.readlink(f'/proc/self/fd/{n}') for n in "
        "os.listdir('/proc/self/fd') if int(n) > 2 and os.path.exists(f'/proc/self/fd/{n}')])\n"
    )
    threads, _, held = handed_over("probe.look").stdout.partition(" ")
    assert threads == "1"
    assert "ready.sock" not in held
    assert "socket" not in held, held


def test_more_threads_want_a_process_of_their_own(here: Path) -> None:
    """The libraries of the server have read that there is one."""
    (here / "several").mkdir(exist_ok=True)
    (here / "several/threads.py").write_text(
        "from types import SimpleNamespace\nfrom stages.core.run import settle\n"
        "settle('nobody', SimpleNamespace(threads=1))\nprint('one', flush=True)\n"
        "settle('nobody', SimpleNamespace(threads=2))\n"
    )
    said = handed_over("several.threads")
    assert said.stdout == "one\n"
    assert "No module named stages.nobody" in said.stderr


def test_who_calls_a_stage_with_libraries_loaded_is_no_fork_and_goes_on() -> None:
    code = "from types import SimpleNamespace; import torch; from stages.core.run import settle; "
    code += "settle('nobody', SimpleNamespace(threads=2)); print('on')"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "on\n"


def test_a_fork_goes_with_the_process_that_wanted_it(here: Path) -> None:
    assert here.exists()
    started = f"from stages.core.ready import start; process = start('timeit', {SLEEP}, [0, 1, 2])"
    code = f"{started}; print(process.pid, flush=True); process.wait()"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as wanting:
        assert wanting.stdout
        pid = int(wanting.stdout.readline())
        assert psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        wanting.kill()
    until = time.monotonic() + 10
    while psutil.pid_exists(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not psutil.pid_exists(pid)


def test_a_fork_that_is_killed_says_so(here: Path) -> None:
    assert here.exists()
    started = start("timeit", SLEEP, [0, 1, 2])
    assert started
    os.kill(started.pid, signal.SIGKILL)
    assert started.wait() == -signal.SIGKILL


def test_changed_code_is_loaded_anew(here: Path) -> None:
    """Last in this file: until the server is ready again, processes start alone."""
    assert here.exists()
    os.utime(ROOT / "stages/core/letters.py")
    assert handed_over("json.tool", "--help").stdout == "alone\n"
    until = time.monotonic() + 60
    while handed_over("json.tool", "--help").stdout == "alone\n" and time.monotonic() < until:
        time.sleep(0.1)
    assert handed_over("json.tool", "--help").stdout.startswith("usage")
