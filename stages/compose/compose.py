"""Compose conf/ and params.yaml with Hydra and check the result against the stages' types.

A top-level key of params.yaml that names a folder of conf/ and holds a word selects an option; anything else overrides
values; an empty value leaves what the profile says. Every mistake becomes one line: file, key, what was found, what is
allowed, the nearest valid name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, make_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import TypeAdapter, ValidationError

from stages.compose import lists
from stages.compose.documents import check_documents
from stages.compose.files import Files, given
from stages.compose.params import PARAMS, one_line, printable, read_params, without_empty
from stages.compose.stages import StageSpec, key_types, stage_specs
from stages.core.run.config import check, config
from stages.core.run.errors import UserError

OPTION = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
NOT_OPTIONS = {"true", "false", "null", "nan", "inf"}  # which Hydra and YAML read as values
SELECT_ONLY = {"profile"}  # a folder of conf/ that only selects options of the others


@dataclass(frozen=True)
class Composed:
    """The resolved values by top-level key, and what is needed to write them."""

    values: dict[str, Any]
    specs: list[StageSpec]
    checker: TypeAdapter[Any]
    options: dict[str, list[str]]
    root: Path


def compose(root: Path, overrides_given: Sequence[str] = ()) -> Composed:
    """Compose the project at `root`, with `overrides_given` (`key=value`) on top of its params.yaml.

    Raises UserError for anything that the user can put right.
    """
    specs = stage_specs()
    types = key_types(specs)
    options = find_options(root / "conf")
    params = read_params(root / PARAMS, options, overrides_given)
    _check_selections(params.selections, options)
    _check_keys(params.values, types, options)
    overrides = without_empty(params.values)
    cfg, choices = _compose_conf(root / "conf", params.selections)
    _check_conf_keys(cfg, types, choices)
    files = Files(root / "conf", {**choices, **params.selections}, options)
    values = _merge(cfg, overrides, files)
    named_in = PARAMS if given(overrides, [lists.GROUP, lists.FILES]) else files.holding([lists.GROUP, lists.FILES])
    values[lists.GROUP] = lists.with_lists(values[lists.GROUP], root / "conf", named_in)
    checker = TypeAdapter[Any](config(make_dataclass("Root", types.items())))
    _check_values(checker, values, types, overrides, files)
    check_documents(root, values["documents"], files, overrides)
    return Composed(values, specs, checker, options, root)


def find_options(conf: Path) -> dict[str, list[str]]:
    """The folders of conf/ and the options in each."""
    if not conf.is_dir():
        raise UserError("conf/: not there; run this in the root of the project")
    folders = sorted(path for path in conf.iterdir() if path.is_dir() and not path.name.startswith("."))
    return {folder.name: sorted(option_name(path) for path in _options(folder)) for folder in folders}


def _options(folder: Path) -> Iterator[Path]:
    """The files of options; an editor's hidden ones are none."""
    return (path for path in folder.glob("*.yaml") if path.is_file() and not path.name.startswith("."))


def option_name(path: Path) -> str:
    """What an option is called. Raises UserError for a name that Hydra would take for something else."""
    if not OPTION.fullmatch(path.stem) or path.stem.lower() in NOT_OPTIONS:
        file = "/".join(path.parts[-3:])
        allowed = "letters, digits, '-', '_' and '.', a letter first, and not a value such as true or null"
        raise UserError(f"{printable(file)}: found {path.stem!r} as the name of an option; allowed are {allowed}")
    return path.stem


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
        if key in SELECT_ONLY and value is not None:
            raise UserError(f"{PARAMS}: {key}: found {value!r}, expected one of {', '.join(options[key])}")
        for dotted, name, names in _unknown(value, types.get(key), key):
            raise UserError(f"{PARAMS}: {dotted}: no such key{_nearest(name, names)}")


