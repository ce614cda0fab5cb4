"""Where documents are computed: this machine or a Ray cluster, and by how many workers.

reads   build/conf/engine.yaml

No stage depends on that file: whatever it says, the bytes of every output are the same, so a change rebuilds nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from annotated_types import Ge

from stages.core.run.config import check, config

PATH = Path("build/conf/engine.yaml")


@config
class Engine:
    """Where documents are computed, and by how many workers."""

    address: str
    """Address of a Ray cluster whose nodes see this folder under the same path; empty: this machine."""
    workers: Annotated[int, Ge(0)]
    """Documents that are computed at the same time; 0: as many as there are cores."""


def engine() -> Engine:
    """What compose wrote; a stage that is run alone, without it, uses this machine's cores."""
    import yaml
    from pydantic import TypeAdapter

    if not PATH.exists():
        return Engine(address="", workers=0)
    return check(TypeAdapter(Engine), yaml.safe_load(PATH.read_text(encoding="utf-8")))
