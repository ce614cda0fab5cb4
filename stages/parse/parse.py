"""The stage: every document of the corpus into elements and figures, or into quarantine."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from stages.core.run import reads, writes
from stages.core.table import Output, count, read, update
from stages.core.table.closure import stage_digest
from stages.parse import Config
from stages.parse.document import parse_document


def _struct(**kinds: pa.DataType) -> pa.StructType:
    return pa.struct([pa.field(name, kind) for name, kind in kinds.items()])


TEXT, PAGE = pa.string(), pa.int32()
ORIGIN = _struct(source=TEXT, path=TEXT, package=TEXT, version=TEXT)
ELEMENT = _struct(
    id=TEXT, type=TEXT, text=TEXT, section=pa.list_(TEXT), page=PAGE, html=TEXT, box=pa.list_(pa.float32())
)
FIGURE = _struct(id=TEXT, element=TEXT, media_type=TEXT, data=pa.binary(), page=PAGE, caption=TEXT)
ELEMENTS = pa.schema(
    _struct(
        kind=TEXT, media_type=TEXT, origin=ORIGIN, licence=TEXT, title=TEXT, language=TEXT, elements=pa.list_(ELEMENT)
    )
)
FIGURES = pa.schema(_struct(figures=pa.list_(FIGURE)))
QUARANTINE = pa.schema(_struct(origin=ORIGIN, media_type=TEXT, bytes=pa.int64(), reason=TEXT, detail=TEXT))


def stage(
    config: Config,
    *,
    corpus: Path = reads("corpus"),
    elements: Path = writes("elements", persist=True),
    figures: Path = writes("figures", persist=True),
    quarantine: Path = writes("quarantine", persist=True),
) -> dict[str, Any]:
    """Write the three tables. Returns counts: documents parsed and quarantined, elements by type, reasons."""
    outputs = {
        "elements": Output(elements, ELEMENTS),
        "figures": Output(figures, FIGURES),
        "quarantine": Output(quarantine, QUARANTINE),
    }
    compute = partial(parse_document, parser=config.parser)
    update(corpus, outputs, compute, stage_digest=stage_digest("parse"), what="parse")
    metrics = {"documents": count(corpus), **_parsed(elements), **_figures(figures), **_quarantined(quarantine)}
    assert metrics["parsed"] + metrics["quarantined"] == metrics["documents"], metrics
    return metrics


def _parsed(table: Path) -> dict[str, Any]:
    kinds: Counter[str] = Counter()
    types: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    for row in read(table, ["kind", "language", "elements"]):
        kinds[row["kind"]] += 1
        languages[row["language"] or "unknown"] += 1
        types.update(element["type"] for element in row["elements"])
    return {"parsed": kinds.total(), "elements": types.total(), "kinds": kinds, "types": types, "languages": languages}


def _figures(table: Path) -> dict[str, Any]:
    return {"figures": sum(len(row["figures"]) for row in read(table, ["figures"]))}


def _quarantined(table: Path) -> dict[str, Any]:
    reasons = Counter(row["reason"] for row in read(table, ["reason"]))
    return {"quarantined": reasons.total(), "reasons": reasons}
