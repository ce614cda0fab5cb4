"""A model in two sentences, made of values that its table states, each with its source.

A block of the kind `summary` holds no text, only cells: the model's name, then values with their parameters. How they
read is decided here, so the sentences cannot say what no cell states, and every page and book puts them in its own
language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stages.core.words import Words

HAS = {
    "parameters": "{} parameters",
    "layers": "{} layers",
    "hidden size": "a hidden size of {}",
    "heads": "{} attention heads",
    "experts": "{} experts",
    "vocabulary": "a vocabulary of {}",
    "context length": "a context length of {}",
}
IS = {
    "attention": "attention is {}",
    "position encoding": "position encoding is {}",
    "normalisation": "normalisation is {}",
    "activation": "activation is {}",
}
Pieces = Iterator[tuple[str, list[int], str]]


def pieces(cells: Sequence[Mapping[str, Any]], say: Words) -> Pieces:
    """The sentences in pieces: words with their comma or full stop, numbers of their sources, words between."""
    for text, numbers, after in _joined(cells, say):
        between = after.lstrip(",.:")
        yield text + after.removesuffix(between), numbers, between


def _joined(cells: Sequence[Mapping[str, Any]], say: Words) -> Pieces:
    name, *values = cells
    told = [_phrases(values, forms, say) for forms in (HAS, IS)]
    yield name["text"], name["citations"], say.form(" has ")
    for at, phrases in enumerate(told):
        for left, (text, numbers) in zip(range(len(phrases) - 1, -1, -1), phrases, strict=True):
            end = say.form(". Its ") if at == 0 and told[1] else "."
            yield text, numbers, ", " if left > 1 else say.form(" and ") if left else end


def _phrases(cells: Sequence[Mapping[str, Any]], forms: Mapping[str, str], say: Words) -> list[tuple[str, list[int]]]:
    held = [cell for cell in cells if cell["parameter"] in forms]
    return [(say.form(forms[cell["parameter"]]).format(cell["text"]), cell["citations"]) for cell in held]
