"""The files of a page: are they what their entries say, and do the entries stand on their places?

A YAML file is loaded and compared value by value; of a file for readers each line is compared with its entry. Nothing
else in a file has a number, but the list of its sources, which are the quotes of the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from litmill.verify import claims
from litmill.verify.evidence import Evidence
from litmill.verify.numbers import lengths, numbers

MARK = re.compile(r"\[(\d+)\]")
SOURCE = re.compile(r"(?:#|   ) \[(\d+)\] (.*)")


def faults_of_files(page: Mapping[str, Any], bad: Mapping[int, str], evidence: Evidence) -> Iterator[tuple[str, str]]:
    """(file and entry, reason) for what does not stand; `bad` has the citations that do not hold."""
    cited = {one["number"]: one for one in page["citations"]}
    for file in page["files"]:
        if not file["path"].startswith(f"{page['document']}/"):
            yield file["path"], "file of another page"
        for entry in file["entries"]:
            held = [cited[number] for number in entry["cell"]["citations"] if number in cited]
            lost = sorted({bad[one["number"]] for one in held if one["number"] in bad})
            for reason in lost or filter(None, [_entry(file, entry, held, evidence)]):
                yield f"{file['path']}: {entry['key']}", reason
        if reason := (_yaml(file) if file["path"].endswith(".yaml") else _lines(file, evidence)) or _listed(
            file, cited
        ):
            yield file["path"], reason


def _entry(file: Mapping[str, Any], entry: Mapping[str, Any], cited: claims.Citations, evidence: Evidence) -> str:
    """An entry states a fact on the file's entity, or words that stand in its quote."""
    cell = entry["cell"]
    if not cited or len(cited) != len(cell["citations"]):
        return "no source"
    said = " ; ".join(one["quote"] for one in cited)
    value = json.loads(entry["value"])
    shown = f"{said} ; {cell['text']}"
    known = numbers(shown) | lengths(shown)
    if not isinstance(value, bool) and not numbers(str(value)) <= known:
        return "number not in its sources"
    if cell["parameter"]:
        if cell["entity"] != file["entity"]:
            return "value of another entity than the file is about"
        return claims.value(cell, cited, evidence) or claims.figures(cell, cited)
    if cell["entity"]:
        return claims.about({**cell, "text": ""}, cited, (file["entity"], ""), evidence)
    return "" if cell["text"] in said and cell["text"] == value else "source does not state it"


def _yaml(file: Mapping[str, Any]) -> str:
    import yaml

    try:
        held = yaml.safe_load(file["text"])
    except yaml.YAMLError:
        return "no YAML"
    same = held == {entry["key"]: json.loads(entry["value"]) for entry in file["entries"]}
    return "" if same else "file differs from its entries"


def _lines(file: Mapping[str, Any], evidence: Evidence) -> str:
    lines = file["text"].splitlines()
    told = [line for line in lines if line.startswith("- ")]
    if len(told) != len(file["entries"]):
        return "file differs from its entries"
    for line, entry in zip(told, file["entries"], strict=True):
        text = MARK.sub("", line)
        marks = [int(number) for number in MARK.findall(line)]
        if json.loads(entry["value"]) not in text or marks != entry["cell"]["citations"]:
            return "file differs from its entries"
        if numbers(text) - numbers(json.loads(entry["value"])):
            return "number not in its sources"
    rest = [line for line in lines if line not in told and not SOURCE.match(line)]
    name = evidence.entities.get(file["entity"], "")
    return "number not in its sources" if numbers(" ".join(rest)) - numbers(name) else ""


def _listed(file: Mapping[str, Any], cited: Mapping[int, Mapping[str, Any]]) -> str:
    """Each source that is listed at the end begins with the quote that the page has under its number."""
    wanted = {number for entry in file["entries"] for number in entry["cell"]["citations"]}
    found = {int(match[1]): match[2] for line in file["text"].splitlines() if (match := SOURCE.match(line))}
    if set(found) != wanted:
        return "sources are not those of its entries"
    same = all(
        number in cited and _bare(text).startswith(_bare(cited[number]["quote"])) for number, text in found.items()
    )
    return "" if same else "source differs from its quote"


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)
