"""What the pages cite, read from the build: the texts of elements, and the facts that were read in them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stages.core.table import read

Place = tuple[str, str]  # document, element


@dataclass(frozen=True)
class Evidence:
    """The cited elements alone, whatever the size of the corpus."""

    documents: frozenset[str]
    """Documents that are cited and that the build has."""
    texts: Mapping[Place, str]
    facts: Mapping[Place, list[dict[str, Any]]]
    """Mentions, parameters and relations in an element, each with start and end."""
    entities: Mapping[str, str]
    """Name by id."""
    ids: Mapping[str, str]
    """Id by name and by other names, folded."""

    def id(self, name: str) -> str:
        """The entity that a fact calls so."""
        return self.ids.get(folded(name), "")

    def at(self, citation: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The facts whose place the cited span touches."""
        held = self.facts.get((citation["document"], citation["element"]), ())
        return [fact for fact in held if fact["start"] < citation["end"] and citation["start"] < fact["end"]]


def gather(build: Path, pages: Iterable[Mapping[str, Any]]) -> Evidence:
    """Read what `pages` cite."""
    cited: dict[str, set[str]] = defaultdict(set)
    for page in pages:
        for citation in page["citations"]:
            cited[citation["document"]].add(citation["element"])
    texts: dict[Place, str] = {}
    facts: dict[Place, list[dict[str, Any]]] = {}
    there = set()
    for row in read(build / "elements", ["document", "elements"]):
        wanted = cited.get(row["document"], set())
        if wanted:
            there.add(row["document"])
        for element in row["elements"] if wanted else ():
            if element["id"] in wanted:
                texts[row["document"], element["id"]] = element["text"]
    for row in read(build / "facts", ["document", "mentions", "parameters", "relations"]):
        wanted = cited.get(row["document"], set())
        for kind in ("mentions", "parameters", "relations") if wanted else ():
            for fact in row[kind]:
                if fact["element"] in wanted:
                    facts.setdefault((row["document"], fact["element"]), []).append({**fact, "is": kind})
    entities = json.loads((build / "knowledge" / "entities.json").read_text(encoding="utf-8"))
    ids = {folded(name): held["id"] for held in entities for name in (*held["aliases"], held["name"])}
    ids |= {folded(held["name"]): held["id"] for held in entities}
    return Evidence(frozenset(there), texts, facts, {held["id"]: held["name"] for held in entities}, ids)


def folded(name: str) -> str:
    """A name without case, spaces and hyphens."""
    return "".join(character for character in name.lower() if character.isalnum() or character in ".+@()")
