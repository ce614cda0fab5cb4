"""Numbers as papers write them: 7B, 6,738,415,616, 32k, 3e-4, 1 × 10⁻⁴, 2.0 trillion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from stages.core.knowledge import Parameter

SCALES = {
    **{"k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6},
    **{"b": 10**9, "billion": 10**9, "t": 10**12, "trillion": 10**12},
}
POWERS = str.maketrans("⁻−⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")
SUFFIX = r"(?:\s?(?:[KkMBT]i?(?![A-Za-z])|[mb](?![A-Za-z])|(?:thousand|million|billion|trillion)\b))"
PLAIN = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:[eE][-+−]?\d{1,3})?"
POWER = r"(?:\d+(?:\.\d+)?\s?[×x·*]\s?)?10\s?\^?\s?(?:\{?[-−]\d{1,2}\}?|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
NUMBER = rf"(?<![\w.,/\-])(?<!\d:)(?:{POWER}|(?:{PLAIN}){SUFFIX}?)(?![\w/]|[.,:]\d)"
NUMBER_PATTERN = re.compile(NUMBER)
START = re.compile(rf"(?:~|≈|about |approx\.? |up to )?(?P<number>{NUMBER})(?P<rest>.*)", re.DOTALL | re.IGNORECASE)
RANGE = re.compile(r"\s*(?:-|–|—|to\s|[/+]\s*\d|±|,\s*\d|and\s+\d|or\s+\d)|\s+\d")


@dataclass(frozen=True)
class Value:
    """A value as written, and its number if it is one."""

    text: str
    number: float | None


def to_number(text: str, *, length: bool = False) -> float | None:
    """The number that `text` is, or None. With `length`, k and M are powers of 1,024, as for context lengths."""
    cleaned = text.strip().translate(POWERS).replace(",", "").replace("{", "").replace("}", "")
    power = re.fullmatch(r"(?:([\d.]+)\s?[×x·*]\s?)?10\s?\^?\s?(-?\d+)", cleaned)
    if power and not re.fullmatch(r"\d+", cleaned):
        return float(f"{power[1] or 1}e{power[2]}")
    match = re.fullmatch(r"(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s?([A-Za-z]*)", cleaned)
    if not match or (match[2] and match[2].lower().removesuffix("i") not in SCALES):
        return None
    unit = match[2].lower().removesuffix("i")
    scale = {"k": 2**10, "m": 2**20}.get(unit) if length else None
    return float(Decimal(match[1]) * (scale or SCALES.get(unit, 1)))


def first_number(text: str, parameter: Parameter, *, scale: str = "") -> Value | None:
    """The number that `text` begins with, if it may be a value of `parameter`; None for ranges and lists.

    `scale` is what the header of the column says about it, such as B for billions.
    """
    match = START.match(text.strip())
    if not match or RANGE.match(match["rest"]):
        return None
    return believed(match["number"].strip(), parameter, scale=scale)


def believed(text: str, parameter: Parameter, *, scale: str = "") -> Value | None:
    """The value that the number `text` gives to `parameter`, unless it is out of its range or no whole number."""
    written = text + scale if scale and text[-1].isdigit() else text
    number = to_number(written, length=parameter.value == "length")
    if number is None or not parameter.least <= number <= parameter.most:
        return None
    if parameter.value in ("count", "length") and number != int(number):
        return None
    return Value(written, number)
