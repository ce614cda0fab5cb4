"""One document as a row of build/corpus/."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

ORIGIN = pa.struct(
    [
        pa.field("source", pa.string()),
        pa.field("path", pa.string()),
        pa.field("package", pa.string()),
        pa.field("version", pa.string()),
    ]
)
SCHEMA = pa.schema(
    [
        pa.field("kind", pa.string()),
        pa.field("media_type", pa.string()),
        pa.field("origin", ORIGIN),
        pa.field("licence", pa.string()),
        pa.field("bytes", pa.int64()),
        pa.field("raw", pa.binary()),
        pa.field("reason", pa.string()),  # why it could not be taken; null: it was
        pa.field("detail", pa.string()),
    ]
)

UNREADABLE = "unreadable"  # the reason of a row that may be another the next time, although nothing changed


def row(
    kind: tuple[str, str],
    origin: dict[str, str | None],
    raw: bytes = b"",
    *,
    licence: str | None = None,
    size: int | None = None,
    reason: str | None = None,
    detail: str | None = None,
) -> dict[str, Any]:
    """The columns of one document; `size` is that of the original, where `raw` does not hold it."""
    return {
        "kind": kind[0],
        "media_type": kind[1],
        "origin": origin,
        "licence": licence,
        "bytes": len(raw) if size is None else size,
        "raw": raw,
        "reason": reason,
        "detail": detail,
    }
