"""Weaviate on this machine: started when somebody needs it, stopped when they are done."""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Ge, Le

from stages.core.config import config

Port = Annotated[int, Ge(1), Le(65535)]


@config
class Index:
    """The Weaviate server, and the collection in it."""

    version: str
    """Version of the server, such as 1.35.2."""

    port: Port
    """HTTP port of the server on 127.0.0.1; it must be free."""

    grpc_port: Port
    """gRPC port of the server on 127.0.0.1; it must be free."""

    connections: Annotated[int, Ge(4), Le(2047)]
    """HNSW: neighbours that each vector keeps in a layer (the paper's M); more find more and take more memory."""

    construction: Annotated[int, Ge(4)]
    """HNSW: candidates looked at when a vector is put in (efConstruction); more find more and take longer."""

    made_from: dict[str, Any]
    """Settings that the chunks stand on; each set of them has a collection of its own, so experiments stay apart."""
