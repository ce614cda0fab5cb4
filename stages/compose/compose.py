"""Compose conf/ and params.yaml with Hydra and check the result against the stages' types.

A top-level key of params.yaml that names a folder of conf/ and holds a word selects an option, and a list of words
several, whose keys are merged in order; anything else (`train: {rank: 4}`, `train.rank: 4`) overrides values; an empty
value leaves what the profile says. Every mistake becomes one line: file, key, what was found, what is allowed, the
nearest valid name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, make_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import ValidationError

from stages.compose.stages import StageSpec, key_types, stage_specs
from stages.core.run.config import check, config
from stages.core.run.errors import UserError

PARAMS = "params.yaml"
SELECT_ONLY = {"profile"}  # a folder of conf/ that only selects options of the others


@dataclass(frozen=True)
class Composed:
    """The resolved values by top-level key, and what is needed to write them."""

    values: dict[str, Any]
    specs: list[StageSpec]
    types: dict[str, Any]
    options: dict[str, list[str]]
    root: Path


def compose(root: Path, overrides_given: Sequence[str] = ()) -> Composed:
    """Compose the project at `root`, with `overrides_given` (`key=value`) on top of its params.yaml.

    Raises UserError for anything that the user can put right.
    """
    specs = stage_specs()
    types = key_types(specs)
    options = find_options(root / "conf")
    selections, overrides = read_params(root / PARAMS, options, overrides_given)
    _check_selections(selections, options)
    _check_keys(overrides, types, options)
    cfg, choices = _compose_conf(root / "conf", selections)
    files = _Files(root / "conf", {**choices, **selections}, options)
    values = _merge(cfg, overrides)
    values = {key: value for key, value in values.items() if key in types}
    _check_values(values, types, overrides, files)
    return Composed(values, specs, types, options, root)


def find_options(conf: Path) -> dict[str, list[str]]:
    """The folders of conf/ and the options in each."""
    if not conf.is_dir():
        raise UserError("conf/: not there; run this in the root of the project")
    folders = sorted(path for path in conf.iterdir() if path.is_dir())
    return {folder.name: sorted(path.stem for path in folder.glob("*.yaml")) for folder in folders}


def read_params(
    path: Path, options: dict[str, list[str]], overrides_given: Sequence[str] = ()
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Selections and values of params.yaml and of what was given beside it: dotted keys unfolded, empty left out.

    A selection that was given stands for all that params.yaml says under its key, as in the file that DVC then writes.
    """
    try:
        params = OmegaConf.load(path)
    except FileNotFoundError:
        raise UserError(f"{PARAMS}: not there; run this in the root of the project") from None
    except Exception as error:  # the YAML parser's errors have no common base that is ours to import
        raise UserError(f"{PARAMS}: not readable as YAML: {_one_line(error)}") from None
    if not isinstance(params, DictConfig):
        raise UserError(f"{PARAMS}: expected `key: value` lines, found a list")
    given = OmegaConf.from_dotlist(list(overrides_given))
    selections: dict[str, Any] = {}
    overrides: dict[str, Any] = {}
    for source in (params, given):
        held: dict[Any, Any] = OmegaConf.to_container(source, resolve=False)  # type: ignore[assignment]
        chosen = {key: value for key, value in held.items() if key in options and not isinstance(value, dict | None)}
        selections |= chosen
        overrides = {key: value for key, value in overrides.items() if key not in chosen}
        for key, value in held.items():
            if key not in chosen:
                _set(overrides, str(key).split("."), value)
    return selections, overrides


def _set(into: dict[str, Any], path: list[str], value: Any) -> None:
    """Put `value` at a dotted path, mappings key by key; an empty value leaves what is there."""
    if isinstance(value, dict):
        for key, held in value.items():
            _set(into, [*path, str(key)], held)
    elif value is not None:
        for part in path[:-1]:
            if not isinstance(into.get(part), dict):
                into[part] = {}
            into = into[part]
        into[path[-1]] = value


def _check_selections(selections: dict[str, Any], options: dict[str, list[str]]) -> None:
    for key, value in selections.items():
        for option in value if isinstance(value, list) else [value]:
            if option not in options[key]:
                hint = _nearest(str(option), options[key])
                raise UserError(f"{PARAMS}: {key}: no option {option!r} in conf/{key}/{hint}")


