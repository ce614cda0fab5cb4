"""Git: a repository that the test makes, at one commit; nothing is checked out, nothing asked for twice."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stages.collect import Git, Repository
from stages.core.run.errors import UserError
from tests.collect.conftest import Collect


class Source:
    """A repository with two commits."""

    def __init__(self, path: Path) -> None:
        self.path, self.url = path, f"file://{path}"
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.write("LICENSE", "\n   Apache License\n  Version 2.0, January 2004\n")
        self.write("docs/rope.md", "# RoPE\n")
        self.write("docs/alibi.md", "# ALiBi\n")
        self.write("model.bin.md", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
        self.write(".github/x.md", "# Hidden\n")
        (path / "link.md").symlink_to("/etc/passwd")
        self.first = self.commit()
        self.write("docs/rope.md", "# RoPE, again\n")
        self.last = self.commit()

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=T", "-c", "user.email=t@example.org")
        done = subprocess.run(["git", *identity, *arguments], cwd=self.path, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        (self.path / name).parent.mkdir(exist_ok=True)
        (self.path / name).write_text(text)

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=x")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path / "source")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stages.collect.git.WAIT", 0.01)


@pytest.fixture
def git(source: Source) -> Callable[..., Git]:
    def make(**changes: Any) -> Git:
        values = {"url": source.url, "commit": source.first, "include": ["*.md"], "exclude": [], "licence": ""}
        return Git(repositories=[Repository(**{**values, **changes})], timeout=60, retries=1)

    return make


def test_documents_of_a_commit(source: Source, git: Any, collect: Collect) -> None:
    rows = collect(git=git())
    key = f"git:{str(source.path).strip('/')}/"
    assert {name.removeprefix(key): row["reason"] for name, row in rows.items()} == {
        "docs/rope.md": None, "docs/alibi.md": None, "model.bin.md": "git LFS", "link.md": "link",
    }  # fmt: skip
    row = rows[f"{key}docs/rope.md"]
    assert (row["raw"], row["licence"]) == (b"# RoPE\n", "Apache License, Version 2.0, January 2004")
    assert row["origin"] == {
        "source": "git", "path": "docs/rope.md", "package": source.url, "version": source.first,
    }  # fmt: skip
    assert b"root:" not in b"".join(row["raw"] for row in rows.values())
    assert collect(git=git(commit=source.last, licence="MIT"))[f"{key}docs/rope.md"]["raw"] == b"# RoPE, again\n"


def test_what_is_there_is_not_asked_for_again(source: Source, git: Any, collect: Collect) -> None:
    first = collect(git=git())
    source.path.rename(source.path.with_name("gone"))
    assert collect(git=git()) == first
    assert len(collect(git=git(include=["docs/*"], exclude=["*alibi*"]))) == 1


def test_a_server_that_gives_no_commit_by_its_hash(source: Source, git: Any, collect: Collect) -> None:
    source.git("config", "protocol.version", "0")
    source.git("config", "uploadpack.allowAnySHA1InWant", "false")
    assert len(collect(git=git())) == 4


def test_a_failed_fetch_is_repeated(
    git: Any, collect: Collect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A git before the real one, which fails the first two fetches: by hash, and of all branches."""
    (tmp_path / "bin").mkdir()
    count = tmp_path / "count"
    script = f"""#!/bin/sh
case "$*" in *fetch*) echo x >> {count}; [ $(wc -l < {count}) -le 2 ] && echo "fatal: lost" >&2 && exit 128;; esac
exec {shutil.which("git")} "$@"
"""
    (tmp_path / "bin" / "git").write_text(script)
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert len(collect(git=git())) == 4
    assert len(count.read_text().split()) == 3


def test_a_fetch_that_died_is_begun_again(source: Source, git: Any, collect: Collect, cache: Path) -> None:
    """What a kill leaves: a repository without objects, and a lock."""
    expected = collect(git=git())
    (folder,) = (cache / "sources" / "git").iterdir()
    for path in [path for path in folder.rglob("*") if path.is_file() and "objects" in path.parts]:
        path.unlink()
    (folder / "shallow.lock").touch()
    assert collect(git=git()) == expected


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"commit": "0" * 40}, "has no commit 0000"),
        ({"url": "file:///nowhere/at/all"}, "git cannot fetch it.*check the address"),
        ({"url": "ext::sh -c true"}, "no address of a repository"),
        ({"url": "--upload-pack=x"}, "no address of a repository"),
        ({"url": "https://me:secret@example.org/r.git"}, "a name or password"),
    ],
)
def test_a_mistake_is_one_line(changes: dict[str, str], said: str, git: Any, collect: Collect) -> None:
    with pytest.raises(UserError, match=said) as refused:
        collect(git=git(**changes))
    assert "\n" not in str(refused.value) and "secret" not in str(refused.value)
