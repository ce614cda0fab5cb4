"""What a collection says of itself, in its description on the server, and whether that still holds.

A collection that is being written to says so, and nothing else. When it is complete it says how many objects it has,
the root hashes of what they were made from and of what they are, and the time of its last write by the server's clock.
An object that somebody else wrote since is younger; one that they removed is missing in the count; and a node of a
cluster that was away has none of that time. So a few requests find any change, however large the collection is.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weaviate import WeaviateClient
    from weaviate.collections import Collection

PREFIX = "Litmill_"


@dataclass(frozen=True)
class State:
    """A collection's own word. `source` and `root` are empty while it is being written to."""

    schema: str
    """Digest of its schema."""
    made: float
    """When it was made or last written to, seconds since 1970 by the clock of who wrote."""
    count: int = 0
    source: str = ""
    """Root hash of the documents and of what their objects are made from."""
    root: str = ""
    """Root hash of ids and digests of all objects."""
    last: str = ""
    """When the youngest object was written, by the server's clock; empty where there is none."""


def read_state(description: str | None) -> State | None:
    """What a description says, if it is that of a collection of ours."""
    try:
        held = json.loads(description or "")
        return State(**held["litmill"])
    except (ValueError, TypeError, KeyError):
        return None


def describe(state: State) -> str:
    """The description that says it."""
    return json.dumps({"litmill": asdict(state)}, sort_keys=True)


def write_state(collection: Collection, state: State) -> None:
    collection.config.update(description=describe(state))


def all_states(client: WeaviateClient, kind: str) -> dict[str, State]:
    """The collections of ours of this kind, by name."""
    found = {}
    for name, held in client.collections.list_all(simple=True).items():
        state = read_state(held.description) if name.startswith(f"{PREFIX}{kind}_") else None
        if state:
            found[name] = state
    return found


def holds(collection: Collection, state: State) -> bool:
    """Whether the collection is complete and as it was when it said so, also on a node that was away meanwhile."""
    return bool(state.root) and count(collection) == state.count and _last_is(collection, state.last)


def count(collection: Collection) -> int:
    return int(collection.aggregate.over_all(total_count=True).total_count or 0)


def newest(collection: Collection) -> str:
    """When the youngest object was written, by the server's clock; empty where there is none.

    All are sorted: with a filter, Weaviate sorts only the first that it finds, as many as are asked for.
    """
    from weaviate.classes.query import MetadataQuery, Sort

    found = collection.query.fetch_objects(
        sort=Sort.by_update_time(ascending=False),
        limit=1,
        return_properties=[],
        return_metadata=MetadataQuery(last_update_time=True),
    )
    written = found.objects[0].metadata.last_update_time if found.objects else None
    return written.isoformat() if written else ""


def _last_is(collection: Collection, last: str) -> bool:
    """Whether an object was written at that time, and none after it (empty: none at all)."""
    from weaviate.classes.query import Filter

    if not last:
        return not collection.query.fetch_objects(limit=1, return_properties=[]).objects
    time, by = datetime.fromisoformat(last), Filter.by_update_time()
    after, then = (
        collection.query.fetch_objects(filters=one, limit=1, return_properties=[]).objects
        for one in (by.greater_than(time), by.equal(time))
    )
    return bool(then) and not after
