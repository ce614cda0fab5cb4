"""When two values of one parameter say the same, and which of them says it most exactly."""

from __future__ import annotations

import re

SUFFIX = {"k": (1e3, 2.0**10), "m": (1e6, 2.0**20), "b": (1e9, 2.0**30), "t": (1e12, 2.0**40)}
ROUNDED = re.compile(r"(\d+)(?:\.(\d+))?\s?(K|k|M|B|T|thousand|million|billion|trillion)")
UNITS = {"thousand": "k", "million": "m", "billion": "b", "trillion": "t"}


def exactness(value: str) -> tuple[bool, int, str]:
    """What sorts values by how exact they are: whether it ends in a letter, as 32k does; then the digits it lacks."""
    return bool(re.search(r"[A-Za-z]$", value)), -len(re.sub(r"\D", "", value)), value


class Groups:
    """Values of one parameter as they come, the most exact first; each joins the first that it agrees with."""

    def __init__(self) -> None:
        self._numbers: dict[float, int] = {}
        self._words: dict[str, int] = {}

    def join(self, at: int, value: str, number: float | None) -> int:
        """Take the value whose place is `at`; returns the place of the one that it agrees with, or its own.

        It agrees with one that is equal, or that gives it when it is rounded as it is written: 32,768 and 32k.
        """
        if number is None:
            return self._words.setdefault(value.lower(), at)
        if number not in self._numbers:
            exact = self._rounded_to(value)
            if exact is not None:
                return exact
            self._numbers[number] = at
        return self._numbers[number]

    def _rounded_to(self, value: str) -> int | None:
        """The place of the number that gives `value` when it is rounded."""
        written = ROUNDED.fullmatch(value) if self._numbers else None
        if not written:
            return None
        stated, places = float(f"{written[1]}.{written[2] or 0}"), len(written[2] or "")
        scales = SUFFIX[UNITS.get(written[3], written[3].lower())]
        held = self._numbers.items()
        return next((at for exact, at in held if any(round(exact / scale, places) == stated for scale in scales)), None)
