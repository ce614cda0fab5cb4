"""The stage: every document of the corpus into elements and figures, or into quarantine."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from stages.core.run import reads, writes
from stages.core.run.code import stage_digest
from stages.core.table import Limit, Output, count, tally, update
from stages.parse import Config
from stages.parse.document import parse_document, quarantined
from stages.parse.duplicates import fold, write
from stages.parse.signature import SIGNATURE


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
        kind=TEXT,
        media_type=TEXT,
        origin=ORIGIN,
        licence=TEXT,
        title=TEXT,
        language=TEXT,
        elements=pa.list_(ELEMENT),
        signature=SIGNATURE,
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
    duplicates: Path = writes("duplicates.parquet"),
    plot: Path = writes("plots/documents.csv"),
) -> dict[str, Any]:
    """Write all outputs. Returns counts: documents parsed, quarantined and folded, elements by type, reasons."""
    outputs = {
        "elements": Output(elements, ELEMENTS, tally=("kind", "origin.source", "language", "elements.type")),
        "figures": Output(figures, FIGURES, tally=("figures",)),
        "quarantine": Output(quarantine, QUARANTINE, tally=("reason",)),
    }
    compute = partial(parse_document, parser=config.parser)
    limit = Limit(config.parser.seconds, config.parser.memory, failed=quarantined)
    update(corpus, outputs, compute, stage_digest=stage_digest("parse"), what="parse", limit=limit)
    folded = fold(elements, config.parser.likeness)
    write(folded, duplicates)
    counts, reasons = tally(elements), tally(quarantine)["reason"]
    metrics: dict[str, Any] = {
        "documents": count(corpus),
        "parsed": count(elements),
        "elements": counts["elements.type"].total(),
        "kinds": counts["kind"],
        "languages": counts["language"],
        "types": counts["elements.type"],
        "figures": tally(figures)["figures"].total(),
        "folded": len(folded),
        "quarantined": count(quarantine),
        "reasons": reasons,
    }
    plot.write_text(_bars({"kind": counts["kind"], "source": counts["origin.source"], "quarantine": reasons}))
    assert metrics["parsed"] + metrics["quarantined"] == metrics["documents"], metrics
    return metrics


def _bars(groups: dict[str, Counter[str]]) -> str:
    """What `dvc plots` draws as bars: how many documents there are of each kind and source, and for each reason."""
    rows = [f'{number},"{group}: {name}"' for group, held in groups.items() for name, number in sorted(held.items())]
    return "\n".join(["documents,name", *rows, ""])