def _unknown(value: Any, kind: Any, at: str) -> Iterator[tuple[str, str, list[str]]]:
    """Keys in `value` that the dataclass `kind` does not have: (dotted key, its last part, the names there are)."""
    if not is_dataclass(kind) or not isinstance(value, dict):
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
    except UnicodeDecodeError:
        raise UserError(f"{_not_utf8(conf)}: not readable as YAML: it is not UTF-8; save it as UTF-8") from None
    except (HydraException, OmegaConfBaseException) as error:
        raise UserError(f"conf/: {one_line(error)}") from None
    except Exception as error:
        if type(error).__module__.startswith("yaml"):
            raise UserError(f"conf/: not readable as YAML: {one_line(error)}") from None
        raise
    choices = {str(key): str(value) for key, value in cfg.hydra.runtime.choices.items()}
    OmegaConf.set_struct(cfg, False)
    del cfg["hydra"]
    return cfg, choices


def _not_utf8(conf: Path) -> Path:
    """The first file of conf/ that is not UTF-8; Hydra does not say which it was."""
    for path in sorted(conf.rglob("*.yaml")):
        try:
            path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return path.relative_to(conf.parent)
    raise AssertionError("every file of conf/ is UTF-8")


def _check_conf_keys(cfg: DictConfig, types: dict[str, Any], choices: dict[str, str]) -> None:
    """A top-level key of conf/ that no stage reads is a mistake, too; config.yaml and the profile hold them."""
    for key in sorted(str(key) for key in cfg if key not in types):
        files = f"conf/config.yaml or conf/profile/{choices['profile']}.yaml"
        raise UserError(f"{files}: {key}: no such key{_nearest(key, sorted(types))}")


def _spelt(value: Any) -> str:
    """A selection as Hydra writes it."""
    return f"[{','.join(value)}]" if isinstance(value, list) else str(value)


def _merge(cfg: DictConfig, overrides: dict[str, Any], files: Files) -> dict[str, Any]:
    try:
        cfg.merge_with(overrides)
        return OmegaConf.to_container(cfg, resolve=True)  # type: ignore[return-value]
    except OmegaConfBaseException as error:
        where = str(error.full_key or "").split(".")
        file = PARAMS if given(overrides, where) else files.holding(where)
        raise UserError(f"{file}: {one_line(error)}") from None


def _check_values(
    checker: TypeAdapter[Any],
    values: dict[str, Any],
    types: dict[str, Any],
    overrides: dict[str, Any],
    files: Files,
) -> None:
    try:
        check(checker, values)
    except ValidationError as error:
        order = {"unexpected_keyword_argument": 0, "missing": 2}
        first = min(error.errors(), key=lambda held: order.get(held["type"], 1))
        where = [str(part) for part in first["loc"]]
        dotted = ".".join(where)
        holder = where[:-1] if first["type"] == "missing" else where
        file = PARAMS if given(overrides, holder) else files.holding(holder)
        if file != PARAMS and where[0] == lists.GROUP:
            file = lists.holding(where, values[lists.GROUP], files.conf) or file
        if first["type"] == "unexpected_keyword_argument":
            raise UserError(f"{file}: {dotted}: no such key{_nearest(where[-1], _names(types, where))}") from None
        if first["type"] == "missing" and len(where) > 2 and given(overrides, where[:-1]) and files.options(where):
            able = " or ".join(files.options(where))
            raise UserError(f"{PARAMS}: {'.'.join(where[:-1])}: is not chosen; add {able} to `{where[0]}:`") from None
        if first["type"] == "missing":
            raise UserError(f"{file}: {dotted}: is missing") from None
        raise UserError(f"{file}: {dotted}: found {first['input']!r}; {_lower(first['msg'])}") from None


def _names(types: dict[str, Any], where: list[str]) -> list[str]:
    """The fields of what a dotted key leads to; names in a mapping, and numbers in a list, lead to what it holds."""
    hint: Any = types.get(where[0])
    for part in where[1:-1]:
        if get_origin(hint) in (dict, Mapping):
            hint = get_args(hint)[1]
        elif not part.isdigit():
            kind = _dataclass(hint)
            hint = get_type_hints(kind).get(part) if kind else None
    kind = _dataclass(hint)
    return sorted(field.name for field in fields(kind)) if kind else []


def _dataclass(kind: Any) -> Any:
    """The dataclass that a type is, or holds, as `list[X]` and `X | None` do; None where there is none."""
    return next((held for held in (kind, *get_args(kind)) if is_dataclass(held)), None)


def _nearest(name: str, names: list[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"{hint} (there are: {', '.join(names)})"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
