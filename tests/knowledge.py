"""conf/knowledge as it is shipped, for tests and benchmarks of the stages that read it."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import TypeAdapter

from stages.compose.lists import with_lists
from stages.core.knowledge import Knowledge
from stages.core.run.config import check

CONF = Path(__file__).resolve().parents[1] / "conf"


def shipped() -> Knowledge:
    """The default option with the lists that it names."""
    default = CONF / "knowledge/default.yaml"
    return check(TypeAdapter(Knowledge), with_lists(yaml.safe_load(default.read_text()), CONF, str(default)))
