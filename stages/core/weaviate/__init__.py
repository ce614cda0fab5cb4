"""The Weaviate server that holds the index: one that Litmill starts and stops, or one that runs elsewhere.

with serve(config.index) as client: ...

settings.py   what conf/index/ says of it
serve.py      a client of whichever server was chosen; a lost connection becomes one line
remote.py     a server or cluster by its address: key, TLS, version
shared.py     the server on this machine: the first who needs it starts it, the last one stops it
process.py    its process: environment, ports, start, stop, last words
"""

from stages.core.weaviate.process import binary
from stages.core.weaviate.serve import Lost, serve
from stages.core.weaviate.settings import Index

__all__ = ["Index", "Lost", "binary", "serve"]
