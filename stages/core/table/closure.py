"""What a stage's bytes stand on: its resolved config and the source of every module of ours that it imports.

The same closure stands in dvc.yaml as the stage's deps; a test compares the two with grimp's view of the imports.
"""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = "stages"
CORE = "stages.core."


def closure(stage: str) -> list[Path]:
    """The Python files of stage `stage` and all of ours that they import, lazily too; sorted, relative to the root."""
    found: set[Path] = set()
    waiting = _files(f"{PACKAGE}.{stage}")
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        waiting.extend(file for name in _imports(path) for file in _files(name))
    return sorted(path.relative_to(ROOT) for path in found if path.stat().st_size)


def stage_digest(stage: str, conf: Path = Path("build/conf")) -> str:
    """SHA-256 over a stage's resolved config (with library versions) and the source of its closure."""
    digest = hashlib.sha256((conf / f"{stage}.yaml").read_bytes())
    for path in closure(stage):
        digest.update(str(path).encode())
        digest.update((ROOT / path).read_bytes())
    return digest.hexdigest()


def _files(name: str) -> list[Path]:
    """The files of a module; a package of core counts as a whole, whichever part of it is imported."""
    parts = name.split(".")[: 3 if name.startswith(CORE) else None]
    base = ROOT.joinpath(*parts)
    if base.is_dir():
        return sorted(base.glob("*.py")) if base.name != "core" else []
    return [base.with_suffix(".py")] if base.with_suffix(".py").exists() else []


def _imports(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.startswith(f"{PACKAGE}.")]
