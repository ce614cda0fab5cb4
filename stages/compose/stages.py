"""The stages that exist, and what each may be told: their config dataclasses, read from the modules themselves."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, get_type_hints

import stages
from stages.core.llm import LOCAL_LIBRARIES
from stages.core.run.config import part, whole_of
from stages.core.run.engine import Engine
from stages.core.service import Service

NOT_STAGES = {"core", "compose"}
SERVICE = "serve"  # what serve/ reads beside; a file of its own, on which no stage depends
ENGINE = "engine"  # the key that all stages share and none depends on


@dataclass(frozen=True)
class StageSpec:
    """A stage's name, its config dataclass and the libraries whose versions its bytes depend on."""

    name: str
    config: type
    libraries: tuple[str, ...]

    def config_keys(self) -> list[str]:
        """The top-level keys of conf/ that the stage reads."""
        return [field.name for field in fields(self.config)]

    def reads(self, values: dict[str, Any]) -> dict[str, Any]:
        """Of all resolved values by top-level key, just what the stage reads."""
        kinds = get_type_hints(self.config, include_extras=True)
        return {key: part(kind, values[key]) if whole_of(kind) != kind else values[key] for key, kind in kinds.items()}

    def stands_on(self, values: Any) -> list[str]:
        """The libraries, with those of each language model that `values` load into the stage's process."""
        packages = [model["package"] for model in _loaded(values) if model["package"]]
        return sorted({*self.libraries, *(LOCAL_LIBRARIES if any(_loaded(values)) else ()), *packages})


def stage_specs() -> list[StageSpec]:
    """All stages, by name. A stage is a module or package of stages/ with `Config` and `LIBRARIES`."""
    return list(_specs())


def _specs() -> Iterator[StageSpec]:
    for found in sorted(pkgutil.iter_modules(stages.__path__), key=lambda module: module.name):
        if found.name not in NOT_STAGES:
            module = importlib.import_module(f"stages.{found.name}")
            yield StageSpec(found.name, module.Config, tuple(module.LIBRARIES))


def _loaded(values: Any) -> Iterator[dict[str, Any]]:
    """The models at `local` of the language models anywhere in resolved values."""
    if isinstance(values, dict):
        if values.get("local") and "answer_tokens" in values:
            yield values["local"]
        for held in values.values():
            yield from _loaded(held)


def key_types(specs: list[StageSpec]) -> dict[str, Any]:
    """The type of each top-level key, the engine's too; two stages that read (a part of) one must agree on it."""
    types: dict[str, Any] = {ENGINE: Engine}
    for spec in [*specs, StageSpec(SERVICE, Service, ())]:
        for key, kind in get_type_hints(spec.config, include_extras=True).items():
            whole = whole_of(kind)
            assert types.setdefault(key, whole) == whole, f"{spec.name}: {key} has another type than elsewhere"
    return types