def _check_keys(overrides: dict[str, Any], types: dict[str, Any], options: dict[str, list[str]]) -> None:
    allowed = sorted({*types, *options})
    for key, value in overrides.items():
        if key not in allowed:
            raise UserError(f"{PARAMS}: {key}: no such key{_nearest(key, allowed)}")
        if key in SELECT_ONLY:
            raise UserError(f"{PARAMS}: {key}: found {value!r}, expected one of {', '.join(options[key])}")
        for dotted, name, names in _unknown(value, types[key], key):
            raise UserError(f"{PARAMS}: {dotted}: no such key{_nearest(name, names)}")


def _unknown(value: Any, kind: Any, at: str) -> Iterator[tuple[str, str, list[str]]]:
    """Keys in `value` that the dataclass `kind` does not have: (dotted key, its last part, the names there are)."""
    kind = _dataclass(kind)
    if kind is None or not isinstance(value, dict):
        return
    hints = get_type_hints(kind, include_extras=True)
    for key, held in value.items():
        if key not in hints:
            yield f"{at}.{key}", str(key), sorted(hints)
        else:
            yield from _unknown(held, hints[key], f"{at}.{key}")


def _compose_conf(conf: Path, selections: dict[str, Any]) -> tuple[DictConfig, dict[str, str]]:
    GlobalHydra.instance().clear()
    try:
        with initialize_config_dir(str(conf.resolve()), version_base="1.3"):
            arguments = [f"{key}={_spelt(value)}" for key, value in selections.items()]
            cfg = hydra_compose("config", overrides=arguments, return_hydra_config=True)
    except (HydraException, OmegaConfBaseException) as error:
        raise UserError(f"conf/: {_one_line(error)}") from None
    except Exception as error:
        if type(error).__module__.startswith("yaml"):
            raise UserError(f"conf/: not readable as YAML: {_one_line(error)}") from None
        raise
    choices = {str(key): str(value) for key, value in cfg.hydra.runtime.choices.items()}
    OmegaConf.set_struct(cfg, False)
    del cfg["hydra"]
    return cfg, choices


def _spelt(value: Any) -> str:
    """A selection as Hydra writes it."""
    return f"[{','.join(value)}]" if isinstance(value, list) else str(value)


def _merge(cfg: DictConfig, overrides: dict[str, Any]) -> dict[str, Any]:
    try:
        merged = OmegaConf.merge(cfg, overrides)
        return OmegaConf.to_container(merged, resolve=True)  # type: ignore[return-value]
    except OmegaConfBaseException as error:
        raise UserError(f"{PARAMS}: {_one_line(error)}") from None


def _check_values(values: dict[str, Any], types: dict[str, Any], overrides: dict[str, Any], files: _Files) -> None:
    root: type = config(make_dataclass("Root", [(key, kind) for key, kind in types.items()]))
    try:
        check(root, values)
    except ValidationError as error:
        first = min(error.errors(), key=lambda held: held["type"] != "unexpected_keyword_argument")
        where = [str(part) for part in first["loc"]]
        dotted = ".".join(where)
        file = PARAMS if _given(overrides, where) else files.holding(where)
        if first["type"] == "unexpected_keyword_argument":
            raise UserError(f"{file}: {dotted}: no such key{_nearest(where[-1], _names(types, where))}") from None
        if first["type"] == "missing" and len(where) > 2 and _given(overrides, where[:-1]) and files.options(where):
            able = " or ".join(files.options(where))
            raise UserError(f"{PARAMS}: {'.'.join(where[:-1])}: is not chosen; add {able} to `{where[0]}:`") from None
        if first["type"] == "missing":
            raise UserError(f"{file}: {dotted}: is missing") from None
        raise UserError(f"{file}: {dotted}: found {first['input']!r}; {_lower(first['msg'])}") from None


def _given(overrides: Any, where: list[str]) -> bool:
    node: Any = overrides
    for part in where:
        if not isinstance(node, dict) or part not in node:
            return not isinstance(node, dict)
        node = node[part]
    return True


@dataclass(frozen=True)
class _Files:
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
        return [name for name in names if _given(OmegaConf.to_container(held[name], resolve=False), where[1:])]


def _names(types: dict[str, Any], where: list[str]) -> list[str]:
    kind: Any = _dataclass(types.get(where[0]))
    for part in where[1:-1]:
        if kind is not None and not part.isdigit():
            kind = _dataclass(get_type_hints(kind).get(part))
    return sorted(field.name for field in fields(kind)) if kind else []


def _dataclass(kind: Any) -> Any:
    """The dataclass that a type is, or holds, as `list[X]` and `X | None` do; None where there is none."""
    return next((held for held in (kind, *get_args(kind)) if is_dataclass(held)), None)


def _nearest(name: str, names: list[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"{hint} (there are: {', '.join(names)})"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
