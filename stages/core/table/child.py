"""A process that may be lost: it computes one task after another, and is ended when one takes too long or too much.

Ended it is by SIGKILL, so a hang in a library's C code ends, too. A crash or too much memory is tried once more in a
fresh process, so that what an earlier document left behind is not held against this one; a fresh process also takes
the place of one that has grown or has done many tasks. Own code rather than a pool's, since the pools that know
timeouts (pebble, billiard) do not look at memory while a task runs.

The process talks over a socket, in pickles, and dies with its parent.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from stages.core.orphan import end_with
from stages.core.ready import STANDARD, Started, start
from stages.core.run.errors import UserError

LOOK = 0.05  # seconds between two looks at a process that computes
TASKS = 5000  # after so many a process is replaced
GROWN = 1500  # MB at which it is replaced between two tasks, or half the limit
MB = 1 << 20
READY = "ready"
LOADED = "ignore::RuntimeWarning:runpy"  # it warns that the package imports this module before it runs it
FAILED = "failed"  # the reason of an error in the work itself


class Ended(Exception):
    """The task's process was ended, or ended itself."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class Child:
    """A worker process for `work`, which is sent to it once; it starts with the first task."""

    def __init__(self, work: Callable[[Any], Any], seconds: int, memory: int) -> None:
        self._work, self._seconds, self._memory = work, seconds, memory
        self._process: subprocess.Popen[bytes] | Started | None = None
        self._done = 0

    def call(self, task: Any) -> Any:
        """The result of a task. Raises Ended, also for an error in `work`; a user's mistake comes as it is."""
        try:
            return self._call(task)
        except Ended as ended:
            if ended.reason in ("too slow", FAILED):
                raise
        return self._call(task)

    def end(self) -> None:
        """End the process; the next task starts another."""
        if self._process:
            self._connection.close()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _call(self, task: Any) -> Any:
        try:
            if self._process is None:
                self._start()
            self._connection.send(task)
            self._watch()
            result, error = self._connection.recv()
        except (EOFError, OSError):
            raise self._crashed() from None
        if isinstance(error, MemoryError):
            self.end()
            raise Ended("too much memory", "it asked for more than there is")
        if isinstance(error, UserError):
            raise error
        if error:
            print(error[0], file=sys.stderr)
            raise Ended(FAILED, error[1])
        self._done += 1
        if self._done == TASKS or self._holds() > (self._memory / 2 or GROWN):
            self.end()
        return result

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        module, files = "stages.core.table.child", [theirs.fileno()]
        self._process = start(module, [str(theirs.fileno())], [*STANDARD, *files]) or subprocess.Popen(
            [sys.executable, "-W", LOADED, "-m", module, str(theirs.fileno()), str(os.getpid())],
            pass_fds=files,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        self._connection = Connection(ours.detach())
        self._connection.send(sys.path)
        self._connection.send_bytes(pickle.dumps(self._work))
        assert self._connection.recv() == READY  # a task's time runs from here: a busy machine starts slowly
        self._done = 0

    def _watch(self) -> None:
        """Wait for the result; end the process when it goes beyond a limit."""
        until = time.monotonic() + self._seconds
        while not self._connection.poll(LOOK):
            if self._seconds and time.monotonic() > until:
                self.end()
                raise Ended("too slow", f"not done after {self._seconds} s")
            if self._memory and self._holds() > self._memory:
                self.end()
                raise Ended("too much memory", f"more than {self._memory} MB")

    def _holds(self) -> float:
        import psutil

        assert self._process
        try:
            return psutil.Process(self._process.pid).memory_info().rss / MB
        except psutil.Error:
            return 0

    def _crashed(self) -> Ended:
        assert self._process
        self._connection.close()
        code = self._process.wait()
        self._process = None
        how = f"with code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
        return Ended("crashed", f"its process ended {how}")


def serve(descriptor: int) -> None:
    """The child's side: compute what comes over the socket, until it is closed."""
    connection = Connection(descriptor)
    with contextlib.suppress(EOFError, ConnectionError):
        sys.path[:] = connection.recv()
        work = pickle.loads(connection.recv_bytes())
        connection.send(READY)
        while True:
            connection.send(_outcome(work, connection.recv()))


def _outcome(work: Callable[[Any], Any], task: Any) -> tuple[Any, Any]:
    try:
        return work(task), None
    except (MemoryError, UserError) as error:
        return None, type(error)(*error.args)
    except Exception as error:
        return None, (traceback.format_exc(), " ".join(f"{type(error).__name__}: {error}".split()))


if __name__ == "__main__":
    descriptor, *parent = map(int, sys.argv[1:])
    if all(map(end_with, parent)):  # a fork of the server's has none: that ends it
        serve(descriptor)
