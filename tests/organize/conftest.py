"""The configuration that organize is tested with: conf/knowledge as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from stages.core.knowledge import Knowledge
from stages.core.run.config import check
from stages.organize import Config, Organizer

CONF = Path(__file__).resolve().parents[2] / "conf"


@pytest.fixture(scope="session")
def config() -> Config:
    from hydra import compose, initialize_config_dir
    from omegaconf import OmegaConf

    with initialize_config_dir(str(CONF), version_base="1.3"):
        values: Any = OmegaConf.to_container(compose("knowledge/default"), resolve=True)
    organizer = Organizer(
        least_evidence=2.5, least_similarity=0.45, likeness=0.6, cluster_documents=2, models_for_pair=1
    )
    return Config(organizer=organizer, knowledge=check(TypeAdapter(Knowledge), values["knowledge"]), threads=1)
