"""What a build knows, as `ask` needs it: entities by name, parameters, relations, and where a quote stands."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from litmill.documents import BUILD, row
from stages.core.run.errors import UserError
from stages.core.spelling import fold

Record = dict[str, Any]


class Place(NamedTuple):
    """Section path and page of an element."""

    section: list[str]
    page: int | None


@dataclass(frozen=True)
class Known:
    """knowledge/, read once."""

    entities: dict[str, Record]
    """Entities by id."""
    parameters: list[Record]
    """Values with their sources, in the order of knowledge/: the best source first."""
    relations: list[Record]
    """Relations with their sources."""

    @cached_property
    def ids(self) -> dict[str, str]:
        """Id by folded name or spelling; a name goes before another entity's spelling."""
        spelled = {fold(alias): key for key, held in self.entities.items() for alias in held["aliases"]}
        return spelled | {fold(held["name"]): key for key, held in self.entities.items()}

    @cached_property
    def values(self) -> dict[str, list[Record]]:
        """Parameters by entity."""
        found: dict[str, list[Record]] = defaultdict(list)
        for held in self.parameters:
            found[held["entity"]].append(held)
        return found

    def members(self, family: str) -> list[str]:
        """Ids of the models of a family."""
        return [key for key, held in self.entities.items() if held["kind"] == "model" and held["family"] == family]

    def name(self, key: str) -> str:
        return str(self.entities[key]["name"])


def read_known() -> Known:
    """Read build/knowledge/. Raises UserError where there is none."""
    return Known({held["id"]: held for held in _read("entities")}, _read("parameters"), _read("relations"))


def _read(name: str) -> list[Record]:
    path = BUILD / "knowledge" / f"{name}.json"
    if not path.exists():
        raise UserError(f"{path}: not there; run `dvc repro organize`")
    return list(json.loads(path.read_text(encoding="utf-8")))


def place(document: str, element: str) -> Place:
    """Where an element stands; nothing is known of one that is gone since."""
    return _places(document).get(element, Place([], None))


@lru_cache(maxsize=256)
def _places(document: str) -> dict[str, Place]:
    held = row("elements", document, ["document", "elements"])
    return {one["id"]: Place(one["section"] or [], one["page"]) for one in held["elements"]} if held else {}
