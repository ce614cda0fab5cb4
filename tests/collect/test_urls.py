"""A list of URLs: politely, never twice for the same, and every one ends in a row or in one clear line."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stages.collect import Urls
from stages.core.run.errors import UserError
from stages.core.table import shard_files
from tests.collect.conftest import NETWORK, Collect
from tests.collect.servers import Asked, Page, Server

MARKDOWN = {"Content-Type": "text/markdown; charset=utf-8"}


@pytest.fixture
def urls(server: Server) -> Callable[..., Urls]:
    return lambda *paths, **changes: Urls(**{**NETWORK, **changes, "addresses": [f"{server.url}{p}" for p in paths]})


def reasons(rows: dict[str, dict[str, Any]]) -> dict[str, str | None]:
    return {key.partition("/")[2].partition("/")[2].partition("/")[2]: row["reason"] for key, row in rows.items()}


def test_documents_with_kind_origin_and_licence(server: Server, urls: Any, collect: Collect) -> None:
    server.pages["/a"] = Page(
        b"# RoPE\n\nIt rotates.", headers={**MARKDOWN, "Link": '<https://l.org/by>; rel="license"'}
    )
    server.pages["/b"] = Page(b'<html><a rel="license" href="https://l.org/sa">x</a><p>y')
    server.pages["/c.pdf"] = Page(b"%PDF-1.7 x", headers={"Content-Type": "application/octet-stream"})
    rows = collect(urls=urls("/a", "/b", "/c.pdf"))
    kinds = {key.removeprefix(server.url): (row["kind"], row["licence"]) for key, row in rows.items()}
    assert kinds == {
        "/a": ("markdown", "https://l.org/by"),
        "/b": ("html", "https://l.org/sa"),
        "/c.pdf": ("pdf", None),
    }
    assert rows[f"{server.url}/a"]["raw"] == b"# RoPE\n\nIt rotates."
    assert rows[f"{server.url}/a"]["origin"]["source"] == "urls"
    assert server.asked[-1].headers["User-Agent"] == "litmill-test"


def test_a_second_collect_asks_nothing_and_a_refreshed_one_fetches_nothing(
    server: Server, urls: Any, collect: Collect
) -> None:
    server.pages |= {"/a.md": Page(b"# A"), "/b.md": Page(b"# B")}
    first = collect(urls=urls("/a.md", "/b.md", "/gone.md"))
    server.forget()
    assert collect(urls=urls("/a.md", "/b.md", "/gone.md")) == first
    assert server.paths() == []
    assert collect(urls=urls("/a.md", "/b.md", "/gone.md", refreshed="2026-11-24")) == first
    assert server.paths(304) == ["/a.md", "/b.md"]
    assert server.paths(200) == []
    server.pages["/a.md"] = Page(b"# A, again")
    server.forget()
    changed = collect(urls=urls("/a.md", "/b.md", refreshed="2026-11-25"))
    assert changed[f"{server.url}/a.md"]["raw"] == b"# A, again"
    assert (server.paths(200), server.paths(304)) == (["/a.md"], ["/b.md"])


def test_bytes_do_not_depend_on_the_cache(server: Server, urls: Any, collect: Any, cache: Path) -> None:
    server.pages |= {f"/{n}.md": Page(b"# Note %d" % n) for n in range(5)}
    wanted = urls(*(f"/{n}.md" for n in range(5)))

    def shards() -> list[bytes]:
        collect(urls=wanted)
        return [path.read_bytes() for path in shard_files(collect.path)]

    clean = shards()
    assert shards() == clean
    for body in list(cache.rglob("*"))[::2]:
        if body.is_file():
            body.write_bytes(b"damaged")
    assert shards() == clean


def test_robots_txt_is_respected(server: Server, urls: Any, collect: Collect) -> None:
    rules = b"User-agent: *\nDisallow: /private/\n\nUser-agent: litmill-test\nDisallow: /no/\nDisallow: /*.doc$\n"
    server.pages["/robots.txt"] = Page(rules)
    server.pages |= {path: Page(b"# x") for path in ("/private/a.md", "/no/a.md", "/x.doc", "/yes.md")}
    server.pages["/away"] = Page(status=302, headers={"Location": "/no/a.md"})
    rows = collect(urls=urls("/private/a.md", "/no/a.md", "/x.doc", "/yes.md", "/away"))
    forbidden = "forbidden by robots.txt"
    assert reasons(rows) == {
        "private/a.md": None, "no/a.md": forbidden, "x.doc": forbidden, "yes.md": None, "away": forbidden,
    }  # fmt: skip
    assert not {"/no/a.md", "/x.doc"} & set(server.paths())
    assert server.paths().count("/robots.txt") == 1


def test_a_busy_server_is_waited_for(server: Server, urls: Any, collect: Collect) -> None:
    server.pages["/a.md"] = [Page(status=429, headers={"Retry-After": "1"}), Page(status=503), Page(b"# A")]
    rows = collect(urls=urls("/a.md"))
    assert rows[f"{server.url}/a.md"]["raw"] == b"# A"
    assert [held.status for held in server.asked if held.path == "/a.md"] == [429, 503, 200]


def test_a_long_wait_is_announced_and_cut(
    server: Server, urls: Any, collect: Collect, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.setattr("stages.collect.session.LONG", 1)
    server.pages["/a.md"] = [Page(status=503, headers={"Retry-After": "86400"}), Page(b"# A")]
    assert collect(urls=urls("/a.md", longest_wait=1))[f"{server.url}/a.md"]["raw"] == b"# A"
    assert "asks us to wait 1 s (HTTP 503)" in capsys.readouterr().err


def test_a_server_that_is_always_busy_ends_in_one_line(server: Server, urls: Any, collect: Collect) -> None:
    server.pages["/a.md"] = Page(status=429)
    with pytest.raises(UserError, match=r"/a\.md: .*ask too often.*run again later") as refused:
        collect(urls=urls("/a.md"))
    assert "\n" not in str(refused.value)


def test_one_document_that_cannot_be_had_is_a_row(server: Server, urls: Any, collect: Any) -> None:
    server.pages |= {"/a.md": Page(b"# A"), "/secret": Page(status=403), "/broken": Page(status=500)}
    server.pages["/ring"] = Page(status=301, headers={"Location": "/ring"})
    server.pages["/elsewhere"] = Page(status=301, headers={"Location": "file:///etc/passwd"})
    server.pages["/badly"] = Page(status=301, headers={"Location": "http://[bad/"})
    server.pages["/same"] = Page(status=304)
    server.pages["/piece"] = Page(b"x", status=206, headers={"Content-Range": "bytes 5-5/9"})
    server.pages["/large.md"] = Page(b"x" * 200_000)
    rows = collect(
        urls=urls(
            "/badly", "/same", "/piece", "/secret", "/broken", "/ring", "/elsewhere", "/large.md", "/missing", "/a.md"
        )
    )
    assert reasons(rows) == {
        "badly": "unreachable", "same": "refused by the server", "piece": "unreachable",
        "secret": "refused by the server", "broken": "unreachable", "ring": "unreachable", "elsewhere": "unreachable",
        "large.md": "too large", "missing": "not found", "a.md": None,
    }  # fmt: skip
    assert rows[f"{server.url}/large.md"]["bytes"] == 200_000
    assert collect.metrics["not_taken"]["unreachable"] == 5


def test_a_source_that_is_down_ends_in_one_line(collect: Collect) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    wanted = Urls(**{**NETWORK, "addresses": [f"{address}/{n}.md" for n in range(5)]})
    with pytest.raises(UserError, match=rf"^{address}/.*: 127.*cannot be reached.*is kept: run again later") as refused:
        collect(urls=wanted)
    assert "0x" not in str(refused.value)


def test_a_server_that_dies_halfway_is_continued_not_begun_anew(server: Server, urls: Any, collect: Collect) -> None:
    paths = [f"/{n}.md" for n in range(8)]

    def dying(asked: Asked) -> Page:
        server.alive = len(set(server.paths())) < 5
        return Page(b"# " + asked.path.encode())

    server.pages |= {path: dying for path in paths}
    with pytest.raises(UserError, match="cannot be reached"):
        collect(urls=urls(*paths))
    server.alive = True
    server.pages |= {path: Page(b"# " + path.encode()) for path in paths}
    served = set(server.paths(200))
    server.forget()
    rows = collect(urls=urls(*paths))
    assert len(rows) == 8 and not any(row["reason"] for row in rows.values())
    assert served and set(server.paths()) == {*paths} - served


def test_a_transfer_that_stops_goes_on_where_it_stopped(server: Server, urls: Any, collect: Collect) -> None:
    body = b"".join(b"%06d\n" % n for n in range(10_000))
    server.pages["/a.md"] = Page(body, cut=40_000)
    server.pages["/untagged.md"] = Page(body, cut=40_000, tagged=False)
    rows = collect(urls=urls("/a.md", "/untagged.md"))
    assert [row["raw"] == body for row in rows.values()] == [True, True]
    resumed = [held for held in server.asked if held.status == 206]
    assert [held.path for held in resumed] == ["/a.md"]
    assert 0 < int(resumed[0].headers["Range"].removeprefix("bytes=").removesuffix("-")) <= 40_000


def test_a_document_that_changed_while_its_transfer_stopped_is_begun_anew(
    server: Server, urls: Any, collect: Collect
) -> None:
    server.pages["/a.md"] = Page(b"a" * 50_000, cut=20_000)
    collect(urls=urls("/a.md", retries=0))
    server.pages["/a.md"] = Page(b"b" * 50_000)
    assert collect(urls=urls("/a.md"))[f"{server.url}/a.md"]["raw"] == b"b" * 50_000


def test_a_larger_limit_fetches_what_was_too_large(server: Server, urls: Any, collect: Collect) -> None:
    server.pages["/a.md"] = Page(b"x" * 5000)
    key = f"{server.url}/a.md"
    assert collect(urls=urls("/a.md"), max_bytes=1000)[key]["reason"] == "too large"
    assert collect(urls=urls("/a.md"), max_bytes=9000)[key]["raw"] == b"x" * 5000
    assert collect(urls=urls("/a.md"), max_bytes=1000)[key]["reason"] == "too large"


@pytest.mark.parametrize(
    "address", ["https://me:secret@example.org/a", "http://[bad/a", "ftp://example.org/a", "notes/a.md"]
)
def test_an_address_that_is_refused(address: str, collect: Collect) -> None:
    with pytest.raises(UserError) as refused:
        collect(urls=Urls(**{**NETWORK, "addresses": [address]}))
    assert "secret" not in str(refused.value)
