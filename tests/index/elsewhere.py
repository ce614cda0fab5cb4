"""Weaviate servers that run elsewhere as far as Litmill knows: started by the test, with settings of its own."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from stages.core.weaviate import binary
from stages.core.weaviate.process import HOST, environment, free, last_words, ready
from tests.index.room import EMBEDDED, free_port

SECONDS_TO_START = 60


class Server:
    """A server with these flags and variables beside those of one that a build starts."""

    def __init__(self, home: Path, *flags: str, secure: bool = False, **settings: str) -> None:
        self.home, self.port, self.grpc_port = home, free_port(), free_port()
        listen = ("https", "--tls-host", HOST, "--tls-port") if secure else ("http", "--host", HOST, "--port")
        self._command = [str(binary(EMBEDDED["version"])), "--scheme", *listen, str(self.port), *flags]
        self._environment = {**os.environ, **environment(home / "data", self.grpc_port), **settings}
        self._process: subprocess.Popen[bytes] | None = None
        home.mkdir(parents=True)

    def start(self) -> None:
        with (self.home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, env=self._environment)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    def wait(self, until: Callable[[], bool]) -> None:
        """Until that is so; not longer than a server may take to start."""
        assert self._process
        for _ in range(SECONDS_TO_START * 20):
            assert self._process.poll() is None, last_words(self.home)
            if until():
                return
            time.sleep(0.05)
        raise AssertionError(last_words(self.home))

    def up(self) -> bool:
        """Whether it takes requests; one with TLS: whether it listens."""
        return (ready(self.port) or "https" in self._command) and not free(self.port) and not free(self.grpc_port)

    def leader(self) -> str:
        """Which node of its cluster leads, as this one says; empty while it does not know."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/v1/cluster/statistics")
            held = json.loads(connection.getresponse().read())
            return str(held["statistics"][0]["leaderId"]) if "statistics" in held else ""
        finally:
            connection.close()


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """It answers within the block, and is gone after it."""
    try:
        server.start()
        server.wait(server.up)
        yield server
    finally:
        server.kill()


@contextmanager
def cluster(home: Path, many: int) -> Iterator[dict[str, Server]]:
    """A cluster of so many nodes on loopback, by name."""
    first = _ports(4 * many)
    ports = {f"n{number}": [str(first + 4 * number + one) for one in range(4)] for number in range(many)}
    join = {"RAFT_JOIN": ",".join(f"{name}:{raft}" for name, (_, _, raft, _) in ports.items())}
    join |= {"RAFT_BOOTSTRAP_EXPECT": str(many)}
    nodes = {}
    for name, (gossip, data, raft, rpc) in ports.items():
        own = {"CLUSTER_HOSTNAME": name, "CLUSTER_GOSSIP_BIND_PORT": gossip, "CLUSTER_DATA_BIND_PORT": data}
        own |= {"RAFT_PORT": raft, "RAFT_INTERNAL_RPC_PORT": rpc, "CLUSTER_JOIN": f"{HOST}:{first}" if nodes else ""}
        nodes[name] = Server(home / name, **join, **own)
    with ExitStack() as stack:
        for server in nodes.values():
            stack.callback(server.kill)
            server.start()
            server.wait(lambda: not free(first))  # the first is asked by the others who else is there
        for server in nodes.values():
            server.wait(server.up)
        yield nodes


def _ports(many: int) -> int:
    """The first of so many free ports in a row, below those that the system and `process` give out."""
    for first in range(12000 + os.getpid() * 32 % 7000, 20000 - many, many):
        if all(map(free, range(first, first + many))):
            return first
    raise AssertionError(f"no {many} free ports in a row")
