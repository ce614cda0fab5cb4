"""What machines read of the site: llms.txt, the stated values as CSV and Parquet, and linked data in each page.

Formats: https://llmstxt.org for llms.txt; schema.org's TechArticle with PropertyValue and citation as JSON-LD.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Page = Mapping[str, Any]
PLACE = ("document", "origin", "element", "start", "end", "quote", "sha256")
SUMMARY = "Documentation made from a corpus; every sentence and table cell has its source, quoted on the page."
SCHEMA = pa.schema(
    [pa.field(name, pa.string()) for name in ("page", "entity", "name", "parameter", "value", "document", "quote")]
)


def write_for_machines(name: str, pages: Sequence[Page], groups: Mapping[str, Mapping[str, str]], site: Path) -> None:
    """Write llms.txt and data/ into the finished site; `groups` has the titles of pages by id, by group."""
    (site / "llms.txt").write_text(llms(name, pages, groups), encoding="utf-8")
    (site / "data").mkdir()
    for page in pages:
        write_files(page, site)
    held = [row for page in pages for row in values(page)]
    pq.write_table(pa.Table.from_pylist(held, SCHEMA), site / "data/values.parquet", compression="zstd")
    with (site / "data/values.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, SCHEMA.names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(held)


def llms(name: str, pages: Sequence[Page], groups: Mapping[str, Mapping[str, str]]) -> str:
    """A list of all pages, by group, as llmstxt.org wants it."""
    lines = [f"# {_line(name)}", "", f"> {SUMMARY}", "", "## Overview", ""]
    lines += [_item(page["title"], page["document"]) for page in pages if page["group"] == "overview"]
    lines += ["", "## Data", "", "- [All stated values](data/values.csv): a line a value and source; also as Parquet"]
    for group, held in groups.items():
        lines += ["", f"## {group.capitalize()}", "", *(_item(title, id) for id, title in sorted(held.items()))]
    return "\n".join(lines) + "\n"


def values(page: Page) -> Iterator[dict[str, str]]:
    """A row for each source of each value that the page of a model states."""
    cited = {one["number"]: one for one in page["citations"]}
    rows = [block for block in page["blocks"] if block["kind"] == "row"]
    for block in rows if page["group"] == "models" else ():
        for cell in block["cells"]:
            for number in cell["citations"] if cell["parameter"] else ():
                yield {
                    "page": page["document"],
                    "entity": cell["entity"],
                    "name": page["title"],
                    "parameter": cell["parameter"],
                    "value": cell["text"],
                    "document": cited[number]["document"],
                    "quote": cited[number]["quote"],
                }


def paths(page: Page) -> list[str]:
    """The files that belong to a page, and beside them the one with their sources."""
    return [*(file["path"] for file in page["files"]), *([f"{page['document']}/sources.json"] if page["files"] else [])]


def write_files(page: Page, site: Path) -> None:
    """Write a page's files, and sources.json: for each value of each file its places, with the quotes' hashes."""
    cited = {one["number"]: one for one in page["citations"]}
    told = {}
    for file in page["files"]:
        (site / file["path"]).parent.mkdir(parents=True, exist_ok=True)
        (site / file["path"]).write_text(file["text"], encoding="utf-8")
        told[file["path"].rpartition("/")[2]] = [
            {
                "key": entry["key"],
                "value": json.loads(entry["value"]),
                "sources": [{key: cited[number][key] for key in PLACE} for number in entry["cell"]["citations"]],
            }
            for entry in file["entries"]
        ]
    if told:
        held = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        (site / page["document"] / "sources.json").write_text(held, encoding="utf-8")


def linked_data(page: Page) -> str:
    """The page as JSON-LD, fit to stand in a script element: `<` is written as an escape."""
    documents = {one["document"]: one["title"] for one in page["citations"]}
    stated = {(cell["parameter"], cell["text"]) for block in page["blocks"] for cell in block["cells"]}
    about: dict[str, Any] = {"@type": "Thing", "name": page["title"]}
    if page["group"] == "models":
        about["additionalProperty"] = [
            {"@type": "PropertyValue", "name": parameter, "value": value}
            for parameter, value in sorted(stated)
            if parameter
        ]
    held = {
        "@context": "https://schema.org",
        "@type": "TechArticle",
        "headline": page["title"],
        "about": about,
        "citation": [
            {"@type": "CreativeWork", "identifier": key, "name": title} for key, title in sorted(documents.items())
        ],
    }
    return json.dumps(held, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")


def _item(title: str, page: str) -> str:
    shown = _line(title).replace("[", "(").replace("]", ")")
    return f"- [{shown}]({page}.html)"


def _line(text: str) -> str:
    return " ".join(text.split())
