"""The numbers of a text by value, however they are spelt: 4,096 and 4_096; 7B and 7 billion; 3e-4 and 3 x 10^-4."""

from __future__ import annotations

import re
from dataclasses import dataclass

SPELT = re.compile(
    r"(?<![\d.])(?P<whole>\d{1,3}(?:[,_]\d{3})+(?!\d)|\d+(?:_\d+)*)(?P<part>\.\d+)?"
    r"(?:[eE](?P<power>[-+−]?\d+)|\s?[x×*]\s?10\s?\^?\s?(?P<tens>[-−]?\d+))?"
    r"(?:\s?(?P<word>thousand|million|billion|trillion)\b|\s?(?P<letter>[KMBT])(?![A-Za-z])|(?P<small>k)(?![A-Za-z]))?"
)
TIMES = {"k": 3, "m": 6, "b": 9, "t": 12}


@dataclass(frozen=True)
class Number:
    """A number in a text: where it stands, and what it may amount to: 4K is 4,000 or 4,096."""

    start: int
    end: int
    values: frozenset[float]


def numbers(text: str) -> list[Number]:
    """All numbers of a text, those within names too; a sign is none, since a hyphen reads as one."""
    return [Number(*match.span(), _values(match)) for match in SPELT.finditer(text)]


def _values(match: re.Match[str]) -> frozenset[float]:
    power = (match["power"] or match["tens"] or "0").replace("−", "-")
    value = float(f"{re.sub('[,_]', '', match['whole'])}{match['part'] or ''}e{power}")
    scale = (match["word"] or match["letter"] or match["small"] or "")[:1].lower()
    found = {value * 10 ** TIMES[scale]} if scale else {value}
    found |= {value * 1024} if scale == "k" else set()
    return frozenset(float(f"{one:.6g}") for one in found)


def scaled(found: frozenset[float], head: str) -> frozenset[float]:
    """The same where the head of a column says the scale: `Parameters (B)`, `Tokens, in billions`."""
    said = re.search(r"\(\s?(?:in )?([KMBT])\s?\)|\bin (thousand|million|billion|trillion)s?\b", head)
    times = 10 ** TIMES[(said[1] or said[2])[:1].lower()] if said else 1
    return found | {float(f"{one * times:.6g}") for one in found}
