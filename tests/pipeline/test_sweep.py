"""`litmill sweep`: points of a multirun are DVC experiments that share what they have in common."""

from __future__ import annotations

import json

import pytest

from tests.pipeline.project import RAN, Project

pytestmark = pytest.mark.xdist_group("commands")
NOT_AGAIN = {"collect", "parse", "extract", "embed", "index", "organize", "synthesize", "site"}


def experiments(project: Project) -> dict[str, float]:
    """Name and objective of each experiment that `dvc exp show` lists."""
    rows = json.loads(project.run("dvc", "exp", "show", "--json").stdout)
    found = {}
    for branch in rows:
        for experiment in branch.get("experiments") or []:
            data = experiment["revs"][0]["data"]
            found[experiment["name"]] = data["metrics"]["build/metrics/evaluate.json"]["data"]["objective"]
    return found


def test_four_points_parse_once(built: Project) -> None:
    done = built.run("litmill", "sweep", "--multirun", "model=tiny-llama,tiny-qwen3", "train.rank=4,8")
    ran = set(RAN.findall(done.stdout))
    assert not NOT_AGAIN & ran, "built already, in this workspace"
    assert {"train", "evaluate"} <= ran
    assert not {"export", "assemble"} & ran, "for the point that is taken"
    found = experiments(built)
    assert set(found) >= {f"model-tiny-{model}-train.rank-{rank}" for model in ("llama", "qwen3") for rank in (4, 8)}
    assert len(set(found.values())) == 4, "four settings, four results"


def test_optuna_minimises_the_objective(built: Project) -> None:
    arguments = ["hydra/sweeper=optuna", "hydra.sweeper.n_trials=2", "hydra.sweeper.direction=minimize"]
    point = "model=tiny-llama", "train.rank=choice(4,8)"  # of the test above: DVC has what they came to
    built.run("litmill", "sweep", "--multirun", *arguments, *point)
    found = experiments(built)
    assert {f"train.rank-{rank}-model-tiny-llama" for rank in (4, 8)} & set(found)


def test_without_a_git_user_it_says_what_to_do(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    monkeypatch.setattr(built, "environment", built.environment | nobody)
    built.run("git", "config", "--unset", "user.email")
    try:
        assert "git config --global user.email" in built.refusal("litmill", "sweep", "--multirun", "train.rank=4")
    finally:
        built.run("git", "config", "user.email", "test@example.org")


def test_a_misspelt_key_ends_the_sweep_in_one_line(built: Project) -> None:
    said = built.refusal("litmill", "sweep", "--multirun", "train.rnak=4,8")
    assert "train.rnak: no such key; did you mean 'rank'?" in said
    assert len(said.splitlines()) == 1
