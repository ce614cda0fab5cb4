"""Pages in the words of the small model of conf/model/smollm2.yaml (`writer: local`): what of it stands, and its cost.

    python -m benchmarks.wording [10] --build build

Pages of each group in turn, drawn by the hash of their ids. sections: runs of quotes that the model was asked to word;
sentences: of what it wrote, those that stand; rewritten: those that it was asked for again; dropped: those that did not
stand then, by reason. alarms: what `litmill verify` has
against the pages. Answers are not kept, so that each is timed. The last line is JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import tempfile
import time
from collections import defaultdict
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from benchmarks.baseline.__main__ import INPUTS, config_of
from litmill.verify.evidence import gather
from litmill.verify.pages import faults_of
from stages.core.words import Words
from stages.synthesize.llm.write import GROUPS, ByModel
from stages.synthesize.load import load as load_sources
from stages.synthesize.page import Page
from stages.synthesize.write import rows_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wording", description="Pages in a model's words.")
    parser.add_argument("pages", nargs="?", type=int, default=10)
    parser.add_argument("--build", type=Path, default=Path("build"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        os.environ["LITMILL_CACHE"] = cache
        print(json.dumps(measure(options.build, options.pages)))


def measure(build: Path, most: int) -> dict[str, Any]:
    """Word `most` pages of a build."""
    config, _ = config_of("local")
    sources = load_sources(*(build / name for name in INPUTS))
    held: dict[str, Any] = {}

    def word(pages: list[Page]) -> None:
        started = time.perf_counter()
        chosen = drawn(pages, most)
        held.update(ByModel(config.writer, sources.texts).write(chosen), pages=[page.id for page in chosen])
        held["seconds"] = round(time.perf_counter() - started, 1)

    rows, _ = rows_of(sources, config.writer, config.knowledge, Words(config.language), word)
    pages = [{**rows[id], "document": id} for id in held["pages"]]
    evidence = gather(build, pages)
    for page in pages:
        for block in page["blocks"]:
            if block["kind"] == "written":
                print(f"{page['document']}: {block['text']}")
    held["tokens_per_second"] = round(held["tokens_written"] / held["seconds"], 1)
    return {**held, "alarms": sum(1 for page in pages for _ in faults_of(page, evidence))}


def drawn(pages: list[Page], most: int) -> list[Page]:
    """One page of each group, then another of each, as the hashes of their ids have it."""
    by_group: dict[str, list[Page]] = defaultdict(list)
    for page in sorted(pages, key=lambda page: hashlib.sha256(page.id.encode()).digest()):
        if page.group not in GROUPS and any(block.cited for block in page.blocks):
            by_group[page.group].append(page)
    turns = chain.from_iterable(zip_longest(*(by_group[group] for group in sorted(by_group))))
    return [page for page in turns if page][:most]


if __name__ == "__main__":
    main()
