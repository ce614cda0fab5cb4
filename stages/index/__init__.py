"""Index: the chunks put into Weaviate, and a record of what must be there.

    dvc repro index        or alone: python -m stages.index

reads   build/chunks/
writes  build/index.json (schema, count, root hash and name of the collection), and the collection itself

The server's data is no artifact: it lies in a cache folder outside the workspace, and whoever opens the index checks it
against index.json. Only the difference between the chunks and the collection is written.
"""

from __future__ import annotations

from stages.core.run.config import config
from stages.core.weaviate import Index

LIBRARIES = ()


@config
class Config:
    index: Index
    """Where Weaviate runs, and how it indexes."""
