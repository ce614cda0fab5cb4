"""Other parsers of PDFs, in environments of their own: none of them is a library of the project.

`read` makes the environment by uv, by package name, in the user's cache, and runs this file there with the PDFs. What
comes back of each is its pieces and the CPU seconds. A peer whose models are not here fails with the reason; the hub is
asked only with HF_HUB_OFFLINE=0 in the environment.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from html import escape, unescape
from pathlib import Path
from typing import Any

PACKAGES = {"pymupdf4llm": "pymupdf>=2", "docling": "docling>=2.143"}  # pymupdf 2 holds pymupdf4llm
HOME = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "litmill" / "peers"
LONGEST = 3600  # seconds
Found = list[dict[str, Any]]


def read(name: str, paths: list[Path]) -> dict[Path, tuple[Found, float]] | str:
    """For each PDF the pieces that the peer finds and its CPU seconds; or why it cannot be had."""
    try:
        python = _environment(name)
        command = [str(python), __file__, name, *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=True)
    except subprocess.CalledProcessError as error:
        return (error.stderr.strip().splitlines() or ["no word"])[-1]
    except subprocess.TimeoutExpired:
        return f"more than {LONGEST} s"
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"path"')]
    return {Path(row["path"]): (row["pieces"], row["seconds"]) for row in rows}


def _environment(name: str) -> Path:
    """The Python of the peer's environment, made if it is not there."""
    folder = HOME / name
    uv = str(Path(sys.executable).parent / "uv")
    if not (folder / "ready").exists():
        for command in (
            ["venv", "--clear", folder],
            ["pip", "install", "--python", folder / "bin/python", PACKAGES[name]],
        ):
            subprocess.run([uv, *map(str, command), "--quiet"], capture_output=True, text=True, check=True)
        (folder / "ready").touch()
    return folder / "bin" / "python"


# what runs in the peer's environment: its library and the standard library, nothing of ours


def pymupdf4llm() -> Callable[[str], Iterator[dict[str, Any]]]:
    import pymupdf4llm as peer

    return lambda path: _markdown(peer.to_markdown(path, show_progress=False))


def docling() -> Callable[[str], Iterator[dict[str, Any]]]:
    from docling.datamodel.base_models import InputFormat
    from docling.document_converter import DocumentConverter

    converter = DocumentConverter()
    converter.initialize_pipeline(InputFormat.PDF)
    return lambda path: _docling(converter.convert(path).document)


def _docling(document: Any) -> Iterator[dict[str, Any]]:
    for item, _ in document.iterate_items():
        label = item.label.value
        if label == "table":
            rows = [[cell.text for cell in row] for row in item.data.grid]
            yield {"text": _row_text(rows), "html": item.export_to_html(document)}
        elif getattr(item, "text", ""):
            heading = {"depth": getattr(item, "level", 0)} if label in ("title", "section_header") else {}
            yield {"text": item.text, **heading}


def _markdown(text: str) -> Iterator[dict[str, Any]]:
    """Headings, pipe tables, and the rest line by line, without the marks of Markdown."""
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([_bare(cell) for cell in line.strip().strip("|").split("|")])
            continue
        if rows:
            rows = [row for row in rows if not all(set(cell) <= set("-: ") for cell in row)]
            yield {"text": _row_text(rows), "html": _html(rows)}
            rows = []
        marks = len(line) - len(line.lstrip("#"))
        if _bare(line.lstrip("#")):
            yield {"text": _bare(line.lstrip("#")), **({"depth": marks - 1} if marks and line[marks] == " " else {})}


def _bare(text: str) -> str:
    """Without emphasis, line breaks within cells, escapes and bullets."""
    plain = re.sub(r"(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)|\*\*|`|~~|</?su[bp]>", "", text.replace("<br>", " "))
    return " ".join(unescape(re.sub(r"\\(\W)", r"\1", plain)).strip(" >*-").split())


def _row_text(rows: list[list[str]]) -> str:
    return "\n".join(" ".join(row) for row in rows)


def _html(rows: list[list[str]]) -> str:
    lines = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def main() -> None:
    name, *paths = sys.argv[1:]
    peer = {"pymupdf4llm": pymupdf4llm, "docling": docling}[name]()
    list(peer(paths[0]))  # what is loaded once is not counted
    for path in paths:
        started = time.process_time()
        pieces = list(peer(path))
        print(json.dumps({"path": path, "seconds": time.process_time() - started, "pieces": pieces}), flush=True)


if __name__ == "__main__":
    main()
