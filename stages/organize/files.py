"""How knowledge/ is written: JSON with sorted keys, an item of a list or of an object a line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import orjson

BUFFER = 1 << 20  # bytes


def write_json(path: Path, content: list[Any] | dict[str, Any]) -> None:
    """Write a list or an object of lists, item by item, so that no more than an item is held as text."""
    with path.open("wb", buffering=BUFFER) as file:
        if isinstance(content, list):
            _write_items(file, content)
        else:
            file.write(b"{")
            for at, key in enumerate(sorted(content)):
                file.write((b",\n" if at else b"\n") + _text(key) + b": ")
                held = content[key]
                _write_items(file, held) if isinstance(held, list) else file.write(_text(held))
            file.write(b"\n}")
        file.write(b"\n")


def _write_items(file: BinaryIO, items: Iterable[Any]) -> None:
    """Each on a line of its own."""
    file.write(b"[")
    before = b"\n"
    for item in items:
        file.write(before)
        file.write(_text(item))
        before = b",\n"
    file.write(b"\n]" if before != b"\n" else b"]")


def _text(content: Any) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
