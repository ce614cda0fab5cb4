"""The difference between a collection and what it must hold, written and checked."""

from __future__ import annotations

import re
import time
import uuid
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from stages.core.collection.ledger import Digests, Ledger
from stages.core.collection.objects import Contents, Object, filled
from stages.core.collection.schema import Kind
from stages.core.collection.state import count
from stages.core.run.errors import UserError
from stages.core.run.progress import track

if TYPE_CHECKING:
    from weaviate.collections import Collection

T = TypeVar("T")
BATCH = 256
DIGEST = re.compile(r"[0-9a-f]{64}")
WRITERS = 4  # requests on their way at once
READ = 1000
TIMES_TO_COUNT = 5  # a cluster's nodes may count a moment later


class Refused(UserError):
    """Weaviate did not take or remove objects."""


def write(collection: Collection, kind: Kind, contents: Contents, before: Ledger | None, *, believed: bool) -> Ledger:
    """Make the collection hold `contents`. Returns what it holds then.

    `before` is what it holds already; without it the collection is read, and if it is `believed`, by its digests alone.
    Raises Refused where Weaviate refuses an object, or where it counts others at the end.
    """
    _make_writable(collection)
    ledger = _once(collection, kind, contents, before, believed=believed)
    if not _counts(collection, ledger.count()):
        ledger = _once(collection, kind, contents, None, believed=False)
        if not _counts(collection, ledger.count()):
            raise Refused(
                f"{collection.name}: Weaviate counts {count(collection)} {kind.name}, {ledger.count()} were written; "
                "stop whoever else writes to it and run again"
            )
    return ledger


def _once(collection: Collection, kind: Kind, contents: Contents, before: Ledger | None, *, believed: bool) -> Ledger:
    wanted = contents.fingerprints
    ledger = Ledger(dict(wanted), {key: {} for key in wanted})
    changed = set(wanted)
    if before:
        changed = {key for key, held in wanted.items() if before.fingerprints.get(key) != held}
        ledger.objects |= {key: before.objects[key] for key in wanted.keys() - changed}
        gone = changed | (before.fingerprints.keys() - wanted.keys())
        held = {one: digest for key in gone for one, digest in before.objects.get(key, {}).items()}
    else:
        held = stored(collection, kind, believed=believed)
    _send(collection, kind, _missing(contents, changed, held, ledger))
    written = {one for key in changed for one in ledger.objects[key]}
    _remove(collection, [one for one in held if one not in written])
    return ledger


def stored(collection: Collection, kind: Kind, *, believed: bool) -> Digests:
    """The digest of every object that is there: as it says itself if that is believed, else computed anew."""
    properties = ["digest"] if believed else list(kind.properties)
    found: Digests = {}
    for one in collection.iterator(include_vector=not believed, return_properties=properties, cache_size=READ):
        said = str(one.properties.get("digest") or "")
        if not believed:
            vector = one.vector.get("default")
            again = Object("", one.uuid, filled(one.properties), array("f", vector) if vector else None).digest()
            said = said if said == again else ""
        found[one.uuid.bytes] = bytes.fromhex(said) if DIGEST.fullmatch(said) else b""
    return found


def _missing(
    contents: Contents, changed: set[str], held: Mapping[bytes, bytes], ledger: Ledger
) -> Iterator[tuple[Object, str]]:
    """The objects of documents that changed which are not held, with their digests; all of them go into the ledger."""
    for one in contents.make(changed) if changed else ():
        digest = one.digest()
        of_document = ledger.objects[one.document]
        assert one.id.bytes not in of_document, f"{one.document}: two objects with the id {one.id}"
        of_document[one.id.bytes] = bytes.fromhex(digest)
        if held.get(one.id.bytes) != of_document[one.id.bytes]:
            yield one, digest


def _send(collection: Collection, kind: Kind, objects: Iterable[tuple[Object, str]]) -> None:
    """Insert in batches, a few on their way at once; what is made meanwhile waits in memory, not in the server."""
    waiting: deque[Future[None]] = deque()
    shown = track(objects, total=0, what=f"index {kind.name}", unit="objects")
    with ThreadPoolExecutor(WRITERS) as pool:
        try:
            for some in _batches(shown, BATCH):
                waiting.append(pool.submit(_insert, collection, some))
                while len(waiting) > WRITERS:
                    waiting.popleft().result()
            while waiting:
                waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def _insert(collection: Collection, some: list[tuple[Object, str]]) -> None:
    from weaviate.classes.data import DataObject
    from weaviate.exceptions import WeaviateInsertManyAllFailedError

    rows = [
        DataObject(uuid=one.id, properties={**one.properties, "digest": digest}, vector=one.vector)
        for one, digest in some
    ]
    try:
        result = collection.data.insert_many(rows)
    except WeaviateInsertManyAllFailedError as error:
        message = " ".join(str(error).split())
        raise Refused(f"Weaviate refused {len(rows)} objects: {message[:300]}{_advice(message)}") from error
    if result.has_errors:
        message = " ".join(str(next(iter(result.errors.values())).message).split())
        raise Refused(
            f"Weaviate refused {len(result.errors)} of {len(rows)} objects: {message[:300]}{_advice(message)}"
        )


def _advice(message: str) -> str:
    full = any(sign in message for sign in ("read-only", "readonly", "no space left"))
    return "; its disk is full: free some (LITMILL_CACHE may name a folder elsewhere) and run again" if full else ""


def _remove(collection: Collection, keys: list[bytes]) -> None:
    from weaviate.classes.query import Filter

    for some in _batches(keys, BATCH):
        result = collection.data.delete_many(where=Filter.by_id().contains_any([uuid.UUID(bytes=key) for key in some]))
        if result.failed:
            raise Refused(f"Weaviate did not remove {result.failed} of {len(some)} objects; run again")


def _make_writable(collection: Collection) -> None:
    """Shards that a full disk made read-only stay so until somebody says that there is room again."""
    for shard in collection.config.get_shards():
        if shard.status == "READONLY":
            collection.config.update_shards("READY", shard.name)


def _counts(collection: Collection, wanted: int) -> bool:
    for _ in range(TIMES_TO_COUNT):
        if count(collection) == wanted:
            return True
        time.sleep(0.2)
    return False


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while some := list(islice(source, size)):
        yield some
