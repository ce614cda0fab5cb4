"""How well and how fast passages are found, against Weaviate's own search by a bare client.

    python -m benchmarks.search --build ../outside/build --gold ../shared/corpus/gold

bm25, vectors, hybrid of the bare client (Weaviate's default fusion, no order of ours), and litmill: recall at 5 and
mean reciprocal rank by document on each table of questions. `times`: p50 and p99 of a question by litmill and by a bare
hybrid query of ten passages (both with the embedding of the question, which stays loaded), one at a time, in turn, and
p99 of each under 16 clients. The last line is JSON.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from serve import Service, open_service
from stages.core.folded import folded
from stages.score.retrieval import figures, rank

ROUNDS = 4
CLIENTS = 16
LOOKED_AT = 100


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search")
    parser.add_argument("--build", type=Path, default=Path("build"), help="a build of the corpus that gold is of")
    parser.add_argument("--gold", type=Path, default=Path("gold"), help="a folder with questions*.csv")
    options = parser.parse_args()
    left_out = folded(options.build / "duplicates.parquet")
    tables = {path.stem: read(path, left_out) for path in sorted(options.gold.glob("questions*.csv"))}
    with open_service(options.build) as service:
        ways = bare(service) | {"litmill": lambda text: [one.document for one in service.passages(text)]}
        results: dict[str, Any] = {
            name: {way: figures([rank(search(text), wanted) for text, wanted in rows]) for way, search in ways.items()}
            for name, rows in tables.items()
        }
        texts = [text for rows in tables.values() for text, _ in rows]
        results["times"] = times(service, texts)
    results["tuned"] = json.loads((options.build / "search.json").read_text(encoding="utf-8"))
    for name, value in results.items():
        print(name, json.dumps(value))
    print(json.dumps(results))


def read(path: Path, left_out: dict[str, str]) -> list[tuple[str, frozenset[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(row["question"], frozenset(left_out.get(one, one) for one in row["documents"].split("|"))) for row in rows]


def bare(service: Service) -> dict[str, Callable[[str], list[str]]]:
    """What a client without Litmill asks Weaviate."""
    query, vector = service.retriever.collection.query, service.retriever.model.question
    wanted = {"limit": LOOKED_AT, "return_properties": ["document"]}

    def documents(found: Any) -> list[str]:
        return [str(one.properties["document"]) for one in found.objects]

    return {
        "bm25": lambda text: documents(query.bm25(text, **wanted)),
        "vectors": lambda text: documents(query.near_vector(vector(text), **wanted)),
        "hybrid": lambda text: documents(query.hybrid(text, vector=vector(text), **wanted)),
    }


def times(service: Service, texts: list[str]) -> dict[str, Any]:
    query, vector = service.retriever.collection.query, service.retriever.model.question
    asked: dict[str, Callable[[str], Any]] = {
        "litmill": lambda text: service.search(text, 10),
        "bare": lambda text: query.hybrid(text, vector=vector(text), limit=10),
        "embedding": vector,
    }
    taken: dict[str, list[float]] = {way: [] for way in asked}
    for _ in range(ROUNDS):
        for text in texts:
            for way, search in asked.items():
                taken[way].append(seconds(search, text))
    crowd = {way: under_load(asked[way], texts * ROUNDS) for way in ("litmill", "bare")}
    found = {way: {"p50_ms": milli(held, 0.5), "p99_ms": milli(held, 0.99)} for way, held in taken.items()}
    ratio = round(milli(taken["litmill"], 0.5) / milli(taken["bare"], 0.5), 2)
    return {**found, "p50_ratio": ratio, f"p99_ms_{CLIENTS}_clients": {way: milli(crowd[way], 0.99) for way in crowd}}


def under_load(search: Callable[[str], Any], texts: list[str]) -> list[float]:
    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(lambda text: seconds(search, text), texts))


def seconds(work: Callable[[str], Any], text: str) -> float:
    started = time.perf_counter()
    work(text)
    return time.perf_counter() - started


def milli(taken: Iterable[float], share: float) -> float:
    held = sorted(taken)
    return round(1000 * held[min(len(held) - 1, int(share * len(held)))], 1)


if __name__ == "__main__":
    main()
