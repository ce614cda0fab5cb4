"""How well `parser: structured` reads generated PDFs, beside `fast` and unstructured's own, and how long a page takes.

    python -m benchmarks.structured [documents: 100] [part: score] [seed: 5] [--peers]

The PDFs are those of `benchmarks.truth` with so many documents of all kinds; figures are stated on its part `score`
(rules of tables were changed with pages of its seeds 5 to 7 in view, so that a figure of seed 5 is no longer an honest
one: name another). headings: F1 of titles and headings;
tables: TEDS, each true table against the best found one, 0 where there is none; order: edit similarity of the blocks,
the joints between cells taken out of tables' text; seconds: CPU time a page, without our pictures and outlines.
`unstructured` is partition_pdf(strategy="fast"). With --peers also `ocr` (pages drawn at 200 dots an inch and read),
`hi_res` (unstructured's, with the models of `parser: hi_res`), and pymupdf4llm and docling, each in an environment that
uv makes for it; a peer whose models cannot be had says so. The last line is JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.parse import PARSER
from benchmarks.truth.corpus import write_corpus
from benchmarks.truth.score import headings, order, tables
from stages.core.run import offline  # noqa: F401 - before any library that would call home
from stages.parse import library, prose
from stages.parse.elements import Piece
from stages.parse.pieces import by_layout

Reader = Callable[[bytes], list[Piece]]
Results = dict[Path, tuple[list[Piece], float]]


def unstructured(raw: bytes) -> list[Piece]:
    """unstructured as it is: its own functions are back in their places."""
    from unstructured.partition import docx, text, text_type
    from unstructured.partition.html import parser
    from unstructured.partition.pdf import partition_pdf

    modules: list[Any] = [docx, text, parser]
    for module in modules:
        module.is_possible_narrative_text = text_type.is_possible_narrative_text
    modules[1].is_possible_title = text_type.is_possible_title
    found = partition_pdf(file=BytesIO(raw), strategy="fast", languages=["eng"])
    prose.install()
    return [
        Piece(element.category, element.text, depth=0 if element.category == "Title" else None, page=1)
        for element in found
    ]


READERS: dict[str, Reader] = {
    "structured": library.structured,
    "fast": lambda raw: by_layout(library.pdf(raw)),
    "unstructured": unstructured,
}


SLOW: dict[str, Reader] = {
    "ocr": lambda raw: library.scan(raw, replace(PARSER, ocr="always"))[0],
    "hi_res": lambda raw: library.hi_res(raw, PARSER),
}


def main() -> None:
    given = [word for word in sys.argv[1:] if word != "--peers"]
    size, part, seed = (*given, *("100", "score", "5")[len(given) :])[:3]
    library.load_pdf()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_corpus(root, documents=int(size), seed=int(seed), part=part)
        paths = sorted((root / "documents/pdf").rglob("*.pdf"))
        readers = {**READERS, **SLOW} if "--peers" in sys.argv else READERS
        results = {}
        for name, reader in readers.items():
            results[name] = measure(timed(reader, paths), root)
            print(f"{name:<13}", *(f"{key} {value}" for key, value in results[name].items()), sep="  ", flush=True)
        for name in peers.PACKAGES if "--peers" in sys.argv else ():
            found = peers.read(name, paths)
            results[name] = {"not to be had": found} if isinstance(found, str) else measure(_as_pieces(found), root)
            print(f"{name:<13}", *(f"{key} {value}" for key, value in results[name].items()), sep="  ", flush=True)
    print(json.dumps(results))


def timed(reader: Reader, paths: list[Path]) -> Results:
    """What a reader of ours finds, and its CPU seconds; what it loads once is not counted."""
    reader(paths[0].read_bytes())
    found = {}
    for path in paths:
        raw, started = path.read_bytes(), time.process_time()
        found[path] = (reader(raw), time.process_time() - started)
    return found


def _as_pieces(found: dict[Path, tuple[peers.Found, float]]) -> Results:
    return {
        path: ([Piece("Title" if "depth" in held else "NarrativeText", **held) for held in pieces], seconds)
        for path, (pieces, seconds) in found.items()
    }


def measure(results: Results, root: Path) -> dict[str, Any]:
    blocks, planted = (_read(root / f"truth/{name}.jsonl") for name in ("elements", "tables"))
    heads, cells, ordered, pages = [], [], [], 0
    for path, (found, _) in results.items():
        name = str(path.relative_to(root / "documents"))
        mine = [row for row in blocks if row["document"] == name]
        pages += max(row["page"] for row in mine)
        true = [(row["level"], row["text"]) for row in mine if row["type"] in ("title", "heading")]
        heads.append(headings.score([(held.depth or 0, held.text) for held in found if held.type == "Title"], true))
        made = [held.html for held in found if held.html]
        drawn = [row["html"] for row in planted if row["document"] == name]
        cells += [max((tables.teds(html, one) for html in made), default=0.0) for one in drawn]
        text = "\n".join(held.text.replace(" | ", " ") for held in found)
        ordered.append(order.edit_similarity(text, [row["text"] for row in mine]))
    return {
        "documents": len(results),
        "pages": pages,
        "headings": round(sum(heads[1:], heads[0]).f1, 3),
        "tables": round(sum(cells) / max(1, len(cells)), 3),
        "order": round(sum(ordered) / len(ordered), 3),
        "seconds": round(sum(seconds for _, seconds in results.values()) / pages, 4),
    }


def _read(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


if __name__ == "__main__":
    main()
