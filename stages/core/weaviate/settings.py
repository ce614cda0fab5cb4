"""What conf/index/ says: where Weaviate runs, and how it indexes."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import AfterValidator, StringConstraints, ValidationInfo

from stages.core.run.config import config

Port = Annotated[int, Ge(1), Le(65535)]
Url = Annotated[str, StringConstraints(pattern=r"^(https?://[^/\s:]+(:\d+)?/?)?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{0,60}$")]


def other_port(port: int, held: ValidationInfo) -> int:
    """A port that is not the HTTP port, too. Raises ValueError."""
    if port == held.data.get("port"):
        raise ValueError("it is index.port, too; the server wants two")
    return port


@config
class Index:
    """The Weaviate server, and the collections in it."""

    version: str
    """Version of the server that is started here, such as 1.35.2."""

    url: Url
    """Address of a server that runs elsewhere, such as https://weaviate.example:443 (https: TLS); empty: one here."""

    port: Port
    """HTTP port of the server that is started on 127.0.0.1; it must be free."""

    grpc_port: Annotated[Port, AfterValidator(other_port)]
    """gRPC port of the server, here or elsewhere."""

    grpc_host: str
    """Host of the gRPC port of a server elsewhere; empty: that of its url."""

    key: str
    """Environment variable that holds the server's API key; empty: no key is sent."""

    certificate: str
    """File with the certificate of the authority that signed the server's; empty: the public ones."""

    name: Name
    """Name of this build in the server, by which others find its collections; empty: made from the project's folder."""

    shards: Annotated[int, Ge(1)]
    """Shards of a collection, each on one node; more than nodes help only with very large collections."""

    replicas: Annotated[int, Ge(1)]
    """Nodes that hold each shard; with three, one may fail."""

    quantizer: Literal["none", "rotational", "scalar", "product", "binary"]
    """How vectors are compressed in memory; each loses some of the nearest (docs/index.md has figures)."""

    rescore: Annotated[int, Ge(0)]
    """Candidates of a search whose distance is computed again with the full vector; 0: none."""

    training: Annotated[int, Ge(1)]
    """Vectors that scalar and product learn from before they compress."""

    connections: Annotated[int, Ge(4), Le(2047)]
    """HNSW: neighbours that each vector keeps in a layer (the paper's M); more find more and take more memory."""

    construction: Annotated[int, Ge(4)]
    """HNSW: candidates looked at when a vector is put in (efConstruction); more find more and take longer."""

    candidates: Annotated[int, Ge(-1)]
    """HNSW: candidates looked at in a search (ef); more find more and take longer; -1: 100 to 500, by the limit."""

    spare: Annotated[int, Ge(0)]
    """Collections that no build uses any more and that are kept, so that going back to one costs nothing."""
