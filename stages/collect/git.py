"""Documents of git repositories, each at one commit. Objects are read; nothing is checked out, no hook or filter runs.

The objects lie bare in the cache folder (store.py). A commit that is there by now is not asked for again, and what a
fetch that died had brought is kept by git as far as it goes.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from stages.collect import Git, Repository
from stages.collect.content import Rows, documents, hidden, origin, taken, too_large
from stages.collect.document import row
from stages.collect.kinds import UNKNOWN
from stages.collect.store import home
from stages.collect.web import check_address
from stages.core.run.errors import UserError

LICENCE_FILE = re.compile(r"\A(?:LICEN[CS]E|COPYING)(?:[.-][\w.-]+)?\Z", re.IGNORECASE)
LFS = b"version https://git-lfs.github.com/spec/"
WAIT = 2.0  # seconds before the first repetition
LINK, MODULE = "120000", "160000"
SETTINGS = {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh", "GIT_LFS_SKIP_SMUDGE": "1"}


Read = Callable[[str], bytes]


@dataclass(frozen=True)
class Blob:
    """A file of a commit."""

    mode: str
    object: str
    size: int
    path: str


def git_rows(git: Git, max_bytes: int) -> Rows:
    """Yield (key, row) for each document of each repository."""
    if not git.repositories:
        raise UserError("corpus.git.repositories: names none; put some into params.yaml or conf/corpus/git.yaml")
    for repository in git.repositories:
        folder = _fetched(repository, git)
        yield from _repository_rows(repository, folder, max_bytes)


def _repository_rows(repository: Repository, folder: Path, max_bytes: int) -> Rows:
    with _objects(folder) as read:
        blobs = list(_listed(folder, repository.commit))
        licence = repository.licence or _licence(blobs, read)
        yield from _blob_rows(repository, blobs, licence, read, max_bytes)


def _blob_rows(repository: Repository, blobs: list[Blob], licence: str | None, read: Read, max_bytes: int) -> Rows:
    for blob in blobs:
        if hidden(blob.path) or not taken(blob.path, repository.include, repository.exclude):
            continue
        key = f"git:{_short(repository.url)}/{blob.path}"
        held = origin("git", blob.path, repository.url, repository.commit)
        if blob.mode == MODULE:
            detail = "a repository in the repository; name it as one of its own"
            yield key, row(UNKNOWN, held, reason="git submodule", detail=detail)
        elif blob.mode == LINK:
            yield key, row(UNKNOWN, held, reason="link", detail="a link in a repository is not followed")
        elif blob.size > max_bytes:
            yield key, too_large(blob.path, held, blob.size, max_bytes)
        else:
            raw = read(blob.object)
            if raw.startswith(LFS):
                yield key, row(UNKNOWN, held, reason="git LFS", detail="the repository holds a pointer, not the file")
            else:
                yield from documents(key, BytesIO(raw), len(raw), held, max_bytes, licence=licence)


def _fetched(repository: Repository, git: Git) -> Path:
    """The bare repository in the cache, with the commit in it."""
    url, commit = repository.url, repository.commit
    check_address(url)
    if url.startswith("-") or "::" in url:
        raise UserError(f"corpus.git: {url!r} is no address of a repository")
    folder = home() / "git" / hashlib.sha256(url.encode()).hexdigest()
    if not (folder / "HEAD").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _git(folder, "init", "--quiet", "--bare", "--template=", ".")
    if _try(folder, "cat-file", "-e", f"{commit}^{{tree}}") is None:
        return folder
    for attempt in range(git.retries + 1):
        time.sleep(WAIT * (2**attempt - 1))
        if not (wrong := _fetch(folder, url, commit, git.timeout)):
            break
    else:
        raise UserError(f"{url}: git cannot fetch it: {wrong}; check the address and your access, or run again later")
    if _try(folder, "cat-file", "-e", f"{commit}^{{tree}}"):
        raise UserError(f"{url}: has no commit {commit} in its branches; put another one into corpus.git.repositories")
    return folder


def _fetch(folder: Path, url: str, commit: str, timeout: float) -> str | None:
    """None where the commit alone, or all branches, came; else what git says."""
    fetch = ("fetch", "--quiet", "--no-tags")
    if not _try(folder, *fetch, "--depth=1", url, commit, timeout=timeout):
        return None
    everything = "+refs/heads/*:refs/remotes/heads/*"  # for a server that gives no commit by its hash
    return _try(folder, *fetch, url, everything, timeout=timeout)


def _listed(folder: Path, commit: str) -> Iterator[Blob]:
    for line in _git(folder, "ls-tree", "-r", "-l", "-z", "--full-tree", commit).split(b"\0"):
        if line:
            facts, _, path = line.partition(b"\t")
            mode, _, name, size = facts.decode().split()
            yield Blob(mode, name, int(size) if size.isdigit() else 0, path.decode("utf-8", "backslashreplace"))


@contextmanager
def _objects(folder: Path) -> Iterator[Read]:
    """What reads an object by its name, from one process of git."""
    command = ["git", "cat-file", "--batch"]
    with subprocess.Popen(
        command, cwd=folder, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as git:
        assert git.stdin and git.stdout

        def read(name: str) -> bytes:
            git.stdin.write(f"{name}\n".encode())  # type: ignore[union-attr]
            git.stdin.flush()  # type: ignore[union-attr]
            header = git.stdout.readline().split()  # type: ignore[union-attr]
            assert len(header) == 3, f"git cat-file in {folder}: {header}"
            return git.stdout.read(int(header[2]) + 1)[:-1]  # type: ignore[union-attr]

        yield read
        git.stdin.close()


def _licence(blobs: list[Blob], read: Read) -> str | None:
    """How the repository's LICENSE file begins: the name of the licence, as a rule."""
    for blob in blobs:
        if LICENCE_FILE.match(blob.path) and blob.mode != LINK:
            text = read(blob.object)[:4000].decode("utf-8", "replace")
            found = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
            version = found[1] if found[1:] and found[1].startswith("Version") else ""
            return ", ".join(part for part in (found[0][:100] if found else "", version) if part) or None
    return None


def _git(folder: Path, *arguments: str) -> bytes:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=_environment(), capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0, f"git {arguments[0]} in {folder}: {done.stderr!r}"
    return done.stdout


def _try(folder: Path, *arguments: str, timeout: float | None = None) -> str | None:
    """None where git does it, else what it says."""
    command = ["git", "-c", "gc.auto=0", *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, env=_environment(), capture_output=True, stdin=subprocess.DEVNULL, check=False,
            timeout=timeout,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"no end after {timeout:.0f} s (corpus.git.timeout)"
    said = done.stderr.decode("utf-8", "replace").split("\n")
    return None if done.returncode == 0 else " ".join(said[0].split()) or f"exit code {done.returncode}"


def _environment() -> dict[str, str]:
    ours = {
        name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
    }
    return {**ours, **SETTINGS, "LC_ALL": "C"}


def _short(url: str) -> str:
    """Host and path of an address, for a key: github.com/owner/name."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}".removesuffix(".git").strip("/") if parts.scheme else url
