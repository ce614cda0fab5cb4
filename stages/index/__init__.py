"""Index: chunks and figures put into Weaviate, and a record of what must be there.

    dvc repro index        or alone: python -m stages.index

reads   build/chunks/, build/figures/, and of their documents build/elements/ (licence), build/facts/ (models),
        build/knowledge/ (task) and build/duplicates.parquet (who is left out)
writes  build/index.json (for chunks and figures: schema, count, root hash), and the collections themselves

The server's data is no artifact: it lies in a cache folder outside the workspace, or on a server elsewhere, and whoever
opens the index checks it against index.json. Only the difference between the tables and a collection is written.
"""

from __future__ import annotations

from stages.core.run.config import config
from stages.core.weaviate import Index

LIBRARIES = ()


@config
class Config:
    index: Index
    """Where Weaviate runs, and how it indexes."""
