"""How knowledge/ is written: JSON, an item of a list or of an object a line, so that a large file is quick to write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False)


def write_json(path: Path, content: list[Any] | dict[str, Any]) -> None:
    """Write a list or an object of lists; `indent` would take Python's own encoder, ten times slower than C's."""
    with path.open("w", encoding="utf-8") as file:
        if isinstance(content, list):
            file.write(_lines(content) + "\n")
        else:
            keys = (f"{ENCODER.encode(key)}: {_item(content[key])}" for key in sorted(content))
            file.write("{\n" + ",\n".join(keys) + "\n}\n")


def _item(content: Any) -> str:
    return _lines(content) if isinstance(content, list) else ENCODER.encode(content)


def _lines(items: list[Any]) -> str:
    return "[\n" + ",\n".join(map(ENCODER.encode, items)) + "\n]" if items else "[]"
