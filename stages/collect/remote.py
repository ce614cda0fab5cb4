"""Folders and archives elsewhere, by any URL that fsspec opens."""

from __future__ import annotations

from urllib.parse import urlsplit

from stages.collect import Remote
from stages.collect.archive import archive_rows
from stages.collect.content import Rows, documents, hidden, origin, taken, too_large
from stages.collect.document import row
from stages.collect.kinds import UNKNOWN, is_archive
from stages.collect.places import Entry, fetch, listed, opened
from stages.collect.web import Web
from stages.core.run.errors import UserError


def remote_rows(remote: Remote, max_bytes: int) -> Rows:
    """Yield (key, row) for each document of each place; its address is the key."""
    if not remote.places:
        raise UserError("corpus.remote.places: names none; put some into params.yaml or conf/corpus/remote.yaml")
    web = Web(remote)
    for place in remote.places:
        if is_archive(_plain(place)):
            yield from _archive(remote, place, web, max_bytes)
        else:
            for entry in listed(place, web):
                if not hidden(entry.name) and taken(entry.name, remote.include, remote.exclude):
                    yield from _entry(place, entry, web, max_bytes)


def _archive(remote: Remote, place: str, web: Web, max_bytes: int) -> Rows:
    def held(name: str) -> tuple[str, dict[str, str | None]]:
        key = f"{_plain(place)}/{name}" if name else _plain(place)
        return key, origin("remote", key, _plain(place))

    def takes(name: str) -> bool:
        return taken(name, remote.include, remote.exclude)

    with opened(place, web) as (file, size):
        yield from archive_rows(file, size, held, takes, max_bytes)


def _entry(place: str, entry: Entry, web: Web, max_bytes: int) -> Rows:
    key = f"{_plain(place).rstrip('/')}/{entry.name}"
    held = origin("remote", key, _plain(place))
    if entry.size > max_bytes:
        yield key, too_large(entry.name, held, entry.size, max_bytes)
        return
    answer = fetch(entry, web, max_bytes)
    if answer.reason:
        yield key, row(UNKNOWN, held, size=answer.record.size, reason=answer.reason, detail=answer.detail)
    else:
        with answer.body.open("rb") as file:
            yield from documents(key, file, answer.record.size, held, max_bytes)


def _plain(url: str) -> str:
    """Without the query, which may be a key of its own."""
    return urlsplit(url)._replace(query="", fragment="").geturl()
