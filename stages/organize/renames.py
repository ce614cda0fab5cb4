"""Names that documents say an entity had before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from stages.core.spelling import same
from stages.organize.facts import Facts

FORMERLY = "formerly"  # the predicate between a name and an earlier one


@dataclass(frozen=True)
class Renames:
    """Earlier names: of whole entities by their keys, and of families by the one word that changed."""

    entities: Mapping[str, str]
    words: Mapping[str, str]

    def key(self, name: str) -> str:
        """What all names of one entity share, earlier ones too."""
        key = same(name)
        if key in self.entities:
            return self.entities[key]
        words = [self.words.get(word, word) for word in key.split(" ")]
        return " ".join(sorted(words))


def renames(facts: Facts) -> Renames:
    """What documents state of earlier names.

    Where `Heron 7B, formerly Egret 7B` changes one word alone, all models of Egret have their new name by it; but not
    if it has become two different ones, or if the new name is an earlier one of another.
    """
    entities: dict[str, set[str]] = defaultdict(set)
    words: dict[str, set[str]] = defaultdict(set)
    for fact in facts.relations:
        if fact["predicate"] == FORMERLY:
            new, old = same(fact["subject"]), same(fact["object"])
            entities[old].add(new)
            added, gone = set(new.split()) - set(old.split()), set(old.split()) - set(new.split())
            if len(added) == len(gone) == 1 and all(word.isalpha() for word in (*added, *gone)):
                words[gone.pop()].add(added.pop())
    return Renames(_certain(entities), _certain(words))


def _certain(found: Mapping[str, set[str]]) -> dict[str, str]:
    return {old: next(iter(new)) for old, new in found.items() if len(new) == 1 and not new & found.keys()}
