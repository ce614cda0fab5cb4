"""One document: elements and figures, or a place in quarantine with the reason. Runs in a worker process."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from stages.core.table.work import Unsettled
from stages.parse import Parser, library
from stages.parse.elements import to_elements
from stages.parse.figures import pdf_figures
from stages.parse.formats import FORMATS, PAGES, READS_PICTURES, Parsed, parse
from stages.parse.language import language
from stages.parse.refused import Refused
from stages.parse.signature import signature

Row = dict[str, Any]
NAMES = {
    "pdf": "PDF",
    "picture": "picture",
    "rst": "reStructuredText",
    "docx": "DOCX",
    "html": "HTML",
    "markdown": "text",
    "arxiv": "XML",
    "config": "Python",
    "latex": "LaTeX",
    "json": "JSON",
}
DETAIL = 200
NO_MODEL = "no model"  # it may be there at the next run, so the row is not taken for settled
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


def parse_document(row: Row, *, parser: Parser) -> dict[str, Row | None]:
    """The payloads of one row of corpus/ for elements, figures and quarantine; an error of a parser is one of them."""
    try:
        _check(row)
        library.settle()
        return _parse(row, parser)
    except Refused as refused:
        made = quarantined(row, refused.reason, str(refused))
        return Unsettled(made) if refused.reason == NO_MODEL else made
    except MemoryError:
        raise
    except Exception as error:
        return quarantined(row, f"broken {NAMES.get(row['kind'], row['kind'])}", f"{type(error).__name__}: {error}")


def _parse(row: Row, parser: Parser) -> dict[str, Row | None]:
    raw = row["raw"]
    parsed = parse(row["kind"], raw, row["media_type"], parser)
    elements = to_elements(parsed.pieces)
    if not elements:
        raise Refused("no text", _no_text(row["kind"], parser))
    figures = pdf_figures(raw, elements, parser.figure_pixels) if row["kind"] == "pdf" else []
    figures = [figure for figure in figures if figure["page"] not in parsed.scanned]
    document = {
        "kind": row["kind"],
        "media_type": row["media_type"],
        "origin": row["origin"],
        "licence": row["licence"] or parsed.licence,
        "title": _title(row, parsed, elements),
        "language": language(elements),
        "elements": elements,
        "signature": signature(row["kind"], elements),
    }
    return {"elements": document, "figures": {"figures": figures} if figures else None, "quarantine": None}


def _no_text(kind: str, parser: Parser) -> str:
    if kind == "pdf" and parser.ocr == "never" and parser.strategy != "hi_res":
        return f"it has no text layer; {READS_PICTURES} reads pages that are pictures"
    return "the parser found no text in it"


def _check(row: Row) -> None:
    if row["reason"]:
        raise Refused(row["reason"], row["detail"])
    if not row["raw"]:
        raise Refused("empty file", "0 bytes")
    if row["kind"] not in FORMATS and row["kind"] not in PAGES:
        raise Refused("unknown type", f"neither its content nor its name says what it is: {row['origin']['path']}")


def _title(row: Row, parsed: Parsed, elements: list[Row]) -> str:
    """What the document calls itself, for a README its package; else its first heading, or its file's name."""
    if row["kind"] in ("markdown", "rst") and row["origin"]["package"]:
        return row["origin"]["package"]
    headings = [element["text"] for element in elements if element["type"] == "Title"]
    return parsed.title or (headings[0] if headings else PurePosixPath(row["origin"]["path"]).stem)


def quarantined(row: Row, reason: str, detail: str) -> dict[str, Row | None]:
    """`detail` becomes one line that says the same on every machine."""
    line = ADDRESS.sub("0x", " ".join(detail.split()))[:DETAIL].encode("utf-8", "ignore").decode()
    held = {name: row[name] for name in ("origin", "media_type", "bytes")}
    return {"elements": None, "figures": None, "quarantine": {**held, "reason": reason, "detail": line}}
