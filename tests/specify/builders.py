"""A small knowledge/ with the project's own rules, and requests that differ from conf/request/ in what a test names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from stages.core.run.config import check
from stages.specify import Config

ROOT = Path(__file__).resolve().parents[2]


def request(option: str = "small", **changes: Any) -> Config:
    """The config of `option` with `changes`; a double underscore stands for a dot."""
    values = yaml.safe_load((ROOT / "conf" / "request" / f"{option}.yaml").read_text(encoding="utf-8"))
    for key, value in changes.items():
        *path, last = key.split("__")
        held = values
        for part in path:
            held = held[part]
        assert last in held, key
        held[last] = value
    return check(TypeAdapter(Config), {"request": values})


def rules() -> list[dict[str, Any]]:
    """The rules of conf/knowledge/, as organize writes them."""
    found: dict[str, Any] = {}
    for path in sorted((ROOT / "conf" / "knowledge" / "rules").glob("*.yaml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return [{"id": name, **rule} for name, rule in sorted(found.items())]


def parameter(entity: str, name: str, value: str, number: float | None, *documents: str) -> dict[str, Any]:
    """A parameter that `documents` state."""
    sources = [{"document": document, "element": "e1", "quote": f"{name} | {value}"} for document in documents]
    return {"entity": entity, "name": name, "value": value, "number": number, "unit": "", "sources": sources}


def write_knowledge(folder: Path, models: list[str] = [], parameters: list[dict[str, Any]] = []) -> Path:  # noqa: B006
    """A knowledge/ with these models (id = name) and parameters, and all rules."""
    folder.mkdir()
    entities = [{"id": name, "name": name, "kind": "model", "family": name.split()[0]} for name in models]
    compatibility = {"rules": rules(), "seen": [], "stated": []}
    for name, content in {"entities": entities, "parameters": parameters, "compatibility": compatibility}.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder
