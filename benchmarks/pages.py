"""Are the pages whole and quick to write, and do they say what the documents say?

    python -m benchmarks.pages --build build                          (a build up to synthesize, or up to site)
    python -m benchmarks.pages --build B --gold ../shared/corpus/gold (of the documents that gold is of)
    python -m benchmarks.pages --documents 200                        (generated documents with truth, built first)

pages; of them empty (nothing but headings), without evidence, and entities with two pages. dangling: links between
pages that lead to no page. gold, planted: the share of gold parameters, or of planted facts, that stand in a table on
the page of their model (0.95 and 0.90 are wanted), with every one that does not in FILE (`--misses`).
pages_per_second: synthesize in processor time, without the start of Python (20 are wanted). The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.faults import built
from benchmarks.truth.corpus import read_truth
from benchmarks.truth.score.parameters import aliases
from benchmarks.truth.score.parameters import model_key as truth_key
from stages.core.run.config import load
from stages.core.table import read
from stages.score.gold import Claim, read_gold, score_parameters
from stages.synthesize import Config
from stages.synthesize.__main__ import stage as synthesize
from tests.knowledge import shipped

Page = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description="Whole, quick, and complete pages.")
    parser.add_argument("--build", type=Path, help="a build that is there, in place of generated documents")
    parser.add_argument("--gold", type=Path, help="a folder with parameters.csv, of the build's documents")
    parser.add_argument("--truth", type=Path, help="the folder that the build's documents were generated into")
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--misses", type=Path, default=Path(tempfile.gettempdir()) / "litmill-pages-misses.txt")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        build, truth = options.build, options.truth
        if not build:
            build, truth = built(Path(folder), options.documents, 1).path / "build", Path(folder) / "generated"
        pages = list(read(build / "docs"))
        results = wholeness(pages) | speed(build)
        if options.gold:
            results["gold"] = coverage(pages, read_gold(options.gold / "parameters.csv"), options.misses)
        if truth:
            results["planted"] = coverage(pages, planted(truth, pages), options.misses)
    print(json.dumps(results))


def wholeness(pages: list[Page]) -> dict[str, Any]:
    """How many pages there are, and how many are not as they should be."""
    names = {page[name] for page in pages for name in ("document", "group")}
    files = [file["path"] for page in pages for file in page["files"]]
    names |= {*files, *(f"{path.rpartition('/')[0]}/sources.json" for path in files)}
    about = Counter(page["about"] for page in pages if page["about"] and page["group"] not in ("documents", "tasks"))
    links = [link for page in pages for block in page["blocks"] for link in _links(block)]
    return {
        "pages": len(pages),
        "empty": sum(all(block["kind"] == "heading" for block in page["blocks"]) for page in pages),
        "without_evidence": sum(not any(map(_stands, page["blocks"])) for page in pages),
        "twice": sum(count > 1 for count in about.values()),
        "links": len(links),
        "dangling": sum(link["page"] not in names for link in links),
    }


def _stands(block: dict[str, Any]) -> bool:
    return bool(block["citations"] or block["evidence"])


def _links(block: dict[str, Any]) -> list[dict[str, str]]:
    return [*block["links"], *(link for cell in block["cells"] for link in cell["links"])]


def speed(build: Path) -> dict[str, float]:
    """Pages that one core writes in a second, its sources read and its table written."""
    config, _ = load(Config, build / "conf/synthesize.yaml")
    names = ("knowledge", "facts", "elements", "quarantine", "duplicates", "chunks", "index")
    files = {"duplicates": "duplicates.parquet", "index": "index.json"}
    with tempfile.TemporaryDirectory() as folder:
        inputs = {name: build / files.get(name, name) for name in names}
        started = time.process_time()
        metrics = synthesize(config, **inputs, docs=Path(folder, "docs"))
        return {"pages_per_second": round(metrics["pages"] / (time.process_time() - started))}


def coverage(pages: list[Page], wanted: list[Claim], misses: Path) -> dict[str, Any]:
    """The share of claims that a table on the page of their model states, as `score` compares values."""
    result = score_parameters(stated(pages), wanted, shipped().parameters)
    lines = [f"{claim.model} | {claim.parameter} | {claim.value} | {claim.document}" for claim in result.missed]
    misses.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return {"wanted": result.rows, "share": round(result.recall, 4)}


def stated(pages: list[Page]) -> Iterator[Claim]:
    """What the cells of the tables on the pages of models say of these models."""
    for page in pages:
        cells = [cell for block in page["blocks"] for cell in block["cells"]] if page["group"] == "models" else []
        for cell in cells:
            if cell["parameter"] and cell["entity"] == page["about"]:
                yield Claim(page["title"], cell["parameter"], cell["text"])


def planted(truth: Path, pages: list[Page]) -> list[Claim]:
    """The planted facts that a document states, under the title of their model's page if a spelling of it is one."""
    spellings = aliases(read_truth(truth, "names"))
    titles: dict[str, str] = {}
    for page in pages:
        if page["group"] == "models":
            key = truth_key(page["title"])
            titles.setdefault(spellings.get(key, key), page["title"])
    return [
        Claim(titles.get(truth_key(row["model"]), row["model"]), row["parameter"], row["value"])
        for row in read_truth(truth, "facts")
        if row["mentions"]
    ]


if __name__ == "__main__":
    main()
