"""The index of a build: a collection of chunks and one of figures in Weaviate, kept equal to what the tables say.

    sources = Sources.of(Path("build"))
    with open_index(config.index, sources, Path("build/index.json")) as opened:
        on_position = Filter.by_property("task").equal("position")
        opened.chunks.query.hybrid("rotary embeddings", vector=vector, filters=on_position)

The server's data is no artifact: index.json is, and says how many objects there must be and the root hash over all
their ids and digests. Opening compares it with the server in a few requests and repairs what is missing or foreign.

    schema.py     the properties of both kinds of object, and a collection that has them
    sources.py    the tables that objects are made from, and what each document adds to its objects
    objects.py    objects of the documents that are asked for
    state.py      what a collection says of itself, and whether it still holds
    ledger.py     what was written of each document, so that a change costs one document
    place.py      which collection is ours: aliases, and the removal of those that no build uses
    write.py      the difference, written and checked
    update.py     all of it, in order
"""

from stages.core.collection.schema import CHUNKS, FIGURES
from stages.core.collection.sources import Sources
from stages.core.collection.update import Opened, bring_up_to_date, open_index

__all__ = ["CHUNKS", "FIGURES", "Opened", "Sources", "bring_up_to_date", "open_index"]
