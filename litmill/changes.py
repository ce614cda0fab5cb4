"""What differs from the last build, stage by stage, without running or writing anything in the project.

reads   params.yaml and conf/ (composed in memory), dvc.yaml, dvc.lock, DVC's cache and the workspace
gives   for each stage its own reasons to run, and the stages in the order in which DVC runs them
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

import stages.core.run.offline  # noqa: F401  (before DVC is imported)
from stages.compose.compose import compose
from stages.compose.write import write
from stages.core.run.code import CODE_KEY
from stages.core.run.errors import UserError

CONF = Path("build/conf")
COMPOSE = "compose"
SHOWN = 80


@dataclass(frozen=True)
class Stage:
    """A stage of the graph: its neighbours, its inputs and outputs under build/, and its own reasons to run."""

    name: str
    after: list[str]
    deps: list[str]
    outs: list[str]
    kept: list[str]
    """Of the outputs, those that are kept between runs."""
    reasons: list[str]


@dataclass(frozen=True)
class State:
    """All stages in the order in which they run, and the folder with the configs that `compose` would write."""

    stages: dict[str, Stage]
    conf: Path

    def reached(self, name: str) -> list[str]:
        """The stages before `name` that have reasons of their own: if their outputs change, it runs, too.

        Not compose: what it would write is known, and has been compared.
        """
        found, waiting = set(), list(self.stages[name].after)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.stages[one].after
        return [one for one in self.stages if one in found - {COMPOSE} and self.stages[one].reasons]


@contextmanager
def look() -> Iterator[State]:
    """The state of the project in the working folder. Raises UserError for what `compose` would refuse."""
    if not Path("dvc.yaml").exists():
        raise UserError("no dvc.yaml here; run this in the root of the project")
    with TemporaryDirectory() as folder:
        write(compose(Path()), Path(folder))
        yield State(_stages(Path(folder) / "conf"), Path(folder) / "conf")


def _stages(conf: Path) -> dict[str, Stage]:
    from dvc.repo import Repo
    from networkx import lexicographical_topological_sort

    with Repo() as repo:
        graph = repo.index.graph.reverse()  # DVC's edges point from a stage to what it depends on
        status = repo.status()
        found = {}
        for node in lexicographical_topological_sort(graph, key=lambda node: node.addressing):
            after = sorted(before.addressing for before in graph.predecessors(node))
            reasons = [*_config_reasons(repo, node, conf), *_status_reasons(status.get(node.addressing, []))]
            found[node.addressing] = Stage(
                name=node.addressing,
                after=after,
                deps=[str(dep) for dep in node.deps],
                outs=[str(out) for out in node.outs if not out.metric],
                kept=[str(out) for out in node.outs if out.persist],
                reasons=reasons,
            )
    return found


def _config_reasons(repo: Any, node: Any, conf: Path) -> list[str]:
    """The keys of the stage's config, and the files of its code, that differ from those of its last run."""
    dep = next((dep for dep in node.deps if Path(str(dep)).parent == CONF), None)
    if dep is None or not dep.hash_info:
        return []  # compose has no config, and a stage that never ran says so by itself
    new = (conf / Path(str(dep)).name).read_bytes()
    if hashlib.md5(new).hexdigest() == dep.hash_info.value:
        return []
    old = Path(repo.cache.local.oid_to_path(dep.hash_info.value))
    if not old.exists():
        return ["its config changed"]
    before, now = (yaml.safe_load(text) for text in (old.read_bytes(), new))
    code = _code_reasons(before.pop(CODE_KEY, {}), now.pop(CODE_KEY))
    before, now = flat(before), flat(now)
    changed = [key for key in sorted({*before, *now}) if before.get(key) != now.get(key)]
    return [*(f"{key}: {_short(before.get(key))} -> {_short(now.get(key))}" for key in changed), *code]


def _code_reasons(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """The files of code that differ, in the words of DVC."""
    changed = [path for path in sorted({*before, *now}) if before.get(path) != now.get(path)]
    return [
        f"{path} is {'new' if path not in before else 'deleted' if path not in now else 'modified'}" for path in changed
    ]


def _status_reasons(status: list[Any]) -> list[str]:
    """What DVC finds changed, apart from the config, which is compared key by key."""
    reasons = []
    for entry in status:
        if isinstance(entry, str):
            reasons.append("its command changed" if entry == "changed command" else entry)
            continue
        for paths in entry.values():
            reasons += [
                f"{path} is {how if isinstance(how, str) else 'modified'}"
                for path, how in paths.items()
                if Path(path).parent != CONF
            ]
    return reasons


def flat(values: Any, at: str = "") -> dict[str, Any]:
    """A nested mapping as dotted keys; lists stay whole."""
    if not isinstance(values, dict) or not values:
        return {at: values}
    found: dict[str, Any] = {}
    for key, value in values.items():
        found |= flat(value, f"{at}.{key}" if at else str(key))
    return found


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
