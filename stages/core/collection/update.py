"""Bring the index up to date with its sources, or open it as it was left."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages.core.collection import ledger as ledgers
from stages.core.collection.objects import contents
from stages.core.collection.place import Place
from stages.core.collection.schema import CHUNKS, FIGURES, KINDS, Kind, schema, schema_digest
from stages.core.collection.sources import Sources
from stages.core.collection.state import State, holds, newest, write_state
from stages.core.collection.write import write
from stages.core.run.errors import UserError
from stages.core.weaviate import Index, serve

if TYPE_CHECKING:
    from weaviate import WeaviateClient
    from weaviate.collections import Collection


@dataclass(frozen=True)
class Opened:
    """The collections of a build, under names that stay the same when another collection takes the place of one."""

    client: WeaviateClient
    chunks: Collection
    figures: Collection


@contextmanager
def open_index(index: Index, sources: Sources, record: Path) -> Iterator[Opened]:
    """The index that `record` (index.json) states, checked against the server, and repaired from `sources`.

    Raises UserError where `record` is not of these sources, and Lost where the server fails meanwhile.
    """
    stated = json.loads(record.read_text(encoding="utf-8"))
    with serve(index) as client:
        places = {kind: Place(client, kind, index) for kind in KINDS}
        stands = all(_stands(place, stated[kind.name]) for kind, place in places.items())
        if not stands and bring_up_to_date(client, index, sources) != stated:
            raise UserError(f"{record}: it is not of these tables; run `dvc repro index`")
        yield Opened(client, *(client.collections.get(places[kind].alias) for kind in (CHUNKS, FIGURES)))


def bring_up_to_date(client: WeaviateClient, index: Index, sources: Sources) -> dict[str, Any]:
    """Write the difference between `sources` and the collections. Returns what index.json holds.

    Raises UserError where Weaviate refuses an object or holds others at the end.
    """
    return {kind.name: _bring(Place(client, kind, index), kind, index, sources) for kind in KINDS}


def _stands(place: Place, stated: dict[str, Any]) -> bool:
    """Whether our alias points to a collection that says what index.json states, and that this holds."""
    name = place.current()
    state = place.states().get(name or "")
    return bool(name and state and state.root == stated["root"] and holds(place.collection(name), state))


def _bring(place: Place, kind: Kind, index: Index, sources: Sources) -> dict[str, Any]:
    held = contents(kind, sources)
    name = place.find(held.root())
    if name:
        state = place.states()[name]
    else:
        name, before = place.take(held.fingerprints)
        collection = place.collection(name)
        believed = holds(collection, before)
        known = ledgers.load(name, before.root) if believed else None
        ledger = write(collection, kind, held, known, believed=believed)
        last = newest(collection)
        state = State(schema_digest(kind, index), time.time(), ledger.count(), held.root(), ledger.root(), last)
        ledgers.save(name, ledger)
        write_state(collection, state)
        place.point(name)
    place.prune()
    return {"count": state.count, "root": state.root, "schema": schema(kind, index)}
