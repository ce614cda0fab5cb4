"""A Weaviate server or cluster that runs elsewhere, by its address; the key comes from the environment."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from stages.core.loopback import DIRECT, LOOPBACK
from stages.core.run.errors import UserError
from stages.core.weaviate.settings import Index

if TYPE_CHECKING:
    from weaviate import WeaviateClient

OLDEST = (1, 32)  # the first with aliases
SECONDS_TO_MEET = 10
MISTRUST = re.compile(r"certificate verify failed: (.*?)(?: \(_ssl|\.? *$)")


@contextmanager
def remote(index: Index) -> Iterator[WeaviateClient]:
    """A client of the server at `index.url`. Raises UserError where it is not there, refuses us, or is too old."""
    trusted, key = _trusted(index), _key(index)
    client = _client(index, trusted, key)
    try:
        try:
            with _through_environment(index):
                client.connect()
            version = str(client.get_meta()["version"])
        except Exception as error:  # what httpx, gRPC and the client raise has no common base
            raise UserError(_reason(error, index)) from error
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
            wanted = ".".join(map(str, OLDEST))
            raise UserError(
                f"index.url: Weaviate {version} runs at {index.url}; {wanted} or newer is needed, update it"
            )
        _meet(index, trusted)
        yield client
    finally:
        client.close()


def _client(index: Index, trusted: bytes | None, key: str) -> WeaviateClient:
    import weaviate
    from grpc import ssl_channel_credentials
    from weaviate.classes.init import AdditionalConfig, Auth, GrpcConfig, Timeout
    from weaviate.config import Proxies
    from weaviate.connect.base import ConnectionParams, ProtocolParams

    address, secure = urlsplit(index.url), _secure(index)
    parameters = ConnectionParams(
        http=ProtocolParams(host=_host(index), port=address.port or (443 if secure else 80), secure=secure),
        grpc=ProtocolParams(host=index.grpc_host or _host(index), port=index.grpc_port, secure=secure),
    )
    settings = AdditionalConfig(
        timeout=Timeout(init=10, query=60, insert=180),
        trust_env=trusted is not None,
        proxies=Proxies(),  # the client's own reading of the environment knows no exceptions
        grpc_config=GrpcConfig(
            credentials=ssl_channel_credentials(trusted) if trusted else None, channel_options=_options(index)
        ),
    )
    return weaviate.WeaviateClient(
        connection_params=parameters,
        auth_client_secret=Auth.api_key(key) if key else None,
        additional_config=settings,
        skip_init_checks=True,
    )


def _host(index: Index) -> str:
    return urlsplit(index.url).hostname or ""


def _secure(index: Index) -> bool:
    return urlsplit(index.url).scheme == "https"


def _options(index: Index) -> list[tuple[str, int]] | None:
    return DIRECT if _host(index) in LOOPBACK else None


def _key(index: Index) -> str:
    held = os.environ.get(index.key, "") if index.key else ""
    if index.key and not held:
        raise UserError(
            f"index.key: the environment variable {index.key} is not set; it must hold the server's API key"
        )
    return held


def _trusted(index: Index) -> bytes | None:
    """The certificate of an authority of the user's own; none: the public ones are trusted."""
    if not index.certificate:
        return None
    path = Path(index.certificate)
    if not path.is_file():
        raise UserError(f"index.certificate: {path}: no such file")
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError as error:
        raise UserError(f"index.certificate: {path}: it holds no certificate in PEM") from error
    return path.read_bytes()


@contextmanager
def _through_environment(index: Index) -> Iterator[None]:
    """Whose certificates are trusted, and that no proxy is asked for this machine: HTTP's library reads both here."""
    names = ("SSL_CERT_FILE", "no_proxy")
    before = {name: os.environ.get(name) for name in names}
    if index.certificate:
        os.environ["SSL_CERT_FILE"] = index.certificate
        if _host(index) in LOOPBACK:
            spared = before["no_proxy"] or os.environ.get("NO_PROXY")
            os.environ["no_proxy"] = ",".join(filter(None, [spared, _host(index)]))
    try:
        yield
    finally:
        for name, held in before.items():
            os.environ.pop(name, None)
            if held is not None:
                os.environ[name] = held


def _meet(index: Index, trusted: bytes | None) -> None:
    """Whether the other port answers, too: the client finds out late, and tries for minutes."""
    import grpc

    target, options = f"{index.grpc_host or _host(index)}:{index.grpc_port}", _options(index)
    credentials = grpc.ssl_channel_credentials(trusted)
    secure = _secure(index)
    channel = grpc.secure_channel(target, credentials, options) if secure else grpc.insecure_channel(target, options)
    with channel:
        try:
            channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=SECONDS_TO_MEET)
        except grpc.RpcError as error:
            said = " ".join(str(error.details()).split())
            raise UserError(f"index.grpc_port: no gRPC of Weaviate answers at {target} ({said[:300]})") from error


def _reason(error: Exception, index: Index) -> str:
    text = " ".join(_with_causes(error).split())
    mistrust = MISTRUST.search(text)
    if mistrust and "mismatch" in mistrust[1]:
        return f"index.url: {index.url}: the server's certificate is for another name ({mistrust[1]})"
    if mistrust:
        whose = f"not signed by {index.certificate}" if index.certificate else "signed by no public authority"
        return f"index.certificate: the certificate of {index.url} is {whose} ({mistrust[1]})"
    if "401" in text or "403" in text or "nauthorized" in text:
        held = f"the key in {index.key}" if index.key else "a request without a key (index.key names its variable)"
        return f"index.url: {index.url}: the server refuses {held}"
    return f"index.url: {index.url}: no Weaviate answers there ({text[:200]})"


def _with_causes(error: BaseException) -> str:
    """What it says, and what the errors said that it came from: the client's own often says nothing."""
    cause = error.__cause__ or error.__context__
    return f"{error} {_with_causes(cause)}" if cause else str(error)
