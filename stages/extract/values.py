"""Values of parameters: from what a table's cell, a line of YAML or a field of a class says, to text and number."""

from __future__ import annotations

import re
from functools import lru_cache

from stages.core.knowledge import Parameter
from stages.extract.lexicon import fold
from stages.extract.numbers import Value, first_number
from stages.extract.trie import any_case

FLAGS = {"yes": "yes", "true": "yes", "tied": "yes", "no": "no", "false": "no", "untied": "no", "not tied": "no"}
SCORE = re.compile(r"(\d{1,2}(?:\.\d{1,2})?|100(?:\.0)?)\s?%?(?:\s*\(.*\))?")


def read_value(text: str, parameter: Parameter, *, scale: str = "") -> Value | None:
    """The value of `parameter` in a cell or field; None if there is none that is certain."""
    if parameter.value == "word":
        return word_value(text, parameter)
    if parameter.value == "flag":
        flag = FLAGS.get(text.strip().strip("`*.").lower())
        return Value(flag, None) if flag else None
    if parameter.value == "percent":
        score = SCORE.fullmatch(text.strip())
        return Value(score[1], float(score[1])) if score else None
    return first_number(text.strip().strip("`*"), parameter, scale=scale)


def word_value(text: str, parameter: Parameter) -> Value | None:
    """The one of the parameter's words that `text` holds; None if it holds none, or several."""
    spellings = {fold(held): word for word, others in parameter.words.items() for held in [word, *others]}
    found = {spellings[fold(match)] for match in _pattern(tuple(sorted(spellings))).findall(text)}
    return Value(found.pop(), None) if len(found) == 1 else None


@lru_cache(maxsize=64)
def _pattern(spellings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w])({any_case(spellings)})(?![\w])")
