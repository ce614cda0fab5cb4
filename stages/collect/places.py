"""Files elsewhere, by any URL that fsspec opens: listed, and brought into the cache as they are needed.

http and https go through our own client (robots.txt, rates, ETags, transfers that go on), other schemes through fsspec.
What a listing said is kept while `refreshed` is the same, a file while its listing says that it is the same. Files on
this machine (file://) are read where they lie.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from stages.collect.store import Record, sha256
from stages.collect.web import ADVICE, Answer, Web, check_address
from stages.core.run.errors import UserError

T = TypeVar("T")
WEB = ("http", "https")
LOCAL = ("file", "local")
STATES = (
    "ETag",
    "etag",
    "md5Hash",
    "checksum",
    "generation",
    "mtime",
    "LastModified",
    "last_modified",
    "updated",
    "created",
)


@dataclass(frozen=True)
class Entry:
    """A file below a place: its name there, its address, its size (-1: not known), and what changes when it does."""

    name: str
    url: str
    size: int
    state: str


def scheme(url: str) -> str:
    """The scheme of a URL. Raises UserError where there is none, or where one is chained to another."""
    check_address(url)
    if "://" not in url or "::" in url:
        raise UserError(f"{url!r} is no URL; write such as s3://bucket/papers, and a folder of yours as `documents:`")
    return url.partition("://")[0]


def listed(place: str, web: Web) -> list[Entry]:
    """The files below a place, by name."""
    if scheme(place) in WEB:
        return sorted(_pages(place.rstrip("/") + "/", web), key=lambda entry: entry.name)
    address = f"list of {place}"
    held = web.store.find(address)
    if held is None or held.asked != web.network.refreshed or scheme(place) in LOCAL:
        entries = sorted(_repeated(place, web, lambda: _found(place)), key=lambda entry: entry.name)
        text = json.dumps([dataclasses.astuple(entry) for entry in entries])
        keep(web, Record(url=address, asked=web.network.refreshed, status=200), lambda into: into.write(text.encode()))
    return [Entry(*held) for held in json.loads(web.store.body(address).read_bytes())]


def fetch(entry: Entry, web: Web, limit: int | None) -> Answer:
    """A file of a listing, from the cache where it did not change."""
    if scheme(entry.url) in WEB:
        return web.get(entry.url, limit=limit, robots=True)
    if scheme(entry.url) in LOCAL:
        return Answer(Record(url=entry.url, asked="", status=200, size=entry.size), Path(_filesystem(entry.url)[1]))
    held = web.store.find(entry.url)
    if held is None or held.etag != entry.state:
        try:
            _repeated(entry.url, web, lambda: _fetched(entry, web))
        except FileNotFoundError:
            return Answer(Record(url=entry.url, asked="", status=404), Path(), "not found", "it was listed")
        except PermissionError:
            return Answer(Record(url=entry.url, asked="", status=403), Path(), "refused by the server", "no permission")
        held = web.store.find(entry.url)
    assert held, entry.url
    return Answer(held, web.store.body(entry.url))


@contextmanager
def opened(url: str, web: Web) -> Iterator[tuple[IO[bytes], int]]:
    """One file by its URL, and its size. Raises UserError where it cannot be had."""
    if scheme(url) in WEB:
        answer = web.get(url, robots=True)
    else:
        answer = fetch(_repeated(url, web, lambda: _one(url)), web, None)
    if answer.reason:
        raise UserError(f"{url}: {answer.reason} ({answer.detail}); check the address, or run again later")
    with answer.body.open("rb") as file:
        yield file, answer.body.stat().st_size


def keep(web: Web, record: Record, write: Callable[[IO[bytes]], Any]) -> None:
    """Put a body into the cache, and its record after it."""
    body = web.store.body(record.url)
    body.parent.mkdir(parents=True, exist_ok=True)
    part = body.with_suffix(".new")
    with part.open("wb") as into:
        write(into)
    part.replace(body)
    web.store.keep(dataclasses.replace(record, size=body.stat().st_size, sha256=sha256(body)))


def _found(place: str) -> list[Entry]:
    files, root = _filesystem(place)
    files.invalidate_cache()  # fsspec keeps listings of its own while the process lives
    if not files.isdir(root):
        raise UserError(f"{place}: no folder there; check corpus.remote.places")
    found = files.find(root, detail=True)
    prefix = root.rstrip("/") + "/"
    return [
        Entry(path.removeprefix(prefix), files.unstrip_protocol(path), int(info.get("size") or 0), _state(info))
        for path, info in found.items()
    ]


def _one(url: str) -> Entry:
    files, path = _filesystem(url)
    try:
        info = files.info(path)
    except FileNotFoundError:
        raise UserError(f"{url}: no file there; check the address") from None
    return Entry(path.rpartition("/")[2], url, int(info.get("size") or 0), _state(info))


def _state(info: dict[str, Any]) -> str:
    """What tells two states of a file apart, as far as its storage does."""
    facts = [str(info.get("size"))] + [f"{key} {info[key]}" for key in STATES if key in info]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _fetched(entry: Entry, web: Web) -> None:
    files, path = _filesystem(entry.url)
    record = Record(url=entry.url, asked=web.network.refreshed, status=200, etag=entry.state)
    with files.open(path, "rb") as file:
        keep(web, record, lambda into: shutil.copyfileobj(file, into, 1 << 20))


def _filesystem(url: str) -> tuple[Any, str]:
    import fsspec

    try:
        return fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UserError(f"{url}: {' '.join(str(error).split())}") from None


def _repeated(url: str, web: Web, work: Callable[[], T]) -> T:
    """What `work` gives, tried again after a failure of the network."""
    for attempt in range(web.network.retries + 1):
        time.sleep(min(attempt * 2**attempt * web.network.seconds_between, web.network.longest_wait))
        try:
            return work()
        except (UserError, FileNotFoundError, PermissionError):
            raise
        except Exception as error:  # each storage has errors of its own, without a common base
            said = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    raise UserError(f"{url}: cannot be read ({said}); {ADVICE}")


def _pages(folder: str, web: Web) -> Iterator[Entry]:
    """The files that the pages of a folder on a web server link to, folders in it included."""
    waiting, seen = [folder], {folder}
    while waiting:
        answer = web.get(waiting.pop(), robots=True)
        if answer.reason:
            raise UserError(f"{answer.record.url}: {answer.reason} ({answer.detail}); check corpus.remote.places")
        for url in _links(answer):
            if url.startswith(folder) and not urlsplit(url).query and url not in seen:
                seen.add(url)
                if url.endswith("/"):
                    waiting.append(url)
                else:
                    yield Entry(unquote(url.removeprefix(folder)), url, -1, "")


def _links(answer: Answer) -> list[str]:
    from lxml import etree, html

    try:
        links = html.document_fromstring(answer.raw()).xpath("//a/@href")
    except (etree.LxmlError, ValueError):
        return []
    return [urldefrag(urljoin(answer.record.url, str(link)))[0] for link in links]
