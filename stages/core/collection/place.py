"""Which collection is ours, on a server that others use, too.

A collection of one kind has a name of its own that nobody needs to know. A build finds its collection by an alias that
is named after its workspace, and by what the collection states: one with the wanted contents serves all builds that
want them, so experiments that share their chunks share the collection. A collection that another alias points to is
never written to. What is built beside the old one is claimed by a second alias, `..._next`, under which a killed run
is found again; when it is complete the first alias is moved to it, in one request.

Two builds that reach for one collection at once cannot both have it: who wants to write marks the collection and then
looks at its aliases, who wants to read points an alias at it and then looks at the mark.
"""

from __future__ import annotations

import hashlib
import json
import socket
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from stages.core.collection import ledger as ledgers
from stages.core.collection.schema import Kind, create, schema_digest
from stages.core.collection.state import PREFIX, State, all_states, describe, holds, write_state
from stages.core.weaviate import Index
from stages.core.weaviate.shared import server_home

if TYPE_CHECKING:
    from weaviate import WeaviateClient
    from weaviate.collections import Collection

LIKE = 0.5  # share of documents from which a collection is worth changing; below, one is built beside it
SECONDS_TO_SPARE = 600  # a collection without an alias may be about to get one


class Place:
    """The collections of one kind on a server, as one build sees them."""

    def __init__(self, client: WeaviateClient, kind: Kind, index: Index) -> None:
        self._client, self._kind, self._index = client, kind, index
        self._schema = schema_digest(kind, index)
        self.alias = alias_name(kind, index)
        self._next = f"{self.alias}_next"

    def current(self) -> str | None:
        """The collection that our alias points to."""
        held = self._client.alias.get(alias_name=self.alias)
        return held.collection if held else None

    def states(self) -> dict[str, State]:
        """The collections with our schema, ours first."""
        current = self.current()
        held = {name: s for name, s in all_states(self._client, self._kind.name).items() if s.schema == self._schema}
        return dict(sorted(held.items(), key=lambda pair: (pair[0] != current, -pair[1].made, pair[0])))

    def collection(self, name: str) -> Collection:
        return self._client.collections.get(name)

    def find(self, source: str) -> str | None:
        """A collection that is complete and made from `source`, with our alias on it."""
        for name, state in self.states().items():
            if state.source == source and holds(self.collection(name), state):
                self.point(name)
                if self.states().get(name) == state:  # nobody marked it before our alias was there
                    return name
        return None

    def take(self, wanted: Mapping[str, str]) -> tuple[str, State]:
        """A collection to write to, which is ours alone and marked, and what it said before."""
        for name, state in self._candidates(wanted):
            mark = State(self._schema, time.time())
            if self.current() != name:
                self._set(self._next, name)
            write_state(self.collection(name), mark)
            if self._users(name) <= {self.alias, self._next}:
                return name, state
            write_state(self.collection(name), state)
        state = State(self._schema, time.time())
        name = f"{PREFIX}{self._kind.name}_{self._schema}_{uuid.uuid4().hex[:8]}"
        create(self._client, name, self._kind, self._index, describe(state))
        self._set(self._next, name)
        return name, state

    def point(self, name: str) -> None:
        """Move our alias to a collection."""
        _note_workspace(self._index)
        self._set(self.alias, name)
        self._client.alias.delete(alias_name=self._next)

    def prune(self) -> None:
        """Remove the collections that no alias points to, but for the newest `spare` and those that just came."""
        for alias in _of_gone_workspaces(self._kind):
            self._client.alias.delete(alias_name=alias)
        used = {held.collection for held in self._client.alias.list_all().values()}
        unused = {name: s for name, s in all_states(self._client, self._kind.name).items() if name not in used}
        newest = sorted(unused, key=lambda name: (bool(unused[name].root), unused[name].made), reverse=True)
        for name in newest[self._index.spare :]:
            if unused[name].made < time.time() - SECONDS_TO_SPARE:
                self._client.collections.delete(name)
                ledgers.forget(name)

    def _candidates(self, wanted: Mapping[str, str]) -> list[tuple[str, State]]:
        """Collections that nobody else uses and that are like `wanted`, the best first."""
        aliases = self._client.alias.list_all()
        ours = [aliases[name].collection for name in (self._next, self.alias) if name in aliases]
        used = {held.collection for name, held in aliases.items() if name not in (self.alias, self._next)}
        found = []
        for name, state in self.states().items():
            ledger = ledgers.load(name, state.root)
            like = ledger.overlap(wanted) if ledger else float(name in ours)
            if name not in used and like >= LIKE:
                found.append((like, name in ours, name, state))
        return [(name, state) for _, _, name, state in sorted(found, key=lambda held: held[:3], reverse=True)]

    def _users(self, name: str) -> set[str]:
        return {alias for alias, held in self._client.alias.list_all().items() if held.collection == name}

    def _set(self, alias: str, name: str) -> None:
        held = self._client.alias.get(alias_name=alias)
        if held is None:
            self._client.alias.create(alias_name=alias, target_collection=name)
        elif held.collection != name:
            self._client.alias.update(alias_name=alias, new_target_collection=name)


def alias_name(kind: Kind, index: Index) -> str:
    """By which name others find this build's collection: `index.name`, else one made from workspace and machine."""
    return f"{PREFIX}{kind.name}_{_tag(index)}"


def _tag(index: Index) -> str:
    return index.name or hashlib.sha256(f"{socket.gethostname()}\0{Path.cwd()}".encode()).hexdigest()[:10]


def _note_workspace(index: Index) -> None:
    """Remember which folder an alias belongs to, so that it can go when the folder has gone."""
    path = server_home() / "workspaces" / f"{_tag(index)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"folder": str(Path.cwd()), "named": bool(index.name)}), encoding="utf-8")


def _of_gone_workspaces(kind: Kind) -> list[str]:
    """Aliases of folders that are not there any more; one with a name of its own is never taken for gone."""
    gone = []
    for path in sorted((server_home() / "workspaces").glob("*.json")):
        with suppress(OSError, ValueError, KeyError):
            held = json.loads(path.read_text(encoding="utf-8"))
            if not held["named"] and not Path(held["folder"]).is_dir():
                gone += [f"{PREFIX}{kind.name}_{path.stem}", f"{PREFIX}{kind.name}_{path.stem}_next"]
    return gone
