"""The numbers in a text by value, whatever their spelling and unit: 4,096, 4k and 4_096; 7B and 7 billion; 1e-4."""

from __future__ import annotations

import re

TIMES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
DIGITS = re.compile(
    r"(?P<number>\d+(?:[,_]\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?)"
    r"(?:\s?(?P<word>thousand|million|billion|trillion)|(?P<letter>[kKMBT])(?![^\W\d_]))?"
)


BINARY = {"k": 2.0**10, "m": 2.0**20}


def in_bytes(text: str) -> set[str]:
    """What 64K amounts to where it counts tokens or bytes: 65,536."""
    found = (match for match in DIGITS.finditer(text) if (match["letter"] or "").lower() in BINARY)
    return {f"{float(re.sub('[,_]', '', one['number'])) * BINARY[one['letter'].lower()]:.12g}" for one in found}


def numbers(text: str) -> set[str]:
    """Each number with six digits, so that one and the same value has one spelling; those that end a word, too."""
    found = set()
    for match in DIGITS.finditer(text):
        value = float(re.sub("[,_]", "", match["number"]))
        unit = (match["word"] or match["letter"] or "").lower()
        found.add(f"{value * TIMES.get(unit, 1):.12g}")
    return found
