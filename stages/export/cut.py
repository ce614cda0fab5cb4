"""How a model is cut: names of tensors and the rules of conf/fragments/ to an ordered list of parts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from stages.export import Rule

OTHER = "other"


@dataclass(frozen=True)
class Cut:
    """One part, of one layer where it is of a layer: the names of its tensors, sorted."""

    part: str
    layer: int | None
    names: tuple[str, ...]


def cut(names: Iterable[str], rules: Sequence[Rule]) -> list[Cut]:
    """Every name in exactly one part, in the order of the rules; neighbouring rules with layers go layer by layer.

    What no rule names comes last, as `other`.
    """
    patterns = [re.compile(rule.pattern) for rule in rules]
    held: defaultdict[tuple[int, int | None], list[str]] = defaultdict(list)
    for name in sorted(names):
        held[_place(name, patterns)].append(name)
    parts = [rule.part for rule in rules] + [OTHER]
    order = _order(held, patterns)
    return [Cut(parts[number], layer, tuple(held[number, layer])) for number, layer in order]


def _place(name: str, patterns: Sequence[re.Pattern[str]]) -> tuple[int, int | None]:
    """Number of the first rule that fits, and the layer."""
    for number, pattern in enumerate(patterns):
        if found := pattern.search(name):
            layer = found.groupdict().get("layer")
            return number, None if layer is None else int(layer)
    return len(patterns), None


def _order(
    places: Iterable[tuple[int, int | None]], patterns: Sequence[re.Pattern[str]]
) -> list[tuple[int, int | None]]:
    """The places in order: within a run of rules that have layers, layer by layer."""
    runs = groupby(range(len(patterns)), key=lambda number: "layer" in patterns[number].groupindex)
    run_of = {number: run for run, (_, numbers) in enumerate(runs) for number in numbers}
    return sorted(places, key=lambda place: (run_of.get(place[0], len(run_of)), place[1] or 0, place[0]))
