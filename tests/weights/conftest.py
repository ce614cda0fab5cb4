from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.weights.builders import make_project, run_stages

STAGES = ("base", "dataset", "train", "evaluate", "export", "assemble")
PARAMS = "profile: tiny\nfragments: {formats: [safetensors, pt, bin]}\n"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, Any]]]:
    """A project in which all stages of the weights have run on tiny-llama, and their metrics. Not to be changed."""
    root = make_project(tmp_path_factory.mktemp("weights"), PARAMS)
    return root, run_stages(root, *STAGES)
