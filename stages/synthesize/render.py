"""A family's files as text: each value with the number of its source, the sources at the end."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from stages.core.quotes import Quote
from stages.synthesize.page import Entry, File

Describe = Callable[[Quote], Mapping[str, Any]]
TITLES = {
    "tokenizer": "Tokenizer",
    "model": "Model",
    "training_loop": "Training loop",
    "data_pipeline": "Data pipeline",
}


def rendered(file: File, model: str, numbers: Mapping[Quote, int], describe: Describe) -> str:
    """The text of a file about `model`; `numbers` are those of the page's citations."""
    stem, _, kind = file.path.rpartition("/")[2].partition(".")
    title = f"{TITLES[stem]} of {model}"
    cited = dict.fromkeys(quote for entry in file.entries for quote in entry.cell.quotes)
    sources = [f"[{numbers[quote]}] {_line(quote.text)} ({_where(describe(quote))})" for quote in cited]
    missing = f"Not stated: {', '.join(file.missing)}" if file.missing else "Nothing that such a file holds is missing"
    if kind == "yaml":
        values = [f"{entry.key}: {_scalar(entry.value)}  # {_marks(entry, numbers)}" for entry in file.entries]
        return "\n".join([f"# {title}", *values, f"# {missing}", *(f"# {source}" for source in sources)]) + "\n"
    lines = [f"- {entry.key.format(entry.value)} {_marks(entry, numbers)}" for entry in file.entries]
    head = f"# {title}" if kind == "md" else title
    return "\n".join([head, "", *lines, "", f"{missing}.", "", *(f"    {source}" for source in sources)]) + "\n"


def _scalar(value: Any) -> str:
    """A value as YAML: JSON is YAML, but for a float with an exponent and no point, which YAML takes for a word."""
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and "e" in text and "." not in text:
        return text.replace("e", ".0e")
    return text


def _marks(entry: Entry, numbers: Mapping[Quote, int]) -> str:
    return "".join(f"[{number}]" for number in sorted({numbers[quote] for quote in entry.cell.quotes}))


def _where(held: Mapping[str, Any]) -> str:
    return _line(", ".join(dict.fromkeys([held["title"], held["origin"]])))


def _line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
