"""Law 2, the code: the digests in a stage's config are of its own files and of all that it imports, no others."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from stages.compose.code import closures, imported
from stages.core.run.code import ROOT
from tests.pipeline.graph import expected_code, stage_names

SOURCES = sorted((ROOT / "stages").rglob("*.py"))


@pytest.mark.parametrize("name", stage_names())
def test_the_code_of_a_stage_is_its_import_closure(name: str) -> None:
    assert set(closures([name], ROOT)[name]) == expected_code(name)


def test_imports_found_by_lines_are_those_that_python_parses() -> None:
    for path in SOURCES:
        assert set(imported(path.read_text())) == set(parsed(path)), path
        assert not any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree(path))), path


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


def parsed(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if f"{name}.".startswith("stages.")]


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A copy of the code that a test may edit."""
    shutil.copytree(ROOT / "stages", tmp_path / "stages", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.mark.parametrize(
    "file",
    [
        "stages/core/knowledge.py",
        "stages/core/table/child.py",
        "stages/core/run/progress.py",
        "stages/generate/templates/tests/test_model.py.jinja",
        "stages/specify/families.yaml",
        "stages/parse/structured/read.py",
    ],
)
def test_an_edit_reaches_the_stages_that_stand_on_the_file(code: Path, file: str) -> None:
    before = closures(stage_names(), code)
    (code / file).write_text((code / file).read_text() + "\n")
    after = closures(stage_names(), code)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {name for name in stage_names() if file in expected_code(name)}
    assert changed


def test_a_new_file_counts_and_what_editors_leave_does_not(code: Path) -> None:
    before = closures(["specify"], code)["specify"]
    for name in (".draft.swp", "__pycache__/spec.cpython-311.pyc", "templates/new.jinja"):
        (code / "stages/specify" / name).parent.mkdir(exist_ok=True)
        (code / "stages/specify" / name).write_text("x")
    assert closures(["specify"], code)["specify"].keys() - before == {"stages/specify/templates/new.jinja"}
