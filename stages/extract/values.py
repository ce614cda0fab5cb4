"""Values of parameters: from what a table's cell, a line of YAML or a field of a class says, to text and number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from stages.core.knowledge import Parameter
from stages.extract.lexicon import fold
from stages.extract.numbers import Value, first_number
from stages.extract.trie import any_case

FLAGS = {
    **dict.fromkeys(("yes", "true", "tied", "✓", "shared", "on"), "yes"),
    **dict.fromkeys(("no", "false", "untied", "not tied", "✗", "off"), "no"),
}
SCORE = re.compile(r"(\d{1,2}(?:\.\d{1,2})?|100(?:\.0)?)\s?%?(?:\s*\(.*\))?")
SHOTS = re.compile(r"\b(\d{1,2}|zero|one|few|five)[- ]shots?\b", re.IGNORECASE)
NUMERALS = {"zero": "0", "one": "1", "five": "5"}
ONE_WORD = {"AdamW", "Adam", "Muon", "Lion", "Adafactor", "Sophia", "MIT"}
"""Words without a capital inside that are values wherever they stand."""


def read_value(text: str, parameter: Parameter, *, scale: str = "") -> Value | None:
    """The value of `parameter` in a cell or field; None if there is none that is certain."""
    if parameter.value == "word":
        return word_value(text, parameter)
    if parameter.value == "list":
        return list_value(text, parameter)
    if parameter.value == "flag":
        flag = FLAGS.get(text.strip().strip("`*.").lower())
        return Value(flag, None) if flag else None
    if parameter.value == "percent":
        score = SCORE.fullmatch(text.strip().strip("*"))
        return Value(score[1], float(score[1])) if score else None
    return first_number(text.strip().strip("`*$"), parameter, scale=scale)


def shots(text: str, parameter: Parameter) -> str | None:
    """How a result was asked for, `5-shot`, if the text says it once; None for what is no result."""
    said = (
        {NUMERALS.get(held.lower(), held.lower()) for held in SHOTS.findall(text)}
        if parameter.value == "percent"
        else set()
    )
    return f"{said.pop()}-shot" if len(said) == 1 else None


def word_value(text: str, parameter: Parameter) -> Value | None:
    """The one of the parameter's words that `text` holds; None if it holds none, or several."""
    spellings = spelled(parameter)
    found = {spellings[fold(match)] for match in _pattern(tuple(sorted(spellings))).findall(text)}
    return Value(found.pop(), None) if len(found) == 1 else None


def list_value(text: str, parameter: Parameter) -> Value | None:
    """All of the parameter's words that `text` lists, in its order, if it holds nothing else."""
    spellings = spelled(parameter)
    pattern = _pattern(tuple(sorted(spellings)))
    found = [spellings[fold(match)] for match in pattern.findall(text)]
    rest = re.sub(r"\band\b|[\s,\[\]\"'`()+/|-]", "", pattern.sub("", text))
    return Value(", ".join(dict.fromkeys(found)), None) if found and not rest else None


def spelled(parameter: Parameter) -> dict[str, str]:
    """Word by each of its spellings, folded."""
    return {fold(held): word for word, others in parameter.words.items() for held in [word, *others]}


def devices(text: str, names: str) -> Iterator[tuple[Value, int, int]]:
    """How many of which hardware: `2,048 NVIDIA H800 GPUs` is `2048 H800`; `names` is a pattern of the hardware."""
    for match in _devices(names).finditer(text):
        memory = f" {match['memory']}GB" if match["memory"] else ""
        count = match["count"].replace(",", "")
        yield Value(f"{count} {match['device']}{memory}", None), match.start(), match.end()


@lru_cache(maxsize=64)
def _pattern(spellings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w])({any_case(spellings)})(?![\w])")


@lru_cache(maxsize=4)
def _devices(names: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.,])(?P<count>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}})\s?[x×]?\s?(?:NVIDIA |Nvidia |AMD |Google |Tesla )*"
        rf"(?P<device>{names})s?(?:[\s-](?P<memory>\d{{2,3}})\s?GB)?(?![\w])"
    )
