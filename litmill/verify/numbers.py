"""The numbers in a text by value, whatever their spelling and unit: 4,096, 4k and 4_096; 7B and 7 billion; 1e-4."""

from __future__ import annotations

import re

TIMES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
DIGITS = re.compile(
    r"(?P<number>\d+(?:[,_]\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?)"
    r"(?:\s?(?P<word>thousand|million|billion|trillion)|(?P<letter>[kKMBT])(?![^\W\d_]))?"
)


LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s?[kK](?![^\W\d_])")


def lengths(text: str) -> set[str]:
    """The numbers in thousands, as those mean them who write 8k for a length of 8,192."""
    return {f"{float(found) * 1024:.12g}" for found in LENGTH.findall(text)}


def numbers(text: str) -> set[str]:
    """Each number with six digits, so that one and the same value has one spelling; those that end a word, too."""
    found = set()
    for match in DIGITS.finditer(text):
        value = float(re.sub("[,_]", "", match["number"]))
        unit = (match["word"] or match["letter"] or "").lower()
        found.add(f"{value * TIMES.get(unit, 1):.12g}")
    return found
