"""The entry point: outputs are whole or not there, and a user's mistake is one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from stages.core.run import execute, previous, reads, writes
from stages.core.run.code import ROOT, code_digest
from stages.core.run.config import config
from stages.core.run.errors import UserError


@config
class Config:
    seed: int
    """The seed."""


def copy(config: Config, *, text: Path = reads("text"), out: Path = writes("out")) -> dict[str, Any]:
    out.mkdir()
    (out / "a").write_text(text.read_text())
    if config.seed == 13:
        raise RuntimeError("killed in the middle")
    return {"seed": config.seed}


@pytest.fixture(autouse=True)
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "build").mkdir()
    (tmp_path / "build/text").write_text("one")
    configure(1)
    return tmp_path / "build"


def configure(seed: Any, libraries: dict[str, str] | None = None, code: dict[str, str] | None = None) -> None:
    Path("build/conf").mkdir(exist_ok=True)
    values = {"seed": seed, "libraries": libraries or {}, "code": code or {}}
    Path("build/conf/copy.yaml").write_text(yaml.safe_dump(values))


def test_outputs_and_metrics_are_put_in_place(build: Path) -> None:
    execute("copy", copy)
    assert (build / "out/a").read_text() == "one"
    assert json.loads((build / "metrics/copy.json").read_text()) == {"seed": 1}
    (build / "text").write_text("two")
    execute("copy", copy)
    assert (build / "out/a").read_text() == "two"


def test_a_failure_keeps_the_old_output(build: Path) -> None:
    execute("copy", copy)
    (build / "text").write_text("two")
    configure(13)
    with pytest.raises(RuntimeError):
        execute("copy", copy)
    assert (build / "out/a").read_text() == "one"
    configure(1)
    execute("copy", copy)
    assert [path.name for path in (build / "out").iterdir()] == ["a"]


def test_another_path_can_be_given(build: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("three")
    execute("copy", copy, {"text": str(tmp_path / "elsewhere"), "out": str(tmp_path / "there")})
    assert (tmp_path / "there/a").read_text() == "three"
    with pytest.raises(UserError, match="no such input or output; there are: metrics, out, text"):
        execute("copy", copy, {"txet": "x"})


def test_previous_is_the_output_of_the_last_run() -> None:
    assert previous(Path("build/.new/elements")) == Path("build/elements")


@pytest.mark.parametrize(
    ("libraries", "said"),
    [({"pyarrow": "0.0.1"}, "requirements.lock says 0.0.1"), ({"no-such-library": "1"}, "is not installed")],
)
def test_other_libraries_than_the_lock_are_refused(libraries: dict[str, str], said: str) -> None:
    configure(1, libraries)
    with pytest.raises(UserError, match=said):
        execute("copy", copy)


def test_other_code_than_the_config_was_composed_for_is_refused() -> None:
    path = "stages/core/run/errors.py"
    code = {path: code_digest((ROOT / path).read_bytes())}
    configure(1, code=code)
    execute("copy", copy)
    for wrong in (code | {path: "0" * 16}, code | {"stages/core/gone.py": "0" * 16}):
        configure(1, code=wrong)
        with pytest.raises(UserError, match=r"has changed since .* run `dvc repro compose` first"):
            execute("copy", copy)


def test_a_missing_input_says_which(build: Path) -> None:
    (build / "text").unlink()
    with pytest.raises(UserError, match=r"build/text: not there"):
        execute("copy", copy)


def test_no_space_left_is_one_line(build: Path) -> None:
    code = (
        "import errno, sys; sys.argv = ['x']; from stages.core import run; import tests.core.test_run as t\n"
        "def full(config: t.Config, *, out: t.Path = t.writes('out')) -> dict:\n"
        "    raise OSError(errno.ENOSPC, 'No space left on device', 'build/out')\n"
        "from importlib.machinery import ModuleSpec\n"
        "run.run(ModuleSpec('stages.copy', None), full)"
    )
    root = str(ROOT)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": root}, check=False
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr == "copy: no space left on the disk (build/out); free some and run again\n"
