"""One document's elements to its chunks with vectors."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

from stages.core.context import above
from stages.core.embedder import Embedder, Model, load
from stages.embed import Chunking
from stages.embed.cut import Piece, cut, shorten, size
from stages.embed.windows import windows


def compute(row: dict[str, Any], *, embedder: Embedder, chunking: Chunking) -> dict[str, dict[str, Any] | None]:
    """The payload of `chunks` for one row of `elements`; a document without text has no chunks."""
    model, context = load(embedder.package, embedder.precision), embedder.context
    limit = model.limit - model.special - context
    if chunking.by == "structure":
        pieces = cut(row["elements"], min(limit, chunking.size), model.words)
    else:
        pieces = windows(row["elements"], chunking, limit, model.words)
    seen: Counter[str] = Counter()
    chunks = [_chunk(piece, context_line(row["title"], piece.section, context, model), model, seen) for piece in pieces]
    return {"chunks": {"title": row["title"], "kind": row["kind"], "chunks": chunks}}


def _chunk(piece: Piece, context: str, model: Model, seen: Counter[str]) -> dict[str, Any]:
    return {
        "id": _identity(piece, seen),
        "text": piece.text,
        "section": piece.section,
        "page": piece.page,
        "elements": piece.elements,
        "vector": model.vector(f"{context}\n{piece.text}"),
    }


def context_line(title: str, section: list[str], limit: int, model: Model) -> str:
    """Title and section path as one line of at most `limit` tokens; outer headings go first where it is too long."""
    path = above(title, section)
    line = " > ".join(path)
    while len(path) > 1 and size(line, model.words) > limit:
        path.pop(0)
        line = " > ".join(path)
    return shorten(line, limit, model.words)


def _identity(piece: Piece, seen: Counter[str]) -> str:
    """Sixteen hex digits from text, section path and the number of equals before: never from position or file name."""
    content = json.dumps([piece.text, piece.section], ensure_ascii=False)
    seen[content] += 1
    return hashlib.sha256(json.dumps([content, seen[content] - 1]).encode()).hexdigest()[:16]
