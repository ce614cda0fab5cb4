"""A process loads no more than its documents want: what is loaded is what a changed document waits for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.parse import builders

HEAVY = ("spacy", "pandas", "matplotlib", "numba", "scipy.optimize", "iso639._data", "torch")
LOADED = f"""
import sys
from pathlib import Path
from stages.parse import Parser
from stages.parse.document import parse_document
from tests.parse.conftest import SETTINGS

kind, path = sys.argv[1:]
origin = {{"source": "folder", "path": path, "package": None, "version": None}}
row = {{"kind": kind, "raw": Path(path).read_bytes(), "media_type": "", "reason": None, "licence": None}}
made = parse_document({{**row, "origin": origin}}, parser=Parser(**SETTINGS | {{"strategy": "structured"}}))
assert made["elements"] and made["elements"]["language"] == "en" and made["elements"]["signature"], made
print(*(name for name in {HEAVY} if name in sys.modules))
"""
SAID = "The quick brown fox jumps over the lazy dog, and the dog sleeps on in the shade of the old tree."


@pytest.mark.parametrize(
    ("kind", "raw", "wanted"),
    [
        ("pdf", builders.pdf([[(20, "Foxes"), (10, SAID)]]), []),
        ("rst", f"Foxes\n=====\n\n{SAID}\n".encode(), []),
        ("html", f"<html><body><h1>Foxes</h1><p>{SAID}</p></body></html>".encode(), ["spacy"]),
    ],
    ids=["pdf", "rst", "html"],
)
def test_a_document_loads_what_its_kind_wants(kind: str, raw: bytes, wanted: list[str], tmp_path: Path) -> None:
    (tmp_path / f"foxes.{kind}").write_bytes(raw)
    command = [sys.executable, "-c", LOADED, kind, str(tmp_path / f"foxes.{kind}")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == wanted
