"""A project of a few pages and documents, small enough that every stage of the weights runs on it in seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from stages.compose.compose import compose
from stages.compose.write import write as write_conf
from stages.core.run import execute
from stages.core.table import write

ROOT = Path(__file__).resolve().parents[2]
CHUNK = pa.struct([("id", pa.string()), ("text", pa.string())])
BLOCK = pa.struct(
    [
        ("kind", pa.string()),
        ("text", pa.string()),
        ("cells", pa.list_(pa.struct([("text", pa.string())]))),
        ("citations", pa.list_(pa.int32())),
    ]
)
CITATION = pa.struct([("number", pa.int32()), ("document", pa.string())])
CHUNKS = pa.schema([("chunks", pa.list_(CHUNK))])
DOCS = pa.schema([("title", pa.string()), ("blocks", pa.list_(BLOCK)), ("citations", pa.list_(CITATION))])
DOCUMENTS = [f"markdown/model-{number}.md" for number in range(12)]
SHARDS = 2


def make_project(root: Path, params: str) -> Path:
    """A project in `root` with docs/, chunks/ and the resolved config for `params`."""
    for name in ("conf", "requirements.lock", "stages"):
        (root / name).symlink_to(ROOT / name)
    (root / "build").mkdir()
    write(
        root / "build" / "docs",
        [(f"models/{key}", page(key, number)) for number, key in enumerate(DOCUMENTS)],
        DOCS,
        SHARDS,
    )
    write(root / "build" / "chunks", [(key, {"chunks": chunks(key)}) for key in DOCUMENTS], CHUNKS, SHARDS)
    fold(root, {})
    configure(root, params)
    return root


def fold(root: Path, folded: dict[str, str]) -> None:
    """Write build/duplicates.parquet: documents, and those that are kept in their place."""
    held = {"document": [*folded], "duplicate_of": [*folded.values()]}
    schema = pa.schema([("document", pa.string()), ("duplicate_of", pa.string())])
    pq.write_table(pa.table(held, schema=schema), root / "build" / "duplicates.parquet")


def configure(root: Path, params: str) -> None:
    """Write params.yaml and what it resolves to."""
    (root / "params.yaml").write_text(params)
    write_conf(compose(root), root / "build")


def block(kind: str, *, text: str = "", cells: tuple[str, ...] = (), citations: tuple[int, ...] = ()) -> dict[str, Any]:
    return {"kind": kind, "text": text, "cells": [{"text": cell} for cell in cells], "citations": list(citations)}


def page(key: str, number: int) -> dict[str, Any]:
    """A page on one document: a sentence, and a table of two parameters."""
    blocks = [
        block(
            "sentence", text=f"Model {number} is a decoder that reads {key} and was trained for a test.", citations=(1,)
        ),
        block("header", cells=("Parameter", "Value")),
        block("row", cells=("layers", f"{number + 2}"), citations=(1,)),
        block("row", cells=("context length", f"{1024 * (number + 1):,}"), citations=(1,)),
    ]
    return {"title": f"Model {number}", "blocks": blocks, "citations": [{"number": 1, "document": key}]}


def chunks(key: str) -> list[dict[str, str]]:
    words = "rotary positions, grouped queries, gated feed-forward parts and root mean square norms"
    return [
        {"id": f"{part}", "text": f"Part {part} of {key} is about {words}, as number {part} shows."}
        for part in range(3)
    ]


def run_stages(root: Path, *names: str) -> dict[str, dict[str, Any]]:
    """Run stages one after another in this process; returns their metrics."""
    with inside(root):
        return {name: dict(execute(name, import_module(f"stages.{name}.{name}").stage)) for name in names}


def start(root: Path, name: str) -> subprocess.Popen[str]:
    """Start a stage as DVC does, in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", f"stages.{name}"]
    return subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.PIPE, text=True)


@contextmanager
def inside(root: Path) -> Iterator[None]:
    """Make `root` the working directory for a while."""
    before = Path.cwd()
    os.chdir(root)
    try:
        yield
    finally:
        os.chdir(before)


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder by relative name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
