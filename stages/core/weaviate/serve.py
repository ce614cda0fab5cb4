"""A client of the server that was chosen."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from stages.core.loopback import DIRECT
from stages.core.run.errors import UserError
from stages.core.weaviate.process import HOST, last_words
from stages.core.weaviate.remote import remote
from stages.core.weaviate.settings import Index
from stages.core.weaviate.shared import Running, server_home, shared

if TYPE_CHECKING:
    from weaviate import WeaviateClient


class Lost(UserError):
    """The server went away or failed while it was in use; what was written stays, so the same may be tried again."""


@contextmanager
def serve(index: Index) -> Iterator[WeaviateClient]:
    """A client of the server at `index.url`, or of the one on this machine, which is started where nobody did.

    Raises UserError where there is none to be had, and Lost where it fails within the block.
    """
    with warnings.catch_warnings():  # its import turns warnings on that are nothing to a user
        import weaviate  # noqa: F401
    if index.url:
        with remote(index) as client, _lost(f"at {index.url}"):
            yield client
    else:
        with (
            shared(index) as running,
            _lost("on this machine", server_home()),
            _local(running) as client,
        ):
            yield client


@contextmanager
def _local(running: Running) -> Iterator[WeaviateClient]:
    import weaviate
    from weaviate.classes.init import AdditionalConfig, GrpcConfig, Timeout
    from weaviate.connect.base import ConnectionParams, ProtocolParams

    parameters = ConnectionParams(
        http=ProtocolParams(host=HOST, port=running.port, secure=False),
        grpc=ProtocolParams(host=HOST, port=running.grpc_port, secure=False),
    )
    timeout, direct = Timeout(init=30, query=60, insert=180), GrpcConfig(channel_options=DIRECT)
    settings = AdditionalConfig(trust_env=False, timeout=timeout, grpc_config=direct)
    client = weaviate.WeaviateClient(connection_params=parameters, additional_config=settings, skip_init_checks=True)
    try:
        client.connect()
        yield client
    finally:
        client.close()


@contextmanager
def _lost(where: str, home: Path | None = None) -> Iterator[None]:
    """Turn a lost connection into one line, with what the server said last."""
    from weaviate.exceptions import WeaviateBaseError

    try:
        yield
    except WeaviateBaseError as error:
        message = " ".join(str(error).split())[:300]
        said = f"; its last words: {last_words(home)}" if home else ""
        kind = UserError if "disk is full" in said else Lost  # another try would find it as full
        raise kind(f"Weaviate {where}: {message}{said}; run again, and it goes on where it stopped") from error
