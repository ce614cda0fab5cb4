"""The server: loads what stages load, waits at a socket, and forks.

    python -m litmill.ready.server        (started by `litmill watch`)

For each connection it forks the process that is wanted, tells its number and, when it has ended, its exit code; if the
other side goes away, it ends it. It never runs a stage itself and has one thread, so a fork is what a fresh process
with the same imports would be. It loads itself anew when a file that it has loaded is not what it was, and says no to
an environment that libraries would have read otherwise at their import.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
import sysconfig
import traceback
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from litmill.ready.load import load
from stages.core import ready
from stages.core.orphan import end_with
from stages.core.run import set_threads
from stages.core.run.offline import QUIET

ASKED = (*QUIET, "PYTHONPATH", "PYTHONOPTIMIZE", "PYTHONWARNINGS", "LITMILL_CACHE")
OURS = ("stages", "litmill")  # packages whose files may change while the server runs
ABOVE = 64  # file numbers that no request asks for
COMMAND = (sys.executable, "-m", "litmill.ready.server")


def main() -> None:
    """Serve until a signal ends this process."""
    before = {name: os.environ.get(name) for name in ASKED}
    set_threads(1)
    os.environ |= {"JE_ARROW_MALLOC_CONF": "background_thread:false", ready.ALONE: "1"}  # or Arrow has a thread
    load()
    tasks = len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 1
    assert tasks == 1, f"{tasks} threads: a fork would lose all but one"
    gc.collect()
    gc.freeze()
    server = Server(before)
    print("ready: stages start with their libraries loaded", file=sys.stderr, flush=True)
    with suppress(KeyboardInterrupt):
        while server.running or server.is_fresh():
            server.step()
        os.execv(sys.executable, COMMAND)


class Server:
    """The socket, and the forks that run."""

    def __init__(self, before: dict[str, str | None]) -> None:
        self.running: dict[int, socket.socket] = {}
        self._before = before
        self._files = _files()
        self._listener = _listen(Path(ready.SOCKET))
        self._woken, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker)

    def is_fresh(self) -> bool:
        """Whether all that is loaded is as it was."""
        return _files() == self._files

    def step(self) -> None:
        """Wait for something to happen, and do what it wants."""
        waited: list[Any] = [self._listener, self._woken, *self.running.values()]
        readable, _, _ = select.select(waited, [], [])
        if self._woken in readable:
            os.read(self._woken, 4096)
        for pid, connection in list(self.running.items()):
            if connection in readable:  # nothing is said there: the other side went away
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
                os.kill(pid, signal.SIGKILL)  # it may not have a group of its own yet
            ended, status = os.waitpid(pid, os.WNOHANG if connection not in readable else 0)
            if ended:
                self._answer(self.running.pop(pid), os.waitstatus_to_exitcode(status))
        if self._listener in readable:
            connection, _ = self._listener.accept()
            if not (self.is_fresh() and self._take(connection)):
                connection.close()

    def _take(self, connection: socket.socket) -> bool:
        """Fork what a connection asks for; False where it gets no."""
        connection.settimeout(1)
        files: list[int] = []
        try:
            request = _request(connection, files)
            asked = request["environment"]
            if any(asked.get(name, QUIET.get(name)) != value for name, value in self._before.items()):
                return False
            self._answer(connection, self._fork(connection, request, files))
            return True
        except (OSError, ValueError):
            return False
        finally:
            for file in files:
                os.close(file)

    def _fork(self, connection: socket.socket, request: dict[str, Any], files: list[int]) -> int:
        """The number of a process that does what is asked for."""
        server = os.getpid()
        pid = os.fork()
        if pid:
            self.running[pid] = connection
            return pid
        try:
            os.close(signal.set_wakeup_fd(-1))
            os.close(self._woken)
            for one in (self._listener, connection, *self.running.values()):
                one.close()
            _become(request, files, server)
        finally:
            os._exit(1)

    def _answer(self, connection: socket.socket, number: int) -> None:
        with suppress(OSError):
            connection.sendall(f"{number}\n".encode())


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o077)
    listener.bind(str(path))
    os.umask(mask)
    listener.listen(16)
    atexit.register(_forget, path, os.getpid())
    return listener


def _forget(path: Path, owner: int) -> None:
    if os.getpid() == owner:
        path.unlink(missing_ok=True)


def _files() -> dict[str, tuple[int, int]]:
    """When the project's code that is loaded, and the installed libraries, were last changed."""
    loaded = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in OURS]
    names = {getattr(module, "__file__", None) for module in loaded} | {sysconfig.get_paths()["purelib"]}
    return {name: _when(name) for name in sorted(filter(None, names))}


def _when(name: str) -> tuple[int, int]:
    try:
        held = os.stat(name)
    except OSError:
        return 0, 0
    return held.st_mtime_ns, held.st_size


def _request(connection: socket.socket, files: list[int]) -> dict[str, Any]:
    """What is asked for; the open files that came with it go into `files`. Raises OSError or ValueError."""
    size, came, _, _ = socket.recv_fds(connection, 4, 64)
    files += came
    left, held = int.from_bytes(size, "big"), b""
    while left > len(held):
        more = connection.recv(left - len(held))
        if not more:
            raise OSError("cut off")
        held += more
    request: dict[str, Any] = json.loads(held)
    if len(files) != len(request["files"]):
        raise OSError("files are missing")
    return request


def _become(request: dict[str, Any], files: list[int], server: int) -> None:
    """Run a module as `python -m` would; never returns."""
    os.setsid()
    if not end_with(server):
        os._exit(1)
    ready.forked = True
    for caught in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(caught, signal.SIG_DFL)
    high = [fcntl.fcntl(file, fcntl.F_DUPFD, ABOVE) for file in files]
    for file, number in zip(high, request["files"], strict=True):
        os.dup2(file, number)
        os.close(file)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    for name, number in (("stdout", 1), ("stderr", 2)):
        setattr(sys, name, open(number, "w", buffering=1, encoding="utf-8", closefd=False))  # noqa: SIM115
    os._exit(_code(request["module"], request["arguments"]))


def _code(module: str, arguments: list[str]) -> int:
    """The exit code of a module run as `python -m` runs it."""
    sys.argv = [module, *arguments]
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="runpy")  # of modules that are loaded already
    code: Any = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    if not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(ValueError):  # it was closed
            stream.flush()
    return code


if __name__ == "__main__":
    main()
