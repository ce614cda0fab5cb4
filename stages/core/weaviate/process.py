"""The server's process on this machine: its environment, its ports, start and stop, and what it said last."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from stages.core.run.errors import UserError
from stages.core.weaviate.settings import Index

HOST = "127.0.0.1"
NODE = "litmill"  # the data folder belongs to a node of this name, whatever the port
SECONDS_TO_START = 120  # a large index is read before the server answers
SECONDS_TO_STOP = 60
READ_ONLY_PERCENT = "97"  # of the disk in use: the server stops writing before nothing is left
_children: list[subprocess.Popen[bytes]] = []  # kept, so that they are waited for


def binary(version: str) -> Path:
    """The server's file, where `weaviate.connect_to_embedded` looks for it."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache" / "weaviate-embedded")
    tag = f"v{version}"
    return folder / f"weaviate-{tag}-{hashlib.sha256(tag.encode()).hexdigest()}"


def start(index: Index, home: Path) -> int:
    """Start the server with its data and log in `home`, and wait until it answers. Returns its process id.

    It has a session of its own, so that Ctrl-C on who started it does not end it for others.
    """
    for key, port in (("port", index.port), ("grpc_port", index.grpc_port)):
        if not free(port):
            raise UserError(f"index.{key}: port {port} on {HOST} is taken; stop its user or set another in params.yaml")
    log = home / "server.log"
    command = [str(binary(index.version)), "--host", HOST, "--port", str(index.port), "--scheme", "http"]
    command += ["--read-timeout=600s", "--write-timeout=600s"]
    settings = {**os.environ, **environment(home / "data", index.grpc_port)}
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=settings, start_new_session=True)
    _children.append(process)
    for _ in range(SECONDS_TO_START * 10):
        if process.poll() is not None:
            raise UserError(f"Weaviate did not start: {last_words(home)}")
        if ready(index.port) and not free(index.grpc_port):
            return process.pid
        time.sleep(0.1)
    process.terminate()
    raise UserError(f"Weaviate did not answer within {SECONDS_TO_START} s: {last_words(home)}")


def stop(pid: int) -> None:
    """End a server and wait until its data are on the disk."""
    import psutil

    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.terminate()
        for _ in range(SECONDS_TO_STOP * 20):  # not wait(): where nobody reaps orphans, they stay as zombies
            reap()
            if process.status() == psutil.STATUS_ZOMBIE:
                return
            time.sleep(0.05)
        raise UserError(f"Weaviate (process {pid}) does not end; end it and run again")


def reap() -> None:
    """Take notice of our own servers that have ended."""
    for child in [*_children]:
        if child.poll() is not None:
            _children.remove(child)


def uses(pid: int, data: Path) -> bool:
    """Whether this process is a server that has the data folder."""
    import psutil

    reap()
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        alive = process.status() != psutil.STATUS_ZOMBIE and process.name().startswith("weaviate")
        return alive and process.environ().get("PERSISTENCE_DATA_PATH") == str(data)
    return False


def others(data: Path) -> list[int]:
    """All servers that have the data folder."""
    import psutil

    return [pid for pid in psutil.pids() if uses(pid, data)]


def ready(port: int) -> bool:
    """Whether the server on this port says that it takes requests."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/v1/.well-known/ready")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def environment(data: Path, grpc_port: int) -> dict[str, str]:
    """What the server is told: one node, on loopback alone, without calls home."""
    gossip = _free_ports()
    return {
        "PERSISTENCE_DATA_PATH": str(data),
        "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "true",
        "GRPC_PORT": str(grpc_port),
        "GO_PROFILING_DISABLE": "true",
        "CLUSTER_HOSTNAME": NODE,
        "CLUSTER_IN_LOCALHOST": "true",
        "CLUSTER_ADVERTISE_ADDR": HOST,
        "CLUSTER_BIND_ADDR": HOST,
        "CLUSTER_GOSSIP_BIND_PORT": str(gossip),
        "CLUSTER_DATA_BIND_PORT": str(gossip + 1),
        "RAFT_PORT": str(gossip + 2),
        "RAFT_INTERNAL_RPC_PORT": str(gossip + 3),
        "RAFT_JOIN": f"{NODE}:{gossip + 2}",
        "RAFT_BOOTSTRAP_EXPECT": "1",
        "RAFT_TIMEOUTS_MULTIPLIER": "1",  # alone, it need not wait five seconds for others to vote
        "DEFAULT_QUANTIZATION": "none",
        "DISABLE_TELEMETRY": "true",
        "ENABLE_MODULES": "",
        "DISK_USE_READONLY_PERCENTAGE": READ_ONLY_PERCENT,
        "LOG_LEVEL": "warning",
    }


def free(port: int) -> bool:
    """Whether nobody listens on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def last_words(home: Path) -> str:
    """What the server said last, where its log is, and whether its disk is full."""
    disk = shutil.disk_usage(home)
    full = disk.free < disk.total * (100 - int(READ_ONLY_PERCENT)) / 100
    advice = f"; the disk is full: free some of {home}, or set LITMILL_CACHE to a folder elsewhere" if full else ""
    return f"{last_line(home / 'server.log') or 'it said nothing'}; see {home / 'server.log'}{advice}"


def last_line(log: Path) -> str:
    """The last thing the server logged, without its JSON."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    if not lines:
        return ""
    with suppress(ValueError, AttributeError):
        entry = json.loads(lines[-1])
        return " ".join(str(entry[key]) for key in ("msg", "error") if key in entry)
    return lines[-1].strip()


def _free_ports() -> int:
    """The first of four free ports in a row, below those that the system gives out; elsewhere for each process."""
    for first in range(20000 + os.getpid() * 32 % 12000, 32000, 4):
        if all(free(port) for port in range(first, first + 4)):
            return first
    raise UserError("no four free ports in a row on 127.0.0.1; Weaviate needs them for itself")
