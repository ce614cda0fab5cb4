"""How long stages took on this machine: kept for `litmill plan` beside DVC's own notes, part of no artifact."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

RATES = Path(".dvc/tmp/rates.json")
_documents = 0


@dataclass(frozen=True)
class Rate:
    """A run: its seconds, and the documents that it computed (0: it does not go document by document)."""

    seconds: float
    documents: int


def past() -> dict[str, Rate]:
    """The last run of each stage that did most."""
    try:
        return {name: Rate(**held) for name, held in json.loads(RATES.read_text()).items()}
    except (OSError, ValueError, TypeError):
        return {}


def computed(documents: int) -> None:
    """Note that this process's stage computed so many documents."""
    global _documents
    _documents += documents


def keep(stage: str, seconds: float) -> None:
    """Remember this process's run, unless an earlier one computed far more documents and so tells more."""
    if not RATES.parent.is_dir():
        return
    rates, rate = past(), Rate(seconds, _documents)
    if stage not in rates or rate.documents >= rates[stage].documents / 2:
        new = RATES.with_suffix(".new")
        new.write_text(json.dumps({name: asdict(held) for name, held in sorted({**rates, stage: rate}.items())}))
        new.replace(RATES)
