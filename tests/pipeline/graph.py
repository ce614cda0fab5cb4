"""What dvc.yaml and the resolved config must say of a stage: read off its function's signature and imports (grimp)."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Any

import grimp
import yaml

from stages.compose.stages import stage_specs
from stages.core.run import Reads, Writes, ports

ROOT = Path(__file__).parents[2]


def dvc_yaml() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "dvc.yaml").read_text())


def stage_function(name: str) -> Any:
    """The stage function, wherever the stage keeps it: the module, or the module that its __main__ takes it from."""
    module = importlib.import_module(f"stages.{name}")
    if hasattr(module, "stage") and callable(module.stage):
        return module.stage
    return importlib.import_module(f"stages.{name}.__main__").stage


@cache
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("stages", cache_dir=None)


def expected_deps(name: str) -> set[str]:
    """Resolved config and inputs; the code is in the config."""
    inputs = {f"build/{port.name}" for port in ports(stage_function(name)).values() if isinstance(port, Reads)}
    given = {"collect": {"${documents}"}, "score": {"${gold}"}}.get(name, set())  # folders that params.yaml names
    return {f"build/conf/{name}.yaml"} | inputs | given


def expected_code(name: str) -> set[str]:
    """All files of the stage's own folder, and those of every module that they reach; empty ones left out."""
    graph = imports()
    own = {module for module in graph.modules if f"{module}.".startswith(f"stages.{name}.")}
    reached, waiting = set(), set(own)
    while waiting:
        module = waiting.pop()
        reached.add(module)
        parent = module.rpartition(".")[0]
        waiting |= ({parent} - {""} | graph.find_modules_directly_imported_by(module)) - reached
    folder = ROOT / "stages" / name
    files = [*map(module_file, reached), *(path for path in folder.rglob("*") if "__pycache__" not in path.parts)]
    return {str(path.relative_to(ROOT)) for path in files if path.is_file() and path.stat().st_size}


def module_file(module: str) -> Path:
    base = ROOT.joinpath(*module.split("."))
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")


def expected_outs(name: str) -> dict[str, bool]:
    """Path of each output, and whether it is kept between runs; the metrics file is one of them."""
    outs = {
        f"build/{port.name}": port.persist for port in ports(stage_function(name)).values() if isinstance(port, Writes)
    }
    return outs | {f"build/metrics/{name}.json": False}


def stage_names() -> list[str]:
    return [spec.name for spec in stage_specs()]
