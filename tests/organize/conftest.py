"""The configuration that organize is tested with: conf/knowledge as it is."""

from __future__ import annotations

import pytest

from stages.organize import Config, Organizer
from tests.knowledge import shipped


@pytest.fixture(scope="session")
def config() -> Config:
    organizer = Organizer(
        least_evidence=2.5, least_similarity=0.45, likeness=0.6, cluster_documents=2, models_for_pair=1
    )
    return Config(organizer=organizer, knowledge=shipped(), threads=1)
