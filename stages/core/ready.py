"""Processes that have all libraries loaded: a stage that finds a server of them starts in a fork of it.

    litmill watch          starts the server for this project (litmill/ready), and builds when something changes

A changed document costs four stages, and most of that is their imports. With a server at `.dvc/tmp/ready.sock` the
process that DVC starts sends its arguments, folder, environment and open files there, waits, and ends as the fork ends;
without one, or where its answer is no, it goes on by itself. The bytes are the same (tests/pipeline/test_watch.py).

This module is imported before anything else, so it takes next to nothing from the standard library.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from typing import Any

SOCKET = ".dvc/tmp/ready.sock"
ALONE = "LITMILL_ALONE"  # in the environment: start without the server
STANDARD = [0, 1, 2]

forked = False
"""Whether this process is a fork of the server, so that its libraries have read their settings already."""


class Started:
    """A process of the server's, as subprocess.Popen has one."""

    def __init__(self, connection: socket.socket) -> None:
        """Raises ValueError where the server said no."""
        self._connection = connection  # open, or the server ends the process
        self._answers = connection.makefile()
        self.pid = int(self._answers.readline())

    def wait(self) -> int:
        """Its exit code, negative for a signal."""
        said = self._answers.readline()
        return int(said) if said else -signal.SIGKILL


def start(module: str, arguments: list[str], files: list[int], path: str = SOCKET) -> Started | None:
    """`python -m module arguments` in a fork of the server's, with these open files under the same numbers.

    None without a server, or if it has other code or settings. The fork ends when this process does.
    """
    if ALONE in os.environ or not os.path.exists(path):
        return None
    where = {"folder": os.getcwd(), "environment": dict(os.environ)}
    request = {"module": module, "arguments": arguments, "files": files, **where}
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(path)
        content = json.dumps(request).encode()
        socket.send_fds(connection, [len(content).to_bytes(4, "big")], files)
        connection.sendall(content)
        return Started(connection)
    except (OSError, ValueError):
        connection.close()
        return None


def hand_over(command: list[str]) -> None:
    """End as a fork of the server's ends, if there is one; `command` is how this interpreter was started."""
    module, *arguments = command[command.index("-m") + 1 :]
    started = start(module, arguments, STANDARD) if module.count(".") == 1 else None
    while started:
        try:
            code = started.wait()
        except KeyboardInterrupt:
            os.kill(started.pid, signal.SIGINT)
            continue
        if code < 0:
            signal.signal(-code, signal.SIG_DFL)
            os.kill(os.getpid(), -code)
        os._exit(code)


def alone(module: str, arguments: list[str]) -> Any:
    """Become a process that the server has nothing to do with."""
    os.environ[ALONE] = "1"
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])
