"""Typed configuration: what a stage may be told, checked before any work is done.

A stage declares frozen dataclasses with `@config`; a sentence under each field says what it means, and becomes the
description in the JSON Schema of params.yaml. A field's name is a top-level key of conf/, so one key that two stages
read has one type. Values come from conf/ alone: a field has no default here, so that each default has one home.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, dataclass_transform, get_args, get_origin, get_type_hints

from annotated_types import Ge, Le, Lt

from stages.core.run.code import CODE_KEY, check_code
from stages.core.run.errors import UserError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
Threads = Annotated[int, Ge(1), Le(1024)]
Seed = Annotated[int, Ge(0), Lt(2**32)]
LIBRARIES_KEY = "libraries"


@dataclass_transform(frozen_default=True, kw_only_default=True)
def config(cls: type[T]) -> type[T]:
    """Make a frozen, keyword-only dataclass that refuses unknown keys and takes field sentences as descriptions."""
    cls.__pydantic_config__ = {  # type: ignore[attr-defined]
        "extra": "forbid",
        "use_attribute_docstrings": True,
        "allow_inf_nan": False,
    }
    return dataclasses.dataclass(frozen=True, kw_only=True)(cls)


@dataclasses.dataclass(frozen=True)
class PartOf:
    """Says of a field's dataclass that conf/ holds more under that key: `Annotated[Names, PartOf(Knowledge)]`."""

    whole: type


def whole_of(kind: Any) -> Any:
    """The type of all that conf/ holds under the key of a field of type `kind`."""
    return next((held.whole for held in get_args(kind) if isinstance(held, PartOf)), kind)


def part(kind: Any, values: Any) -> Any:
    """Of plain YAML data that was checked, what a type declares: other keys of its dataclasses are left out."""
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if dataclasses.is_dataclass(kind) and isinstance(values, dict):
        return {name: part(held, values[name]) for name, held in get_type_hints(kind, include_extras=True).items()}
    if get_origin(kind) is Mapping:
        return {name: part(get_args(kind)[1], held) for name, held in values.items()}
    return values


def check(checker: TypeAdapter[T], values: Any) -> T:
    """Return `values` (plain YAML data) as an instance of the checker's dataclass.

    Raises pydantic.ValidationError with the location of each value that does not fit; numbers are never read from text.
    """
    return checker.validate_json(json.dumps(values), strict=True)


def load(kind: type[T], path: Path) -> tuple[T, dict[str, str]]:
    """Read a stage's resolved config file. Returns the typed config and the library versions it was made for.

    Raises UserError where it was composed for other code than is there (a config written by hand may name no code).
    """
    import yaml
    from pydantic import TypeAdapter

    if not path.exists():
        raise UserError(f"{path}: not there yet; run `dvc repro compose` first")
    values = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    libraries = values.pop(LIBRARIES_KEY)
    check_code(values.pop(CODE_KEY, {}))
    return check(TypeAdapter(kind), values), libraries
