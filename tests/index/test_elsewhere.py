"""`index=server` and `index=cluster` against real servers: one with TLS and a key, and three nodes that lose one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from stages.core.collection import open_index
from stages.core.run.errors import UserError
from stages.core.weaviate import remote, serve
from stages.core.weaviate.process import HOST
from stages.index import Config
from tests.index.certificates import Authority
from tests.index.elsewhere import Server, cluster, running
from tests.index.room import ROOT, build, free_port, needs_server, settings

pytestmark = [needs_server, pytest.mark.xdist_group("weaviate")]


def option(name: str) -> dict[str, Any]:
    """What a file of conf/index/ says beside those that it stands on."""
    held = dict(yaml.safe_load((ROOT / f"conf/index/{name}.yaml").read_text()))
    return {key: value for key, value in held.items() if key != "defaults"}


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the test's own; what ever is asked for must be on this machine, so no proxy answers."""
    monkeypatch.setenv("LITMILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    for name in ("no_proxy", "NO_PROXY", "no_grpc_proxy", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[Config]:
    """Settings of a server with TLS at both ports, which wants a key."""
    authority = Authority(tmp_path, "authority")
    certificate, private = map(str, authority.sign(tmp_path, HOST))
    key = {"AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false", "AUTHENTICATION_APIKEY_ENABLED": "true"}
    key |= {"AUTHENTICATION_APIKEY_ALLOWED_KEYS": "secret-key", "AUTHENTICATION_APIKEY_USERS": "us"}
    grpc = {"GRPC_CERT_FILE": certificate, "GRPC_KEY_FILE": private}
    flags = ("--tls-certificate", certificate, "--tls-key", private)
    with running(Server(tmp_path / "server", *flags, secure=True, **key, **grpc)) as server:
        address = {"url": f"https://{HOST}:{server.port}", "grpc_port": server.grpc_port}
        yield settings(**{**option("server"), **address, "certificate": str(authority.certificate)}, port=free_port())


def test_a_server_with_tls_and_a_key(tmp_path: Path, secured: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    made = build(tmp_path / "build", {"a.md": ["masks hide", "plain"], "b.md": ["two"]})
    monkeypatch.setenv("WEAVIATE_API_KEY", "secret-key")
    assert made.index(secured)["chunks"]["count"] == 3
    with open_index(secured.index, made.sources, made.record) as opened:
        found = opened.chunks.query.bm25("masks", limit=1).objects
        assert [one.properties["content"] for one in found] == ["masks hide"]
    assert "secret-key" not in made.record.read_text()
    assert not {"SSL_CERT_FILE", "no_proxy"} & os.environ.keys(), "other libraries need not trust whom we trust"

    def refused(**changes: Any) -> str:
        with pytest.raises(UserError) as refusal, serve(replace(secured.index, **changes)):
            pass
        assert "\n" not in str(refusal.value)
        return str(refusal.value)

    url, other = secured.index.url, Authority(tmp_path, "other").certificate
    assert refused(certificate=str(other)).startswith(
        f"index.certificate: the certificate of {url} is not signed by {other} ("
    )
    assert "is signed by no public authority" in refused(certificate="")
    named = url.replace(HOST, "localhost")
    assert refused(url=named).startswith(f"index.url: {named}: the server's certificate is for another name (Hostname")
    assert "no such file" in refused(certificate=str(tmp_path / "none.pem"))
    assert refused(certificate=str(made.record)) == f"index.certificate: {made.record}: it holds no certificate in PEM"
    assert refused(url=url.replace("https", "http")).startswith(
        f"index.url: {url.replace('https', 'http')}: no Weaviate answers there"
    )
    port = free_port()
    assert refused(grpc_port=port).startswith(f"index.grpc_port: no gRPC of Weaviate answers at {HOST}:{port} (")
    assert refused(grpc_host="localhost").startswith("index.grpc_port: no gRPC of Weaviate answers at localhost:")
    monkeypatch.setattr(remote, "OLDEST", (9, 9))
    assert "runs at https" in refused() and "9.9 or newer is needed, update it" in refused()
    monkeypatch.setenv("WEAVIATE_API_KEY", "wrong")
    assert refused() == f"index.url: {url}: the server refuses the key in WEAVIATE_API_KEY"
    monkeypatch.delenv("WEAVIATE_API_KEY")
    assert refused().startswith("index.key: the environment variable WEAVIATE_API_KEY is not set")


def at(server: Server) -> Config:
    """The settings of index=cluster for one of its nodes."""
    address = {"url": f"http://{HOST}:{server.port}", "grpc_port": server.grpc_port, "key": ""}
    return settings(**{**option("server"), **option("cluster"), **address}, port=free_port())


def test_a_cluster_that_loses_its_leader(tmp_path: Path) -> None:
    before = {f"{number}.md": [f"text {number} {part}" for part in range(4)] for number in range(50)}
    after = {**before, "0.md": ["another text", *before["0.md"][1:]]}
    del after["1.md"]
    made, changed = build(tmp_path / "before", before), build(tmp_path / "after", after)
    with cluster(tmp_path / "cluster", 3) as nodes:
        dying = nodes.pop(nodes["n0"].leader())  # the one whose loss costs most
        one, other = nodes.values()
        assert made.index(at(one))["chunks"]["count"] == 200
        with open_index(at(one).index, made.sources, made.record) as opened:
            shards = [len(node.shards or []) for node in opened.client.cluster.nodes(output="verbose")]
            assert shards == [6, 6, 6], "three shards of chunks and three of figures, each on each node"
            dying.kill()
            found = opened.chunks.query.bm25("text", limit=2).objects
            assert len(found) == 2, "who searches goes on"
        one.wait(lambda: one.leader() in nodes)
        record = changed.index(at(one))
        assert record["chunks"]["count"] == 196
        with open_index(at(other).index, changed.sources, changed.record) as opened:
            assert len(opened.chunks) == 196
            assert opened.chunks.query.bm25("another", limit=1).objects
        assert changed.index(at(other)) == record, "count and root hash hold, nothing is written"
