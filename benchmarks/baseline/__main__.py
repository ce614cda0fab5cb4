"""`python -m benchmarks.baseline`: STORM's articles and our pages on the same topics."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from benchmarks.baseline import __doc__ as told
from benchmarks.baseline.judge import Truth, gold, judge, planted
from benchmarks.baseline.library import Library
from benchmarks.baseline.model import ByModel
from benchmarks.baseline.storm import Author, Extractive, article
from litmill.verify.evidence import gather
from stages.compose.compose import compose
from stages.core.llm import answering
from stages.core.run.config import check, part
from stages.core.words import Words
from stages.synthesize import Config, Writer
from stages.synthesize.llm.write import ByModel as Wording
from stages.synthesize.load import load as load_sources
from stages.synthesize.page import Page
from stages.synthesize.sources import Sources
from stages.synthesize.stored import stored
from stages.synthesize.write import rows_of

TOPICS = ["families/marram", "approaches/gptq", "components/rope"]
INPUTS = ("knowledge", "facts", "elements", "quarantine", "duplicates.parquet", "chunks", "index.json")
SIZES = {"extractive": (5, 5), "local": (3, 2)}  # perspectives, and rounds of questions from each: 5 and 5 in the paper


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.baseline", description=told, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", type=Path, required=True)
    known = parser.add_mutually_exclusive_group(required=True)
    known.add_argument("--truth", type=Path, help="the folder that the build's documents were generated into")
    known.add_argument("--gold", type=Path, help="a folder with parameters.csv")
    parser.add_argument("--topics", nargs="+", default=TOPICS, help="ids of pages")
    parser.add_argument("--writer", choices=sorted(SIZES), default="extractive")
    options = parser.parse_args()
    truth = planted(options.truth) if options.truth else gold(options.gold / "parameters.csv")
    with tempfile.TemporaryDirectory() as cache:
        os.environ["LITMILL_CACHE"] = cache  # answers are not kept, so that each is timed
        results = measure(options.build, options.topics, truth, options.writer)
    print(json.dumps({"writer": options.writer, "topics": results}))


def measure(build: Path, topics: list[str], truth: Truth, way: str) -> dict[str, dict[str, Any]]:
    """Article and page of each topic, judged."""
    sources = load_sources(*(build / name for name in INPUTS))
    config, values = config_of(way)
    writer = config.writer
    pages, drafting = _timed(lambda: _pages(sources, config, topics))
    drafting -= sum(seconds for _, seconds in pages.values())
    names = {id: entity["name"] for id, entity in sources.entities.items()}
    library, loading = _timed(lambda: Library(build / "chunks", sources, values["embedder"]))
    results: dict[str, dict[str, Any]] = {}
    for topic in topics:
        (page, wording), (perspectives, rounds) = pages[topic], SIZES[way]
        name = page["title"].removesuffix(" family")
        author = _author(library, writer, perspectives)
        made, seconds = _timed(lambda: article(name, library, author, rounds))  # noqa: B023
        row = stored(made, made.blocks, names, sources.describe, sources.paths)
        other = {**row, "group": page["group"], "document": "baseline"}
        evidence = gather(build, [page, other])
        figures = {which: judge(one, name, truth, evidence) for which, one in (("storm", other), ("litmill", page))}
        figures["storm"]["seconds"] = round(seconds + loading, 1)
        figures["litmill"]["seconds"] = round(drafting + wording, 1)
        results[topic] = figures
        for which, found in figures.items():
            show(topic, which, found)
    return results


def show(topic: str, which: str, found: dict[str, Any]) -> None:
    """Print what was found of one article, its wrong claims first."""
    for text, reason in found.pop("wrong_claims"):
        print(f"{topic} {which}: {reason}: {text[:200]}")
    print(f"{topic:<28}{which:<9}", *(f"{name} {value}" for name, value in found.items()), flush=True)


def config_of(writer: str) -> tuple[Config, dict[str, Any]]:
    """What synthesize is told by `writer: ...` and the project's params.yaml, and all resolved values."""
    values = compose(Path(__file__).parents[2], [f"writer={writer}"]).values
    kinds = get_type_hints(Config, include_extras=True)
    return check(TypeAdapter(Config), {name: part(kind, values[name]) for name, kind in kinds.items()}), values


def _pages(sources: Sources, config: Config, topics: list[str]) -> dict[str, tuple[dict[str, Any], float]]:
    """Our pages on the topics; with a model each is worded by itself, and timed."""
    seconds = dict.fromkeys(topics, 0.0)

    def word(pages: list[Page]) -> None:
        for page in pages if config.writer.llm else ():
            if page.id in topics:
                _, seconds[page.id] = _timed(lambda: Wording(config.writer, sources.texts).write([page]))  # noqa: B023

    rows, _ = rows_of(sources, config.writer, config.knowledge, Words(config.language), word)
    assert rows.keys() >= set(topics), f"no page is {sorted(set(topics) - rows.keys())}"
    return {topic: ({**rows[topic], "document": topic}, seconds[topic]) for topic in topics}


def _author(library: Library, writer: Writer, perspectives: int) -> Author:
    if writer.llm:
        return ByModel(library, answering(writer.llm), writer.llm, perspectives)
    return Extractive(library, writer, perspectives)


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started


if __name__ == "__main__":
    main()
