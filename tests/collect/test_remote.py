"""Folders and archives elsewhere, by URLs that fsspec opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from stages.collect import Remote
from stages.core.run.errors import UserError
from tests.collect.conftest import NETWORK, Collect
from tests.collect.servers import Page, Server
from tests.collect.test_archive import tarred, zipped
from tests.pipeline.conftest import free_port
from tests.pipeline.s3 import KEY, SECRET, make_bucket, s3_server


@pytest.fixture
def remote() -> Callable[..., Remote]:
    return lambda *places, **changes: Remote(
        **{**NETWORK, "places": list(places), "include": ["*"], "exclude": [], **changes}
    )


@pytest.fixture
def memory() -> Iterator[Any]:
    """A storage of fsspec's that counts the files it gives."""
    held = fsspec.filesystem("memory")
    held.store.clear()
    for name, text in {"a.md": b"# A", "deep/b.md": b"# B", ".hidden/c.md": b"# C", "large.md": b"x" * 200_000}.items():
        held.pipe(f"/papers/{name}", text)
    held.pipe("/papers.zip", zipped({"in.md": b"# In", "../out.md": b"x"}))
    yield held
    held.store.clear()


def test_a_folder_in_storage(memory: Any, remote: Any, collect: Collect, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    opened = type(memory)._open

    def counted(self: Any, path: str, mode: str = "rb", **settings: Any) -> Any:
        given.extend([path] if mode == "rb" else [])
        return opened(self, path, mode, **settings)

    monkeypatch.setattr(type(memory), "_open", counted)
    rows = collect(remote=remote("memory://papers"))
    assert {key: row["reason"] for key, row in rows.items()} == {
        "memory://papers/a.md": None, "memory://papers/deep/b.md": None, "memory://papers/large.md": "too large",
    }  # fmt: skip
    assert rows["memory://papers/deep/b.md"]["raw"] == b"# B"
    assert len(given) == 2
    assert collect(remote=remote("memory://papers", refreshed="again")) == rows
    assert len(given) == 2
    memory.pipe("/papers/a.md", b"# Z")  # of the same size
    assert collect(remote=remote("memory://papers", refreshed="again")) == rows  # the listing is of the first look
    assert collect(remote=remote("memory://papers", refreshed="now"))["memory://papers/a.md"]["raw"] == b"# Z"
    assert len(given) == 3


def test_an_archive_in_storage(memory: Any, remote: Any, collect: Collect) -> None:
    rows = collect(remote=remote("memory://papers.zip"))
    assert {key: row["reason"] for key, row in rows.items()} == {
        "memory://papers.zip/in.md": None, "memory://papers.zip/../out.md": "path out of the archive",
    }  # fmt: skip
    assert list(collect(remote=remote("memory://papers.zip", include=["in*"]))) == ["memory://papers.zip/in.md"]


def test_a_folder_on_a_web_server(server: Server, remote: Any, collect: Collect) -> None:
    links = ("?C=N;O=D", "../", "a.md", "sub/", "no.md")
    index = "".join(f'<a href="{link}">x</a>' for link in links).encode()
    server.pages |= {
        "/papers/": Page(index),
        "/papers/a.md": Page(b"# A"),
        "/papers/no.md": Page(b"# No"),
        "/papers/sub/": Page(b'<a href="b%20c.md#top">b c</a><a href="/papers/">back</a><a href="/else.md">e</a>'),
        "/papers/sub/b%20c.md": Page(b"# B C"),
        "/robots.txt": Page(b"User-agent: *\nDisallow: /papers/no.md\n"),
    }
    rows = collect(remote=remote(f"{server.url}/papers"))
    place = f"{server.url}/papers/"
    assert {key.removeprefix(place): row["reason"] for key, row in rows.items()} == {
        "a.md": None, "sub/b c.md": None, "no.md": "forbidden by robots.txt",
    }  # fmt: skip
    server.forget()
    assert collect(remote=remote(f"{server.url}/papers")) == rows
    assert server.paths() == []
    collect(remote=remote(f"{server.url}/papers", refreshed="again"))
    assert server.paths(200) == []


def test_an_archive_on_a_web_server(server: Server, remote: Any, collect: Collect) -> None:
    archive = tarred({f"{n}.md": b"# %d\n" % n * 5000 for n in range(4)}, "w:gz") + bytes(30_000)
    server.pages["/papers.tar.gz"] = Page(archive, cut=25_000)
    rows = collect(remote=remote(f"{server.url}/papers.tar.gz?sig=secret"))
    assert sorted(rows) == [f"{server.url}/papers.tar.gz/{n}.md" for n in range(4)]
    assert [held.status for held in server.asked if held.path == "/papers.tar.gz"] == [200, 206]
    server.forget()
    assert collect(remote=remote(f"{server.url}/papers.tar.gz?sig=secret")) == rows
    assert server.asked == []


def test_a_folder_of_this_machine_by_its_url(tmp_path: Path, remote: Any, collect: Collect, cache: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.md").write_text("# A")
    url = f"file://{folder}"
    assert collect(remote=remote(url))[f"{url}/a.md"]["raw"] == b"# A"
    (folder / "a.md").write_text("# Again")
    assert collect(remote=remote(url))[f"{url}/a.md"]["raw"] == b"# Again"


@pytest.mark.xdist_group("commands")  # where the other test with this server runs, so that one of them makes it
def test_a_bucket(tmp_path: Path, remote: Any, collect: Collect, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real S3 server; its keys come from the environment."""
    with s3_server(tmp_path / "s3", free_port()) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        make_bucket(url, "papers")
        bucket = fsspec.filesystem("s3")
        bucket.pipe({"papers/a.md": b"# A", "papers/deep/b.md": b"# B", "papers/all.zip": zipped({"in.md": b"# In"})})
        rows = collect(remote=remote("s3://papers", "s3://papers/all.zip", include=["*.md"]))
        assert sorted(rows) == ["s3://papers/a.md", "s3://papers/all.zip/in.md", "s3://papers/deep/b.md"]
        bucket.pipe("papers/a.md", b"# Z")
        changed = collect(remote=remote("s3://papers", include=["*.md"], refreshed="again"))
        assert changed["s3://papers/a.md"]["raw"] == b"# Z"
    assert collect(remote=remote("s3://papers", include=["*.md"], refreshed="again")) == changed  # asks nobody
    with pytest.raises(UserError, match=r"s3://papers: cannot be read.*run again later"):
        collect(remote=remote("s3://papers", refreshed="once more", retries=0))


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("papers", "is no URL"),
        ("zip://a::memory://papers.zip", "is no URL"),
        ("nosuch://bucket/papers", "nosuch"),
        ("memory://nowhere", "no folder there"),
        ("memory://nowhere.zip", "no file there"),
        ("file:///nowhere/at/all", "no folder there"),
    ],
)
def test_a_mistake_is_one_line(place: str, said: str, remote: Any, collect: Collect) -> None:
    with pytest.raises(UserError, match=said) as refused:
        collect(remote=remote(place))
    assert "\n" not in str(refused.value)
