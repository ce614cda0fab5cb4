"""Law 2: dvc.yaml says of each stage exactly what it reads and what it writes; of its code, test_code.py."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from tests.pipeline.graph import dvc_yaml, expected_deps, expected_outs, stage_names

HEAVY = {
    "torch",
    "transformers",
    "peft",
    "deepspeed",
    "unstructured",
    "spacy",
    "sklearn",
    "weaviate",
    "daft",
    "mkdocs",
    "z3",
}
DESIGNED = {
    "collect", "parse", "extract", "embed", "index", "organize", "synthesize", "site", "specify", "generate", "dataset",
    "base", "train", "evaluate", "score", "export", "assemble", "tune",
}  # fmt: skip


def flat(outs: list[Any]) -> dict[str, bool]:
    """An `outs:` list of dvc.yaml as path -> persist."""
    pairs = [next(iter(out.items())) if isinstance(out, dict) else (out, {}) for out in outs]
    return {path: settings.get("persist", False) for path, settings in pairs}


def test_every_designed_stage_is_there() -> None:
    assert set(stage_names()) == DESIGNED
    assert set(dvc_yaml()["stages"]) == DESIGNED | {"compose"}


@pytest.mark.parametrize("name", sorted(DESIGNED))
def test_deps_are_config_and_inputs(name: str) -> None:
    assert set(dvc_yaml()["stages"][name]["deps"]) == expected_deps(name)


@pytest.mark.parametrize("name", sorted(DESIGNED))
def test_outs_are_what_the_signature_writes(name: str) -> None:
    stage = dvc_yaml()["stages"][name]
    assert flat(stage["outs"]) | flat(stage["metrics"]) == expected_outs(name)
    assert stage["cmd"] == f"python -m stages.{name}"


def test_compose_depends_on_everything_it_reads() -> None:
    compose = dvc_yaml()["stages"]["compose"]
    assert compose["deps"] == ["conf", "requirements.lock", "stages"]
    assert compose["params"] == [{"params.yaml": None}]
    assert compose["outs"] == ["build/conf", "build/params.schema.json"]


def test_stages_meet_in_files_not_in_imports() -> None:
    from tests.pipeline.graph import imports

    graph = imports()
    for name in DESIGNED:
        for module in (m for m in graph.modules if f"{m}.".startswith(f"stages.{name}.")):
            others = {
                m for m in graph.find_modules_directly_imported_by(module)
                if m.startswith("stages.") and not f"{m}.".startswith((f"stages.{name}.", "stages.core."))
            }  # fmt: skip
            assert not others, f"{module} imports {others}"


def test_composing_loads_no_heavy_library() -> None:
    code = "import sys, stages.compose.compose, stages.compose.stages as s; s.stage_specs(); print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & HEAVY
