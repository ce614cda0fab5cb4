"""How fast documents are parsed, against a plain loop over unstructured, and whether the elements are the same.

    python -m benchmarks.parse [documents of a kind: 24] [folder: ../shared/corpus, else corpus] [kind ...: all]

The peer is `unstructured.partition.auto.partition(strategy="fast")` in a loop, in a process of its own, told each
file's media type. Ours is the stage's `parse_document` in two worker processes: it also finds titles, figures and
outlines. Both have their libraries loaded, and have parsed a document, before the clock starts. `ratio` is of documents
per second by the wall; `core` is of CPU time, which on a busy machine is the fairer one: two cores give twice of it.
The elements compared are those that our parsing of strategy `fast` starts from: `same_text` is the share of documents
whose texts are equal one for one, `same_type` the share of elements with equal type among them. The last line is JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stages.core.run import offline  # noqa: F401 - before any library that would call home
from stages.parse import Parser, library

KINDS = {
    "pdf": ("*.pdf", "application/pdf"),
    "markdown": ("*.md", "text/markdown"),
    "html": ("*.html", "text/html"),
    "docx": ("*.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
PARSER = Parser(
    strategy="fast",
    seconds=0,
    memory=0,
    likeness=0.6,
    figure_pixels=64,
    ocr="never",
    ocr_dpi=200,
    ocr_pixels=50_000_000,
    hi_res_layout="package",
    hi_res_tables="rules",
)
Elements = list[tuple[str, str]]


def choose(folder: Path, pattern: str, size: int) -> list[Path]:
    """`size` files of a kind, spread evenly over their names."""
    found = sorted(folder.rglob(pattern))
    return found[:: max(1, len(found) // size)][:size] if found else []


def peer(paths: list[Path], media_type: str) -> tuple[float, float, list[Elements]]:
    """Seconds of a plain loop by the wall and on the CPU, and each document's elements."""
    from unstructured.partition.auto import partition

    started, worked, results = time.perf_counter(), time.process_time(), []
    for path in paths:
        results.append(partition(str(path), strategy="fast", content_type=media_type))
    taken, used = time.perf_counter() - started, time.process_time() - worked
    return taken, used, [[(element.category, element.text) for element in elements] for elements in results]


def same(path: Path, kind: str) -> Elements:
    """The elements that our parsing starts from."""
    from stages.parse.formats import decode

    raw = path.read_bytes()
    cut: dict[str, Callable[[], Any]] = {
        "pdf": lambda: library.pdf(raw),
        "docx": lambda: library.docx(raw),
        "html": lambda: library.html(decode(raw)),
        "markdown": lambda: library.markdown(decode(raw)),
    }
    return [(element.category, element.text) for element in cut[kind]()]


def whole(path: Path, kind: str, media_type: str) -> float:
    """Parse one document as the stage does; seconds on the CPU."""
    from stages.parse.document import parse_document

    started = time.process_time()
    row = {"kind": kind, "raw": path.read_bytes(), "media_type": media_type, "reason": None, "detail": None}
    origin = {"source": "folder", "path": path.name, "package": None, "version": None}
    parse_document({**row, "origin": origin, "licence": None, "bytes": 0}, parser=PARSER)
    return time.process_time() - started


def measure(kind: str, pattern: str, media_type: str, folder: Path, size: int) -> dict[str, Any] | None:
    paths = choose(folder, pattern, size)
    if not paths:
        return None
    with _processes(1, _plain, paths[0], media_type) as one:
        theirs, loop, expected = one.submit(peer, paths, media_type).result()
    largest = sorted(paths, key=lambda path: -path.stat().st_size)
    with _processes(2, whole, paths[0], kind, media_type) as two:
        started = time.perf_counter()
        used = sum(two.map(whole, largest, [kind] * len(paths), [media_type] * len(paths)))
        taken = time.perf_counter() - started
        found = list(two.map(same, paths, [kind] * len(paths)))
    result = {"documents": len(paths), "peer": round(len(paths) / theirs, 3), "ours": round(len(paths) / taken, 3)}
    ratios = {"ratio": round(theirs / taken, 2), "core": round(loop / used, 2)}
    return {**result, **ratios, **agreement(expected, found)}


def agreement(expected: list[Elements], found: list[Elements]) -> dict[str, float]:
    pairs = list(zip(expected, found, strict=True))
    alike = [(a, b) for a, b in pairs if [text for _, text in a] == [text for _, text in b]]
    types = [one[0] == two[0] for a, b in alike for one, two in zip(a, b, strict=True)]
    count = sum(len(b) for _, b in pairs) / sum(len(a) for a, _ in pairs)
    return {
        "same_text": round(len(alike) / len(pairs), 4),
        "count": round(count, 4),
        "same_type": round(sum(types) / max(1, len(types)), 4),
    }


def _plain(path: Path, media_type: str) -> None:
    """unstructured as it is, with its model and its imports ready."""
    from stages.parse import prose

    prose.install = lambda: None
    library.load_pdf()
    peer([path], media_type)


@contextmanager
def _processes(number: int, ready: Callable[..., Any], *given: Any) -> Iterator[ProcessPoolExecutor]:
    """Processes that have all called `ready`; a task to warm each would go to the one that is there first."""
    context = multiprocessing.get_context("spawn")
    all_there = context.Barrier(number + 1)
    with ProcessPoolExecutor(number, context, _get_ready, (all_there, ready, given)) as pool:
        for _ in range(number):
            pool.submit(int)  # a process starts with a task
        all_there.wait()
        yield pool


def _get_ready(all_there: Any, ready: Callable[..., Any], given: tuple[Any, ...]) -> None:
    ready(*given)
    all_there.wait()


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    shared = Path("../shared/corpus")
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else (shared if shared.exists() else Path("corpus"))
    results = {}
    for kind in sys.argv[3:] or KINDS:
        pattern, media_type = KINDS[kind]
        result = measure(kind, pattern, media_type, folder, size)
        if result:
            results[kind] = result
            print(kind, *(f"{name} {value}" for name, value in result.items()), sep="  ", flush=True)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
