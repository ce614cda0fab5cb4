"""`litmill sweep`: each point of a Hydra multirun as a DVC experiment in a workspace of its own.

    litmill sweep --multirun model=tiny-llama,tiny-qwen3 train.rank=4,8
    litmill sweep --multirun hydra/sweeper=optuna hydra.sweeper.n_trials=6 'train.rank=choice(4,8)'

Stages that a point has in common with the workspace are built there first, once; the experiment takes them from DVC's
cache, and goes as far as the scores: fragments of a model are for the point that is taken (`dvc exp apply NAME`, then
`dvc repro`). The job returns evaluate's `objective`, which a sweeper can optimise. `dvc exp show` lists the points.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import stages.core.run.offline  # noqa: F401
from stages.core.run.errors import UserError

METRICS = "build/metrics/evaluate.json"
SCORES = ("evaluate", "score")  # the stages that a point is judged by


def main(arguments: list[str]) -> int:
    """Hand the arguments to Hydra, whose sweeper calls `point` with each combination."""
    if not Path("dvc.yaml").exists():
        raise UserError("no dvc.yaml here; run this in the root of the project")
    if subprocess.run(["git", "config", "user.email"], capture_output=True, check=False).returncode:
        raise UserError(
            "experiments are git commits, and git does not know you; run: git config --global user.name NAME"
            " and git config --global user.email ADDRESS"
        )
    check_arguments(arguments)
    import hydra
    from omegaconf import DictConfig

    @hydra.main(version_base="1.3", config_path=str(Path("conf").resolve()), config_name="config")
    def job(_: DictConfig) -> float:
        from hydra.core.hydra_config import HydraConfig

        try:
            return point(list(HydraConfig.get().overrides.task))
        except UserError as error:  # Hydra would show it with its own traceback
            print(f"litmill sweep: {error}", file=sys.stderr)
            sys.exit(2)

    sys.argv = ["litmill sweep", *arguments]
    job()
    return 0


def check_arguments(arguments: Sequence[str]) -> None:
    """Refuse what cannot be swept, in one line and before any work: nothing, a misspelt key, an unknown option."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    from stages.compose.compose import compose

    if {"-h", "--help", "--hydra-help"} & set(arguments):
        return
    given = [argument for argument in arguments if "=" in argument and not argument.startswith("-")]
    try:
        parsed = OverridesParser.create().parse_overrides(given)
    except HydraException as error:
        raise UserError(" ".join(str(error).split())) from None
    wanted = {held.key_or_group: _values(held) for held in parsed if not held.key_or_group.startswith("hydra")}
    if not wanted:
        raise UserError("nothing to sweep; say what varies, such as: litmill sweep --multirun train.rank=4,8")
    _check_replaced(set(wanted))
    first = {key: values[0] for key, values in wanted.items()}
    for key, values in wanted.items():
        for value in values:
            compose(Path(), [f"{name}={held}" for name, held in (first | {key: value}).items()])


def _values(override: Any) -> list[str]:
    """The values of an override as text: every choice, the first of a range, the start of an interval."""
    if override.is_choice_sweep():
        return list(override.sweep_string_iterator())
    if override.is_sweep_override():
        return [str(override.value().start)]
    return [override.input_line.partition("=")[2]]


def _check_replaced(keys: set[str]) -> None:
    """`dvc exp run` puts a value `train.rank` in the place of an option `train: short`, which would be lost."""
    from stages.compose.compose import PARAMS, find_options, read_params

    chosen = read_params(Path(PARAMS), find_options(Path("conf"))).selections.keys() | keys
    for key in sorted(keys):
        option = key.partition(".")[0]
        if option != key and option in chosen:
            raise UserError(
                f"{key}: DVC would put it in the place of the option that `{option}` selects; "
                f"select that one in a profile (conf/profile/) instead, or leave it out"
            )


def point(overrides: list[str]) -> float:
    """Run one point, given as Hydra overrides, as a DVC experiment. Returns its objective."""
    name = experiment_name(overrides)
    print(f"sweep: {' '.join(overrides)} -> experiment {name}", flush=True)
    build_common(overrides)
    settings = [part for override in overrides for part in ("--set-param", f"++{override.lstrip('+')}")]
    forget(name)
    dvc("exp", "run", "--temp", "--name", name, *settings, *SCORES)
    return objective(name)


def forget(name: str) -> None:
    """Remove an experiment of an earlier sweep (`dvc exp run --force` would run every stage again, too)."""
    from dvc.repo import Repo

    with Repo() as repo:
        known = [held for names in repo.experiments.ls().values() for held, _ in names]
    if name in known:
        dvc("exp", "remove", name)


def experiment_name(overrides: list[str]) -> str:
    """A name that git takes as a ref, from the overrides themselves, so that a repeated sweep finds its points."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", "_".join(overrides).replace("=", "-")).strip("-.")


def build_common(overrides: list[str]) -> None:
    """Build in this workspace the stages whose config, and whose ancestors' config, is the same at this point."""
    stages = common_stages(overrides)
    if stages:
        dvc("repro", *stages)


def common_stages(overrides: list[str]) -> list[str]:
    """The stages of the graph that the overrides do not reach, in order of name."""
    from dvc.repo import Repo

    from stages.compose.compose import compose

    here, there = compose(Path()), compose(Path(), overrides)
    changed = {
        spec.name for spec in here.specs if any(here.values[key] != there.values[key] for key in spec.config_keys())
    }
    with Repo() as repo:
        graph = repo.index.graph
        by_name = {stage.addressing: stage for stage in graph.nodes}
        reached = set(changed)
        for name in changed:
            reached |= {stage.addressing for stage in _ancestors(graph, by_name[name])}
    return sorted(set(by_name) - reached - {"compose"})


def _ancestors(graph, stage):  # type: ignore[no-untyped-def]
    import networkx

    return networkx.ancestors(graph, stage)  # in DVC's graph an edge points from a stage to what it depends on


def dvc(*arguments: str) -> None:
    """Run a DVC command; its failure ends the sweep with DVC's own words above."""
    done = subprocess.run([sys.executable, "-m", "dvc", *arguments], check=False)
    if done.returncode:
        raise UserError(f"`dvc {' '.join(arguments)}` failed with exit code {done.returncode}")


def objective(experiment: str) -> float:
    """The number that evaluate wants small, of a finished experiment."""
    import dvc.api

    found = dvc.api.metrics_show(METRICS, rev=experiment)
    return float(found["objective"])
