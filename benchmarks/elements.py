"""Documents as rows of elements/, parsed once and kept: what the benchmarks of extraction read.

Each document goes through `parse_document`, as in the stage. The rows lie in the cache folder of Litmill, under the
hash of parse's code and of the document, so that a change to extract parses nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from stages.collect.kinds import kind_of
from stages.compose.code import closures
from stages.core.run.cache import cache_folder
from stages.core.run.code import ROOT
from stages.parse import Parser
from stages.parse.document import parse_document

SETTINGS = yaml.safe_load((ROOT / "conf/parser/structured.yaml").read_text())
PARSER = Parser(**SETTINGS | {"seconds": 0, "memory": 0, "figure_pixels": 100_000})
KEPT = ("kind", "title", "elements")


def parsed(folder: Path, names: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The rows of the named documents of `folder`, with `document` set; what cannot be parsed is left out."""
    files = closures(["parse"], ROOT)["parse"]
    code = json.dumps({path: digest for path, digest in files.items() if not path.startswith("stages/core/")}).encode()
    for name in names:
        raw = (folder / name).read_bytes()
        key = hashlib.sha256(b"\0".join([code, name.encode(), raw])).hexdigest()
        path = cache_folder() / "benchmarks" / "elements" / f"{key}.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(_row(name, raw)), encoding="utf-8")
        row = json.loads(path.read_text(encoding="utf-8"))
        if row:
            yield {"document": name, **row}


def _row(name: str, raw: bytes) -> dict[str, Any]:
    kind, media_type = kind_of(name, raw)
    origin = {"source": "folder", "path": name, "package": None, "version": None}
    row = {"kind": kind, "media_type": media_type, "origin": origin, "licence": None, "bytes": len(raw), "raw": raw}
    elements = parse_document({**row, "reason": None, "detail": None}, parser=PARSER)["elements"]
    return {key: elements[key] for key in KEPT} if elements else {}
