"""Names that documents say an entity had before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stages.core.spelling import same
from stages.organize.facts import PLACE, Fact, Facts

FORMERLY = "formerly"  # the predicate between a name and an earlier one


@dataclass(frozen=True)
class Renames:
    """Earlier names: of whole entities by their keys, and of families by the one word that changed."""

    entities: Mapping[str, str]
    words: Mapping[str, str]
    stated: Mapping[tuple[str, str], list[Fact]]
    """Where documents say so, by the earlier key or word and the present one."""

    def key(self, name: str) -> str:
        """What all names of one entity share, earlier ones too."""
        key = same(name)
        if key in self.entities:
            return self.entities[key]
        words = [self.words.get(word, word) for word in key.split(" ")]
        return " ".join(sorted(words))

    def places(self, name: str) -> list[dict[str, Any]]:
        """Where documents say what a name has become: of the whole name, else of the words that changed."""
        key = same(name)
        changed = [key] if key in self.entities else [word for word in key.split(" ") if word in self.words]
        known = {**self.words, **self.entities}
        said = [fact for old in changed for fact in self.stated[old, known[old]]]
        return [{"former": name, **{part: fact[part] for part in ("document", *PLACE)}} for fact in said]


def renames(facts: Facts) -> Renames:
    """What documents state of earlier names.

    Where `Heron 7B, formerly Egret 7B` changes one word alone, all models of Egret have their new name by it; but not
    if it has become two different ones, or if the new name is an earlier one of another.
    """
    entities: dict[str, set[str]] = defaultdict(set)
    words: dict[str, set[str]] = defaultdict(set)
    stated: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts.relations:
        if fact["predicate"] == FORMERLY:
            new, old = same(fact["subject"]), same(fact["object"])
            entities[old].add(new)
            stated[old, new].append(fact)
            added, gone = set(new.split()) - set(old.split()), set(old.split()) - set(new.split())
            if len(added) == len(gone) == 1 and all(word.isalpha() for word in (*added, *gone)):
                changed = gone.pop(), added.pop()
                words[changed[0]].add(changed[1])
                stated[changed] += [fact] if changed != (old, new) else []
    return Renames(_certain(entities), _certain(words), stated)


def renamings(names: Mapping[str, str], renamed: Renames) -> dict[str, list[dict[str, Any]]]:
    """By entity, its earlier names and where documents say them; `names` has the id that each name of the facts has."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for name, id in sorted(names.items()):
        found[id] += renamed.places(name)
    return {id: places for id, places in found.items() if places}


def _certain(found: Mapping[str, set[str]]) -> dict[str, str]:
    return {old: next(iter(new)) for old, new in found.items() if len(new) == 1 and not new & found.keys()}
