"""Set-up: the order in which the server is looked for, what is said when nothing works, and no half files.

Building the real server takes minutes, so a script stands in for `go` here; tests/index runs the real server.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from litmill import server, setup
from litmill.server import Failed, put
from stages.core.run.errors import UserError
from stages.core.weaviate import binary

ROOT = Path(__file__).parents[2]
GOOD = "#!/bin/sh\necho Weaviate usage\n"
GO = """#!/bin/sh
echo "$*" >> "$LOG"
if [ "$1" = env ]; then echo {version}; exit; fi
echo "go: downloading example.org/a v1" >&2
[ {code} = 0 ] || {{ echo "compile: no such package" >&2; exit {code}; }}
mkdir -p "$GOBIN"
printf '#!/bin/sh\\necho Weaviate usage\\n' > "$GOBIN/weaviate-server"
chmod +x "$GOBIN/weaviate-server"
"""


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put a script named go on PATH, and give what it was called with."""
    log = tmp_path / "calls"
    log.write_text("")
    monkeypatch.setenv("LOG", str(log))
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}{os.pathsep}/usr/bin{os.pathsep}/bin")

    def install(version: str = "go1.25.3", code: int = 0):
        script(tmp_path / "path" / "go", GO.format(version=version, code=code))
        return lambda: [line.split()[0] for line in log.read_text().splitlines()]

    return install


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def no_download(version: str, folder: Path) -> Path:
    raise Failed("no route to host")


def target(tmp_path: Path) -> Path:
    return tmp_path / "bin" / "weaviate"


def left(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "bin").iterdir() if path.name != ".setup.lock")


def test_a_download_that_works_is_taken_and_go_is_not_asked(tmp_path: Path, go) -> None:
    calls = go()
    put(target(tmp_path), "1.2.3", {"download": lambda _, folder: script(folder / "x", GOOD), "go": server.build})
    assert (left(tmp_path), calls()) == (["weaviate"], [])
    assert subprocess.run([target(tmp_path), "--help"], capture_output=True, check=True).stdout == b"Weaviate usage\n"


def test_without_a_download_the_go_on_path_builds_it(tmp_path: Path, go, capsys: pytest.CaptureFixture[str]) -> None:
    calls = go()
    put(target(tmp_path), "1.2.3", {"download": no_download, "go": server.build})
    assert (left(tmp_path), calls()) == (["weaviate"], ["env", "install"])
    assert "download: no route to host" in capsys.readouterr().err


def test_an_old_go_gives_way_to_the_one_of_the_registry(tmp_path: Path, go, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = go(version="go1.19.8")
    fetched = script(tmp_path / "fetched" / "go", GO.format(version="go1.27.3", code=0))
    monkeypatch.setattr(server, "fetch_go", lambda folder: str(fetched))
    assert server.go_version(str(tmp_path / "path" / "go")) == (1, 19, 8)
    put(target(tmp_path), "1.2.3", {"go": server.build})
    assert calls() == ["env", "env", "install"]
    assert left(tmp_path) == ["weaviate"]


def test_when_nothing_works_every_reason_and_the_way_by_hand_are_said(tmp_path: Path, go) -> None:
    go(code=7)
    with pytest.raises(UserError) as caught:
        put(target(tmp_path), "1.2.3", {"download": no_download, "go install": server.build})
    said = str(caught.value)
    assert "download: no route to host" in said
    assert "go install: exit code 7" in said and "no such package" in said
    assert f"weaviate-server@v1.2.3`, or take it from Weaviate's releases, and put it at {target(tmp_path)}" in said
    assert "\n" not in said
    assert left(tmp_path) == []


@pytest.mark.parametrize("text", ["not a program", "#!/bin/sh\nexit 3\n", "#!/bin/sh\necho something else\n"])
def test_a_file_that_is_not_the_server_is_not_put_in_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match="what came"):
        put(target(tmp_path), "1.2.3", {"download": lambda _, folder: script(folder / "x", text)})
    assert left(tmp_path) == []


def test_leftovers_of_a_killed_setup_go_away(tmp_path: Path) -> None:
    (tmp_path / "bin" / ".setup-old" / "gopath").mkdir(parents=True)
    put(target(tmp_path), "1.2.3", {"download": lambda _, folder: script(folder / "x", GOOD)})
    assert left(tmp_path) == ["weaviate"]


def test_the_clients_own_download_fails_in_one_line_without_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Failed, match=r"^[^\n]*urlopen error[^\n]*$"):
        server.download("1.35.2", tmp_path)


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match=r"\.dvc/config: not there; run this in the root"):
        setup.check(tmp_path, 0)
    for needed in (".dvc/config", "conf/index/embedded.yaml"):
        (tmp_path / needed).parent.mkdir(parents=True)
        (tmp_path / needed).touch()
    with pytest.raises(UserError, match="GB free on the disk of"):
        setup.check(tmp_path, 1e9)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"no g\+\+ on PATH"):
        setup.check(tmp_path, 0)


def test_a_copy_without_a_repository_becomes_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    setup.make_repository(tmp_path)
    assert (tmp_path / ".git").is_dir()
    assert "made one" in capsys.readouterr().err
    (tmp_path / "below").mkdir()
    for folder in (tmp_path, tmp_path / "below"):
        setup.make_repository(folder)
    assert not (tmp_path / "below" / ".git").exists()
    assert capsys.readouterr().err == ""


def test_an_environment_that_was_moved_is_not_used(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    binaries = tmp_path / ".venv" / "bin"
    binaries.mkdir(parents=True)
    for name in ("litmill", "dvc"):
        script(binaries / name, f"#!{tmp_path}/where/it/was/python\n")
    (tmp_path / ".venv" / ".ready").touch()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}  # we run within make
    command = ["make", "setup"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode
    assert "rm -r .venv" in done.stdout.splitlines()[0]


def test_a_machine_that_is_ready_is_told_nothing_and_soon(tmp_path: Path) -> None:
    script(tmp_path / binary("1.35.2").name, GOOD)
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-X", "importtime", "-m", "litmill.setup"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    said = [line for line in done.stderr.splitlines() if not line.startswith("import time:")]
    assert said == []
    assert not any(f"| {name}\n" in done.stderr.replace("| ", "| ").replace("  ", "") for name in ("weaviate", "torch"))
