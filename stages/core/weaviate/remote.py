"""A Weaviate server or cluster that runs elsewhere, by its address; the key comes from the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from stages.core.loopback import DIRECT, LOOPBACK
from stages.core.run.errors import UserError
from stages.core.weaviate.settings import Index

if TYPE_CHECKING:
    from weaviate import WeaviateClient

OLDEST = (1, 32)  # the first with aliases


@contextmanager
def remote(index: Index) -> Iterator[WeaviateClient]:
    """A client of the server at `index.url`. Raises UserError where it is not there, refuses us, or is too old."""
    client = _client(index)
    try:
        try:
            client.connect()
            version = str(client.get_meta()["version"])
        except Exception as error:  # what httpx, gRPC and the client raise has no common base
            raise UserError(f"index.url: {index.url}: {_reason(error, index)}") from error
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
            wanted = ".".join(map(str, OLDEST))
            raise UserError(
                f"index.url: Weaviate {version} runs at {index.url}; {wanted} or newer is needed, update it"
            )
        yield client
    finally:
        client.close()


def _client(index: Index) -> WeaviateClient:
    import weaviate
    from weaviate.classes.init import AdditionalConfig, Auth, Timeout
    from weaviate.connect.base import ConnectionParams, ProtocolParams

    address = urlsplit(index.url)
    secure = address.scheme == "https"
    host = address.hostname or ""
    parameters = ConnectionParams(
        http=ProtocolParams(host=host, port=address.port or (443 if secure else 80), secure=secure),
        grpc=ProtocolParams(host=index.grpc_host or host, port=index.grpc_port, secure=secure),
    )
    settings = AdditionalConfig(timeout=Timeout(init=10, query=60, insert=180), **_trusted(index, host))
    return weaviate.WeaviateClient(
        connection_params=parameters,
        auth_client_secret=Auth.api_key(_key(index)) if index.key else None,
        additional_config=settings,
        skip_init_checks=True,
    )


def _key(index: Index) -> str:
    held = os.environ.get(index.key, "")
    if not held:
        raise UserError(
            f"index.key: the environment variable {index.key} is not set; it must hold the server's API key"
        )
    return held


def _trusted(index: Index, host: str) -> dict[str, Any]:
    """Whose certificates are trusted, and that no proxy is asked for this machine.

    gRPC is told both directly; HTTP learns them through the variables that its library reads.
    """
    from weaviate.classes.init import GrpcConfig

    options = DIRECT if host in LOOPBACK else None
    if not index.certificate:
        return {"trust_env": False, "grpc_config": GrpcConfig(channel_options=options)}
    path = Path(index.certificate)
    if not path.is_file():
        raise UserError(f"index.certificate: {path}: no such file")
    from grpc import ssl_channel_credentials
    from weaviate.config import Proxies

    os.environ["SSL_CERT_FILE"] = str(path)
    if host in LOOPBACK:
        os.environ["no_proxy"] = ",".join(
            filter(None, [os.environ.get("no_proxy") or os.environ.get("NO_PROXY"), host])
        )
    credentials = ssl_channel_credentials(path.read_bytes())
    return {
        "trust_env": True,
        "proxies": Proxies(),  # the client's own reading of the environment knows no exceptions
        "grpc_config": GrpcConfig(credentials=credentials, channel_options=options),
    }


def _reason(error: Exception, index: Index) -> str:
    text = " ".join(str(error).split())
    if "401" in text or "403" in text or "nauthorized" in text:
        held = f"the key in {index.key}" if index.key else "a request without a key (index.key names its variable)"
        return f"the server refuses {held}"
    return f"no Weaviate answers there ({text[:200]})"
