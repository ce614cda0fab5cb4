"""What dvc.yaml must say of a stage, read off its function's signature and its imports (grimp)."""

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
    """Resolved config, inputs, the stage's own folder or file, and the modules of core that it reaches."""
    inputs = {f"build/{port.name}" for port in ports(stage_function(name)).values() if isinstance(port, Reads)}
    graph = imports()
    own = {module for module in graph.modules if f"{module}.".startswith(f"stages.{name}.")}
    reached = set().union(*(graph.find_upstream_modules(module) for module in own)) - own
    code = {unit(module) for module in reached} - {None}
    here = f"stages/{name}" if (ROOT / "stages" / name).is_dir() else f"stages/{name}.py"
    given = {"collect": {"${documents}"}, "score": {"${gold}"}}.get(name, set())  # folders that params.yaml names
    return {f"build/conf/{name}.yaml", here} | inputs | code | given


def unit(module: str) -> str | None:
    """What dvc.yaml names for a module: its file, or the folder of core that it belongs to; None for empty packages."""
    base = ROOT.joinpath(*module.split(".")[:3])
    if base.is_dir():
        return str(base.relative_to(ROOT)) if any(path.stat().st_size for path in base.glob("*.py")) else None
    return str(base.relative_to(ROOT)) + ".py"


def expected_outs(name: str) -> dict[str, bool]:
    """Path of each output, and whether it is kept between runs; the metrics file is one of them."""
    outs = {
        f"build/{port.name}": port.persist for port in ports(stage_function(name)).values() if isinstance(port, Writes)
    }
    return outs | {f"build/metrics/{name}.json": False}


def stage_names() -> list[str]:
    return [spec.name for spec in stage_specs()]
