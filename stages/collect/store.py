"""What came from the network, kept outside the workspace, so that nothing is fetched twice and a fetch can go on.

    $LITMILL_CACHE/sources/ab/<hash of the address>         the body
    $LITMILL_CACHE/sources/ab/<hash of the address>.json    what the server said with it, written last
    $LITMILL_CACHE/sources/ab/<hash of the address>.part    the beginning of a body whose transfer stopped

No artifact: it may be removed at any time, which costs the fetching again. A body that is not what its record says is
fetched again, so what is read here is what the server sent.
"""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stages.core.run.cache import cache_folder


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a server said about an address."""

    url: str
    asked: str  # the value of `refreshed` under which it said so
    status: int
    size: int = 0
    sha256: str = ""
    etag: str = ""
    modified: str = ""
    media_type: str = ""
    licence: str = ""
    following: str = ""  # the address of the next page (Link: rel=next)
    too_large: bool = False  # `size` is then what is known of it, and there is no body


class Store:
    """Bodies and records by address, in one folder."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def body(self, url: str) -> Path:
        """Where the body of an address lies."""
        name = hashlib.sha256(url.encode()).hexdigest()
        return self.home / name[:2] / name

    def find(self, url: str) -> Record | None:
        """What is known of an address; None also where the body is not what the record says."""
        body = self.body(url)
        try:
            record = Record(**json.loads(body.with_suffix(".json").read_bytes()))
            whole = not record.sha256 or sha256(body) == record.sha256
        except (OSError, ValueError, TypeError):
            return None
        return record if whole else None

    def keep(self, record: Record) -> Record:
        """Put down a record; its body, if it has one, is there by now."""
        path = self.body(record.url).with_suffix(".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps(dataclasses.asdict(record)), encoding="utf-8")
        new.replace(path)
        return record

    def forget(self, url: str) -> None:
        """Ask for this address again."""
        self.body(url).with_suffix(".json").unlink(missing_ok=True)


def home() -> Path:
    """The folder for what came from the network, in the cache folder of Litmill."""
    return cache_folder() / "sources"


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process of ours asks the network: servers see one of us, and each body has one writer."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for another process that collects into {home()}", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
