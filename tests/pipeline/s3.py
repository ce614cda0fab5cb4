"""A real S3 server on loopback (versitygw, its files in a folder), for the tests of remotes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MODULE = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"
KEY, SECRET = "litmill", "litmill-secret"


def server_binary() -> Path:
    """The server: on PATH, built earlier, or built now with Go (two minutes, once)."""
    on_path = shutil.which("versitygw")
    if on_path:
        return Path(on_path)
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "litmill" / "bin"
    built = folder / "versitygw"
    if not built.exists():
        if not shutil.which("go"):
            pytest.skip("no S3 server: versitygw is not on PATH, and there is no Go to build it with")
        subprocess.run(["go", "install", MODULE], env=os.environ | {"GOBIN": str(folder)}, cwd=Path.home(), check=True)
    return built


@contextmanager
def s3_server(folder: Path, port: int) -> Iterator[str]:
    """Run the server on `port` with its buckets in `folder`; yields its URL."""
    metadata = folder.parent / "metadata"
    folder.mkdir()
    metadata.mkdir()
    environment = os.environ | {"ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET}
    command = [str(server_binary()), "--port", f"127.0.0.1:{port}", "posix", "--sidecar", str(metadata), str(folder)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def wait_for(port: int, server: subprocess.Popen[bytes], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert server.poll() is None, "the S3 server stopped"
        with socket.socket() as handle:
            if handle.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the S3 server does not answer")


def make_bucket(url: str, name: str) -> None:
    import s3fs

    s3fs.S3FileSystem(key=KEY, secret=SECRET, endpoint_url=url).mkdir(name)
