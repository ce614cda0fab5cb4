"""The code that a stage's config was composed for: digests of its files, which the entry point compares with the disk.

`compose` writes them under `code:` into build/conf/<stage>.yaml (stages/compose/code.py finds the files), so dvc.yaml
names no code: an edit changes the configs of the stages that import it, and those stages alone run again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from stages.core.run.errors import UserError

ROOT = Path(__file__).resolve().parents[3]
CODE_KEY = "code"
LENGTH = 16


def code_digest(content: bytes) -> str:
    """The digest of a file of code, short: the config of a stage holds about forty."""
    return hashlib.sha256(content).hexdigest()[:LENGTH]


def check_code(code: Mapping[str, str]) -> None:
    """Refuse to run on other code than the config was composed for: rows would pass for those of the new code."""
    for path, known in code.items():
        file = ROOT / path
        if not file.is_file() or code_digest(file.read_bytes()) != known:
            raise UserError(f"{path}: has changed since build/conf/ was composed; run `dvc repro compose` first")


def stage_digest(stage: str, conf: Path = Path("build/conf")) -> str:
    """SHA-256 of a stage's resolved config: its settings, its libraries' versions, its code's digests."""
    return hashlib.sha256((conf / f"{stage}.yaml").read_bytes()).hexdigest()
