"""The server on this machine, shared by all processes that need it: the first one starts it, the last one stops it.

Its data, log and locks lie outside the workspace, in the cache folder of Litmill, so that experiments in workspaces of
their own share it. Who uses the server holds a shared lock, which dies with its process; whoever could have that lock
alone at the end is the last. After a kill the server stays for the next user.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from stages.core.run.cache import cache_folder
from stages.core.run.errors import UserError
from stages.core.weaviate.process import binary, others, ready, start, stop, uses
from stages.core.weaviate.settings import Index

SECONDS_TO_WAIT = 180


@dataclass(frozen=True)
class Running:
    """The server that has the data folder."""

    pid: int
    version: str
    port: int
    grpc_port: int


def server_home() -> Path:
    """The folder of the server's data, log and locks."""
    return cache_folder() / "weaviate"


@contextmanager
def shared(index: Index) -> Iterator[Running]:
    """The server's ports while it is needed; SIGTERM lets go of it, too.

    Raises UserError where the binary is missing, a port is taken, or the server does not start.
    """
    server = binary(index.version)
    if not os.access(server, os.X_OK):
        raise UserError(f"{server}: no Weaviate server there; run `make setup`")
    home = server_home()
    home.mkdir(parents=True, exist_ok=True)
    with _terminable(), (home / "users.lock").open("w") as users:
        with _alone(home):
            running = _running(home, index, users)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield running
        finally:
            with _alone(home):
                fcntl.flock(users, fcntl.LOCK_UN)
                with suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _stop_all(home)


def _running(home: Path, index: Index, users: IO[str]) -> Running:
    """The server that runs, if it is of this version, else a new one; who is here is alone."""
    found = _found(home)
    if found and found.version == index.version:
        return found
    if found:
        _lock(users, fcntl.LOCK_EX, f"Weaviate {found.version} is in use, {index.version} is wanted", home)
        fcntl.flock(users, fcntl.LOCK_UN)
    _stop_all(home)
    running = Running(start(index, home), index.version, index.port, index.grpc_port)
    (home / "server.json").write_text(json.dumps(asdict(running)), encoding="utf-8")
    return running


def _found(home: Path) -> Running | None:
    """The server that is noted, if it runs and answers."""
    with suppress(OSError, ValueError, TypeError):
        noted = Running(**json.loads((home / "server.json").read_text(encoding="utf-8")))
        return noted if uses(noted.pid, home / "data") and ready(noted.port) else None
    return None


def _stop_all(home: Path) -> None:
    (home / "server.json").unlink(missing_ok=True)
    for pid in others(home / "data"):
        stop(pid)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the lock under which the server is started and stopped."""
    with (home / "lock").open("w") as lock:
        _lock(lock, fcntl.LOCK_EX, "Weaviate is being started or stopped by another process", home)
        yield


def _lock(file: IO[str], kind: int, why: str, home: Path) -> None:
    for tenth in range(SECONDS_TO_WAIT * 10):
        with suppress(BlockingIOError):
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return
        if tenth == 20:
            print(f"{why}; waiting", file=sys.stderr)
        time.sleep(0.1)
    raise UserError(f"{home}: {why}; stop it, or set LITMILL_CACHE to another folder")


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM unwind the stack, so that the server is stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
