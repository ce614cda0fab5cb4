"""How well `parser: structured` reads generated PDFs, beside `fast` and unstructured's own, and how long a page takes.

    python -m benchmarks.structured [documents: 100] [part: score] [seed: 5]

The PDFs are those of `benchmarks.truth` with so many documents of all kinds; figures are stated on its part `score`
(two rules of tables were changed with pages of another seed of that part in view). headings: F1 of titles and headings;
tables: TEDS, each true table against the best found one, 0 where there is none; order: edit similarity of the blocks,
the joints between cells taken out of tables' text; seconds: CPU time a page, without our pictures and outlines.
`unstructured` is partition_pdf(strategy="fast"). The last line is JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.truth.corpus import write_corpus
from benchmarks.truth.score import headings, order, tables
from stages.core.run import offline  # noqa: F401 - before any library that would call home
from stages.parse import library, prose
from stages.parse.elements import Piece
from stages.parse.pieces import by_layout

Reader = Callable[[bytes], list[Piece]]


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


def main() -> None:
    size, part, seed = (*sys.argv[1:], *("100", "score", "5")[len(sys.argv) - 1 :])[:3]
    library.load_pdf()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_corpus(root, documents=int(size), seed=int(seed), part=part)
        blocks, planted = (_read(root / f"truth/{name}.jsonl") for name in ("elements", "tables"))
        paths = sorted((root / "documents/pdf").rglob("*.pdf"))
        for reader in READERS.values():
            reader(paths[0].read_bytes())
        results = {}
        for name, reader in READERS.items():
            results[name] = measure(reader, paths, root / "documents", blocks, planted)
            print(f"{name:<13}", *(f"{key} {value}" for key, value in results[name].items()), sep="  ", flush=True)
    print(json.dumps(results))


def measure(reader: Reader, paths: list[Path], root: Path, blocks: list[Any], planted: list[Any]) -> dict[str, float]:
    heads, cells, ordered, seconds, pages = [], [], [], 0.0, 0
    for path in paths:
        name, raw = str(path.relative_to(root)), path.read_bytes()
        mine = [row for row in blocks if row["document"] == name]
        started = time.process_time()
        found = reader(raw)
        seconds += time.process_time() - started
        pages += max(row["page"] for row in mine)
        true = [(row["level"], row["text"]) for row in mine if row["type"] in ("title", "heading")]
        heads.append(headings.score([(held.depth or 0, held.text) for held in found if held.type == "Title"], true))
        made = [held.html for held in found if held.html]
        drawn = [row["html"] for row in planted if row["document"] == name]
        cells += [max((tables.teds(html, one) for html in made), default=0.0) for one in drawn]
        text = "\n".join(held.text.replace(" | ", " ") for held in found)
        ordered.append(order.edit_similarity(text, [row["text"] for row in mine]))
    return {
        "documents": len(paths),
        "pages": pages,
        "headings": round(sum(heads[1:], heads[0]).f1, 3),
        "tables": round(sum(cells) / len(cells), 3),
        "order": round(sum(ordered) / len(ordered), 3),
        "seconds": round(seconds / pages, 4),
    }


def _read(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


if __name__ == "__main__":
    main()
