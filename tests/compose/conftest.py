"""A folder with the project's own conf/, lock and code, and a params.yaml of the test's."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from stages.compose.compose import Composed, compose

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "conf", tmp_path / "conf")
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    (tmp_path / "stages").symlink_to(ROOT / "stages")
    (tmp_path / "params.yaml").write_text("profile: tiny\n")
    return tmp_path


@pytest.fixture
def composed(project: Path) -> Callable[[str], Composed]:
    def with_params(text: str) -> Composed:
        (project / "params.yaml").write_text(text)
        return compose(project)

    return with_params
