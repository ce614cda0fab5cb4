"""Weaviate on this machine: started when somebody needs it, stopped when they are done.

    with serve(config.index) as client: ...

One process at a time has the data folder (a lock that dies with it). The server keeps its data outside the workspace,
in the cache folder of Litmill, so that experiments in workspaces of their own share it; its log lies there too.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from annotated_types import Ge, Le
from pydantic import AfterValidator, ValidationInfo

from stages.core.run.cache import cache_folder
from stages.core.run.config import config
from stages.core.run.errors import UserError

if TYPE_CHECKING:
    from weaviate import WeaviateClient

Port = Annotated[int, Ge(1), Le(65535)]
HOST = "127.0.0.1"
NODE = "litmill"  # the data folder belongs to a node of this name, whatever the port
SECONDS_TO_WAIT = 60


def other_port(port: int, held: ValidationInfo) -> int:
    """A port that is not the HTTP port, too. Raises ValueError."""
    if port == held.data.get("port"):
        raise ValueError("it is index.port, too; the server wants two")
    return port


@config
class Index:
    """The Weaviate server, and the collection in it."""

    version: str
    """Version of the server, such as 1.35.2."""

    port: Port
    """HTTP port of the server on 127.0.0.1; it must be free."""

    grpc_port: Annotated[Port, AfterValidator(other_port)]
    """gRPC port of the server on 127.0.0.1; it must be free."""

    connections: Annotated[int, Ge(4), Le(2047)]
    """HNSW: neighbours that each vector keeps in a layer (the paper's M); more find more and take more memory."""

    construction: Annotated[int, Ge(4)]
    """HNSW: candidates looked at when a vector is put in (efConstruction); more find more and take longer."""

    made_from: dict[str, Any]
    """Settings that the chunks stand on; each set of them has a collection of its own, so experiments stay apart."""


def binary(version: str) -> Path:
    """The server's file, where `weaviate.connect_to_embedded` looks for it."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache" / "weaviate-embedded")
    tag = f"v{version}"
    return folder / f"weaviate-{tag}-{hashlib.sha256(tag.encode()).hexdigest()}"


@contextmanager
def serve(index: Index) -> Iterator[WeaviateClient]:
    """Start the server and give a client; the server is stopped at the end, by SIGTERM too.

    Raises UserError where the binary is missing, a port is taken, another process has the data, or the server dies.
    """
    server = binary(index.version)
    if not os.access(server, os.X_OK):
        raise UserError(f"{server}: no Weaviate server there; run `make setup`")
    home = cache_folder() / "weaviate"
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home), _terminable():
        _stop_left_over(home / "data")
        for key, port in (("port", index.port), ("grpc_port", index.grpc_port)):
            _check_free(key, port)
        with _died(home / "server.log"), _client(index, server, home) as client:
            yield client


@contextmanager
def _client(index: Index, server: Path, home: Path) -> Iterator[WeaviateClient]:
    """What `weaviate.connect_to_embedded` makes, without its look-up of the client's newest version."""
    import weaviate
    from weaviate.classes.init import AdditionalConfig
    from weaviate.embedded import EmbeddedOptions

    options = EmbeddedOptions(
        version=index.version,
        binary_path=str(server.parent),
        persistence_data_path=str(home / "data"),
        hostname=HOST,
        port=index.port,
        grpc_port=index.grpc_port,
        additional_env_vars=_environment(home / "data"),
    )
    settings = AdditionalConfig(trust_env=False)
    with _output_to(home / "server.log"):  # making the client starts the server
        client = weaviate.WeaviateClient(embedded_options=options, additional_config=settings, skip_init_checks=True)
    try:
        client.connect()
        yield client
    finally:
        client.close()


@contextmanager
def _died(log: Path) -> Iterator[None]:
    """Turn a lost connection into what the server said last."""
    from weaviate.exceptions import WeaviateBaseError

    try:
        yield
    except WeaviateBaseError as error:
        message = " ".join(str(error).split())
        raise UserError(f"Weaviate: {message}; its last words: {_last_line(log) or 'none'}; see {log}") from error


def _environment(data: Path) -> dict[str, str]:
    gossip = _free_ports()
    return {
        "PERSISTENCE_DATA_PATH": str(data),
        "CLUSTER_HOSTNAME": NODE,
        "CLUSTER_ADVERTISE_ADDR": HOST,
        "CLUSTER_BIND_ADDR": HOST,
        "CLUSTER_GOSSIP_BIND_PORT": str(gossip),
        "CLUSTER_DATA_BIND_PORT": str(gossip + 1),
        "RAFT_PORT": str(gossip + 2),
        "RAFT_INTERNAL_RPC_PORT": str(gossip + 3),
        "RAFT_JOIN": f"{NODE}:{gossip + 2}",
        "RAFT_TIMEOUTS_MULTIPLIER": "1",  # alone, it need not wait five seconds for others to vote
        "DEFAULT_QUANTIZATION": "none",
        "DISABLE_TELEMETRY": "true",
        "ENABLE_MODULES": "",
        "DISK_USE_READONLY_PERCENTAGE": "99",
        "LOG_LEVEL": "warning",
    }


def _free_ports() -> int:
    """The first of four free ports in a row, below those that the system gives out; elsewhere for each process."""
    for first in range(20000 + os.getpid() * 32 % 12000, 32000, 4):
        if all(_free(port) for port in range(first, first + 4)):
            return first
    raise UserError("no four free ports in a row on 127.0.0.1; Weaviate needs them for itself")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _check_free(key: str, port: int) -> None:
    if not _free(port):
        raise UserError(f"index.{key}: port {port} on {HOST} is taken; stop its user or set another in params.yaml")


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the lock of the data folder; wait a while for who has it."""
    with (home / "lock").open("w") as lock:
        for second in range(SECONDS_TO_WAIT + 1):
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            if second == 0:
                print(f"waiting for another process that uses Weaviate's data in {home}", file=sys.stderr)
            time.sleep(1)
        else:
            raise UserError(f"{home}: in use by another process; stop it, or set LITMILL_CACHE to another folder")
        yield


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


def _stop_left_over(data: Path) -> None:
    """Stop the server of a process that was killed: nobody has the lock, so nobody uses it."""
    import psutil

    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error):
            ours = process.info["name"].startswith("weaviate")
            if ours and process.environ().get("PERSISTENCE_DATA_PATH") == str(data):
                process.terminate()
                for _ in range(200):  # not wait(): where nobody reaps orphans, they stay as zombies
                    if process.status() == psutil.STATUS_ZOMBIE:
                        break
                    time.sleep(0.1)


@contextmanager
def _output_to(log: Path) -> Iterator[None]:
    """Send what this process and those it starts print to a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    try:
        with log.open("wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        yield
    finally:
        for number, descriptor in enumerate(saved, start=1):
            os.dup2(descriptor, number)
            os.close(descriptor)


def _last_line(log: Path) -> str:
    """The last thing the server logged, without its JSON."""
    lines = log.read_text(errors="replace").splitlines()
    if not lines:
        return ""
    with suppress(ValueError, AttributeError):
        entry = json.loads(lines[-1])
        return " ".join(str(entry[key]) for key in ("msg", "error") if key in entry)
    return lines[-1].strip()
