"""The word lists of conf/knowledge/, read beside Hydra: plain YAML without defaults or interpolation.

They are most of what conf/ holds. Hydra copies each value several times and wraps it, which took two of the three
seconds of compose; by libyaml they are read in a tenth of one.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import yaml

from stages.compose.params import one_line
from stages.core.run.errors import UserError

GROUP, FILES = "knowledge", "files"


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Refuses a key that stands twice in one mapping, as OmegaConf does."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"found duplicate key {key.value}", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def with_lists(knowledge: Any, conf: Path, stated_in: str) -> Any:
    """`knowledge` with the lists that its `files` name, each a folder of conf/knowledge/; what it states itself wins.

    `stated_in` is the file that names them. Where `files` has not the right form it is left to the check of types.
    Raises UserError for a file that is not there or no YAML mapping.
    """
    lists: dict[str, Any] = {}
    for folder, names in _files(knowledge).items():
        for name in names:
            path = conf / GROUP / str(folder) / f"{name}.yaml"
            if not path.is_file():
                known = sorted(other.stem for other in path.parent.glob("*.yaml"))
                close = difflib.get_close_matches(str(name), known, n=1)
                hint = f"; did you mean {close[0]!r}?" if close else ""
                raise UserError(f"{stated_in}: {GROUP}.{FILES}.{folder}: no conf/{GROUP}/{folder}/{name}.yaml{hint}")
            merge(lists.setdefault(str(folder), {}), read(path, conf))
    return merge(lists, knowledge) if lists else knowledge


def _files(knowledge: Any) -> dict[str, list[str]]:
    """The files named, by folder, if that is what `knowledge` holds."""
    held = knowledge.get(FILES) if isinstance(knowledge, dict) else None
    good = isinstance(held, dict) and all(
        isinstance(names, list) and all(isinstance(name, str) for name in names) for names in held.values()
    )
    return held if good and held else {}


def holding(where: list[str], knowledge: Any, conf: Path) -> str | None:
    """The file of a list that states a key such as knowledge.entities.Llama, or None."""
    for name in reversed(_files(knowledge).get(where[1], [])) if len(where) > 2 else ():
        path = conf / GROUP / where[1] / f"{name}.yaml"
        if where[2] in read(path, conf):
            return str(path.relative_to(conf.parent))
    return None


def read(path: Path, conf: Path) -> dict[str, Any]:
    """A mapping from a YAML file."""
    shown = path.relative_to(conf.parent)
    try:
        held = yaml.load(path.read_bytes(), Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{shown}: not readable as YAML: {one_line(error)}") from None
    if not isinstance(held, dict):
        raise UserError(f"{shown}: expected `name: value` lines")
    return held


def merge(into: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """`into` with what `other` states, mapping by mapping; a list stands as a whole."""
    for key, value in other.items():
        held = into.get(key)
        into[key] = merge(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return into
