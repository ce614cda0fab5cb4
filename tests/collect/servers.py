"""A server on loopback that a test gives its pages to, and that counts what it is asked for."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Page:
    """What is served: a body with its headers, and whether a change is told by an ETag."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    tagged: bool = True
    cut: int | None = None  # bytes after which the connection is lost, once
    held: int | None = None  # bytes after which the server waits for `Server.release`


@dataclass
class Asked:
    """One request and its answer."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    status: int


Route = Page | Callable[[Asked], Page] | list[Page]


class Server:
    """`pages` maps a path to a page, to a function that makes one, or to a list of pages, one after the other."""

    def __init__(self) -> None:
        self.pages: dict[str, Route] = {}
        self.asked: list[Asked] = []
        self.alive = True
        self.release = threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}"

    def paths(self, *statuses: int) -> list[str]:
        """The paths asked for (and answered with one of `statuses`) since the last `forget`."""
        return [held.path for held in self.asked if not statuses or held.status in statuses]

    def forget(self) -> None:
        self.asked.clear()

    def answer(self, asked: Asked) -> Page:
        route = self.pages.get(asked.path, Page(b"nothing here", 404))
        if isinstance(route, list):
            return route.pop(0) if len(route) > 1 else route[0]
        return route if isinstance(route, Page) else route(asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not server.alive:
                    self.close_connection = True
                    return
                parts = urlsplit(self.path)
                asked = Asked(parts.path, parse_qs(parts.query), dict(self.headers), 0)
                page = server.answer(asked)
                status, headers, body, cut = respond(page, asked.headers)
                asked.status = status
                server.asked.append(asked)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if page.held and not server.release.is_set():
                    self.wfile.write(body[: page.held])
                    server.release.wait(60)
                    cut = 0
                self.wfile.write(body[:cut])
                self.close_connection = cut is not None

            def log_message(self, *_: object) -> None: ...

        return Handler


def respond(page: Page, asked: dict[str, str]) -> tuple[int, dict[str, str], bytes, int | None]:
    """Status, headers and body, as a server gives them that knows ETags and ranges."""
    etag = f'"{hashlib.md5(page.body).hexdigest()}"'
    headers = {"ETag": etag, **page.headers} if page.tagged and page.status == 200 else page.headers
    if page.status != 200:
        return page.status, headers, page.body, None
    if page.tagged and asked.get("If-None-Match") == etag:
        return 304, headers, b"", None
    start = asked.get("Range", "").removeprefix("bytes=").removesuffix("-")
    if page.tagged and start and asked.get("If-Range") == etag:
        total = len(page.body)
        return 206, {**headers, "Content-Range": f"bytes {start}-{total - 1}/{total}"}, page.body[int(start) :], None
    cut, page.cut = page.cut, None
    return 200, headers, page.body, cut


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()
