"""Where a value comes from: params.yaml, or which file of conf/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf


def given(overrides: Any, where: list[str]) -> bool:
    """Whether a tree of values states this key, or a whole that it would be part of."""
    node: Any = overrides
    for part in where:
        if not isinstance(node, dict) or part not in node:
            return not isinstance(node, dict)
        node = node[part]
    return True


@dataclass(frozen=True)
class Files:
    """Which file of conf/ a value comes from."""

    conf: Path
    choices: dict[str, Any]
    there_are: dict[str, list[str]]

    def holding(self, where: list[str]) -> str:
        """The file that states a key: of the options chosen, the last one that does, else one that they are made of."""
        chosen = self.choices.get(where[0]) or []
        chosen = chosen if isinstance(chosen, list) else [chosen]
        stated = self.options(where)
        for option in [*reversed(chosen), *stated]:
            if option in stated:
                return f"conf/{where[0]}/{option}.yaml"
        return f"conf/{where[0]}/{chosen[-1]}.yaml" if chosen else "conf/config.yaml"

    def options(self, where: list[str]) -> list[str]:
        """The options whose files state a key."""
        names = self.there_are.get(where[0], [])
        held = {name: OmegaConf.load(self.conf / where[0] / f"{name}.yaml") for name in names}
        return [name for name in names if given(OmegaConf.to_container(held[name], resolve=False), where[1:])]
