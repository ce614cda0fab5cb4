"""`python -m stages.score`: facts/, knowledge/ and the index against gold, to metrics and build/misses.csv."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from stages.core.collection import Sources
from stages.core.run import reads, run, writes
from stages.core.run.errors import UserError
from stages.core.table import read
from stages.score import Config
from stages.score.misses import COLUMNS, Miss, Scores

PARAMETERS = ("parameters", "model_zoo_tables")
QUESTIONS = ("questions", "questions_paraphrased")
TOPICS = "topics"


def stage(
    config: Config,
    *,
    facts: Path = reads("facts"),
    knowledge: Path = reads("knowledge"),
    chunks: Path = reads("chunks"),
    duplicates: Path = reads("duplicates.parquet"),
    elements: Path = reads("elements"),
    figures: Path = reads("figures"),
    index: Path = reads("index.json"),
    search: Path = reads("search.json"),
    misses: Path = writes("misses.csv"),
) -> dict[str, Any]:
    """Score what gold is there for, write the misses, return the scores."""
    from stages.score.knowledge import score_names, score_topics, score_values
    from stages.score.retrieval import Built, score_questions

    gold = Path(config.gold)
    if not gold.is_dir():
        raise UserError(f"gold: {config.gold!r} is no folder; name the folder of gold tables in params.yaml")
    held = [path.stem for path in sorted(gold.glob("*.csv"))]
    metrics: dict[str, Any] = {}
    lines: list[Miss] = []
    rows = list(read(facts, ["document", "title", "parameters"])) if held else []
    scores: list[tuple[str, Scores]] = []
    for name in filter(held.__contains__, PARAMETERS):
        scores.append((name, score_values(gold / f"{name}.csv", name, rows, config.knowledge.parameters)))
        score, known = f"resolution_{name}", _load(knowledge, "parameters")
        scores.append((score, score_names(gold / f"{name}.csv", score, rows, known, config.knowledge.parameters)))
    if TOPICS in held:
        scores.append((TOPICS, score_topics(gold / f"{TOPICS}.csv", TOPICS, rows, _load(knowledge, "clusters"))))
    asked = [gold / f"{name}.csv" for name in QUESTIONS if name in held]
    sources = Sources(chunks, duplicates, elements, facts, figures, knowledge)
    scores += score_questions(asked, {row["document"] for row in rows}, sources, Built(index, search), config)
    for name, found in scores:
        metrics[name] = found.metrics
        lines += found.misses
    _write(lines, misses)
    return {**metrics, "misses": len(lines)}


def _load(knowledge: Path, name: str) -> list[dict[str, Any]]:
    return list(json.loads((knowledge / f"{name}.json").read_text(encoding="utf-8")))


def _write(lines: list[Miss], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted(lines))


if __name__ == "__main__":
    run(__spec__, stage)
