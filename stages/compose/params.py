"""params.yaml as what it says: which options are selected, and which values are set.

A top-level key that names a folder of conf/ and holds a word, or a list of words, selects options; anything else sets
values; an empty value says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from stages.core.run.errors import UserError

PARAMS = "params.yaml"


@dataclass(frozen=True)
class Params:
    """What params.yaml says: options by folder of conf/, and the tree of values, in which None is left empty."""

    selections: dict[str, Any]
    values: dict[str, Any]


def read_params(path: Path, options: dict[str, list[str]], overrides_given: Sequence[str] = ()) -> Params:
    """params.yaml, and what was given beside it (`key=value`), with dotted keys unfolded.

    A selection that is given stands for all that params.yaml says under its key, as in the file that DVC then writes.
    """
    found = Params({}, {})
    for source in (_load(path), *(_from_dotlist(given) for given in overrides_given)):
        leaves = list(_leaves(source))
        _check_plain(leaves)
        _check_once(leaves)
        chosen = {parts[0]: value for parts, value in leaves if _is_selection(parts, value, options)}
        found.selections.update(chosen)
        for key in chosen:
            found.values.pop(key, None)
        for parts, value in leaves:
            if not _is_selection(parts, value, options):
                _set(found.values, parts, value)
    return found


def _check_plain(leaves: Iterable[tuple[tuple[str, ...], Any]]) -> None:
    """Refuse what YAML can say and a configuration cannot hold: bytes, and halves of characters."""
    for parts, value in leaves:
        for held in (*parts, *_held(value)):
            if isinstance(held, bytes) or (isinstance(held, str) and printable(held) != held):
                where = printable(".".join(parts))
                raise UserError(f"{PARAMS}: {where}: found {held!r}; allowed are numbers, and text in UTF-8")


def _held(value: Any) -> Iterator[Any]:
    """What lists and mappings hold, keys too; or the value itself."""
    if isinstance(value, dict | list):
        for held in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from _held(held)
    else:
        yield value


def _check_once(leaves: Iterable[tuple[tuple[str, ...], Any]]) -> None:
    stated: set[tuple[str, ...]] = set()
    for parts, value in leaves:
        if value is not None and parts in stated:
            raise UserError(f"{PARAMS}: {'.'.join(parts)}: is stated twice; keep one of the two lines")
        stated |= {parts} if value is not None else set()


def _is_selection(parts: tuple[str, ...], value: Any, options: Mapping[str, Any]) -> bool:
    return len(parts) == 1 and parts[0] in options and value is not None


def _load(path: Path) -> dict[Any, Any]:
    try:
        params = OmegaConf.load(path)
    except FileNotFoundError:
        raise UserError(f"{PARAMS}: not there; run this in the root of the project") from None
    except Exception as error:  # the YAML parser's errors have no common base that is ours to import
        raise UserError(f"{PARAMS}: not readable as YAML: {one_line(error)}") from None
    if not isinstance(params, DictConfig):
        raise UserError(f"{PARAMS}: expected `key: value` lines, found a list")
    return OmegaConf.to_container(params, resolve=False)  # type: ignore[return-value]


def _from_dotlist(given: str) -> dict[Any, Any]:
    return OmegaConf.to_container(OmegaConf.from_dotlist([given]), resolve=False)  # type: ignore[return-value]


def _leaves(node: dict[Any, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The values in a tree of mappings, each with its path; an empty mapping is an empty value.

    A dot divides keys at the top alone: below it, names such as Qwen2.5 have dots of their own.
    """
    for key, held in node.items():
        path = (*at, str(key)) if at else tuple(str(key).split("."))
        if isinstance(held, dict) and held:
            yield from _leaves(held, path)
        else:
            yield path, None if held == {} else held


def _set(into: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Put `value` at a path of the tree; an empty value leaves what is there."""
    for part in path[:-1]:
        if not isinstance(into.get(part), dict):
            into[part] = {}
        into = into[part]
    if value is not None or path[-1] not in into:
        into[path[-1]] = value


def without_empty(tree: dict[str, Any]) -> dict[str, Any]:
    held = {key: without_empty(value) if isinstance(value, dict) else value for key, value in tree.items()}
    return {key: value for key, value in held.items() if value is not None and value != {}}


def one_line(error: Exception) -> str:
    """What an error says, without its line breaks."""
    return " ".join(str(error).split())


def printable(text: str) -> str:
    """Text without the halves of characters that no file can hold."""
    return text.encode("utf-8", "backslashreplace").decode()
