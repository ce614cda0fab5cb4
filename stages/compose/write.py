"""Write what was composed: one sorted YAML file a stage, and the JSON Schema of params.yaml."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from stages.compose.code import closures
from stages.compose.compose import SELECT_ONLY, Composed
from stages.compose.stages import ENGINE, SERVICE, StageSpec
from stages.core.run.code import CODE_KEY
from stages.core.run.config import LIBRARIES_KEY
from stages.core.run.errors import UserError
from stages.core.service import Service

Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
LOCK_LINE = re.compile(r"^[A-Za-z0-9._-]+==[^\\\n]+", re.MULTILINE)


def write(composed: Composed, build: Path) -> None:
    """Write build/conf/<stage>.yaml for each stage, build/conf/engine.yaml, serve.yaml and build/params.schema.json."""
    locked = locked_versions(composed.root / "requirements.lock")
    code = closures((spec.name for spec in composed.specs), composed.root)
    (build / "conf").mkdir(parents=True, exist_ok=True)
    for spec in composed.specs:
        values = spec.reads(composed.values)
        libraries = spec.stands_on(values)
        missing = [library for library in libraries if normal(library) not in locked]
        if missing:
            raise UserError(
                f"requirements.lock: {missing[0]} is not in it, but stage {spec.name} needs it; run `make lock`"
            )
        values[LIBRARIES_KEY] = {library: locked[normal(library)] for library in libraries}
        values[CODE_KEY] = code[spec.name]
        write_yaml(build / "conf" / f"{spec.name}.yaml", values)
    write_yaml(build / "conf" / f"{ENGINE}.yaml", composed.values[ENGINE])
    write_yaml(build / "conf" / f"{SERVICE}.yaml", StageSpec(SERVICE, Service, ()).reads(composed.values))
    text = json.dumps(params_schema(composed), indent=1, sort_keys=True, ensure_ascii=False)
    (build / "params.schema.json").write_text(text + "\n", encoding="utf-8")


def write_yaml(path: Path, values: dict[str, Any]) -> None:
    path.write_text(yaml.dump(values, Dumper=Dumper, sort_keys=True, allow_unicode=True, width=120), encoding="utf-8")


def locked_versions(lock: Path) -> dict[str, str]:
    """Library name (normalised) to the version that requirements.lock names for this Python and platform."""
    from packaging.requirements import Requirement

    try:
        text = lock.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError("requirements.lock: not there; run this in the root of the project") from None
    wanted = [Requirement(line.strip()) for line in LOCK_LINE.findall(text)]
    return {
        normal(held.name): next(iter(held.specifier)).version
        for held in wanted
        if held.marker is None or held.marker.evaluate()
    }


def normal(name: str) -> str:
    """A distribution's name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def params_schema(composed: Composed) -> dict[str, Any]:
    """JSON Schema of params.yaml: options with their first comment, values with their field's sentence."""
    typed = composed.checker.json_schema()
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "params.yaml of Litmill",
        "type": "object",
        "additionalProperties": False,
        "properties": {},
        "$defs": {name: partial(held) for name, held in typed["$defs"].items()},
    }
    for key in sorted({*typed["properties"], *composed.options}):
        kinds: list[dict[str, Any]] = [{"type": "null"}]
        if key in composed.options:
            kinds += [
                {"const": option, "description": first_comment(composed.root / "conf" / key / f"{option}.yaml")}
                for option in composed.options[key]
            ]
            several = {"enum": composed.options[key]}
            kinds.append({"type": "array", "items": several, "description": "several options, merged in order"})
        if key in typed["properties"] and key not in SELECT_ONLY:
            kinds.append(typed["properties"][key])
        schema["properties"][key] = {"anyOf": kinds}
    schema["patternProperties"] = {r"^[a-z_]+\.": {"description": "a value by its dotted key"}}
    return schema


def partial(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema with nothing required and empty values allowed, since params.yaml states only what differs."""
    held = {key: value for key, value in schema.items() if key != "required"}
    if "properties" in held:
        held["properties"] = {
            name: {"anyOf": [value, {"type": "null"}], "description": value.get("description", "")}
            for name, value in held["properties"].items()
        }
    return held


def first_comment(path: Path) -> str:
    """The first comment line of an option's file that is not a Hydra directive."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") and not line.startswith("# @"):
            return line[2:].strip()
    return ""
