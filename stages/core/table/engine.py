"""The engine: rows in, a function over them in worker processes, rows out. Daft does the work.

One machine uses Daft's native runner; nothing here schedules anything. A function that is computed must be importable
by name (the worker imports it), and pure: its result may depend on its row and on its own settings only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from stages.core.run.progress import track

Compute = Callable[[dict[str, Any]], dict[str, dict[str, Any] | None]]
WORKERS = os.cpu_count() or 1
FEW = 4  # so few rows cost less here than starting a worker


def compute_rows(
    rows: pa.Table, total: int, compute: Compute, types: Mapping[str, pa.StructType], *, what: str
) -> Iterator[tuple[str, dict[str, dict[str, Any] | None]]]:
    """Yield (document, payloads) for each input row; the order is not defined.

    `types` gives the Arrow type of each payload. Values pass through these types, here as in a worker, so that a result
    is the same wherever it was computed.
    """
    kind = pa.struct([pa.field(name, struct) for name, struct in types.items()])
    results: Iterator[tuple[str, dict[str, Any]]]
    if total <= FEW:
        results = ((row["document"], _typed(compute(row), kind)) for row in rows.to_pylist())
    else:
        results = _daft(rows, compute, kind)
    yield from track(results, total=total, what=what, unit="documents")


def _typed(payloads: dict[str, Any], kind: pa.StructType) -> dict[str, Any]:
    return pa.array([payloads], kind)[0].as_py()


def _daft(rows: pa.Table, compute: Compute, kind: pa.StructType) -> Iterator[tuple[str, dict[str, Any]]]:
    import daft

    os.environ.setdefault("DAFT_PROGRESS_BAR", "0")
    columns = rows.column_names

    @daft.cls(max_concurrency=WORKERS, use_process=True)
    class Worker:
        @daft.method(return_dtype=daft.DataType.binary())
        def __call__(self, *values: Any) -> bytes:
            payloads = compute(dict(zip(columns, values, strict=True)))
            return _pack(payloads, kind)

    frame = daft.from_arrow(rows).into_batches(8)
    result: Any = Worker()(*(frame[name] for name in columns))
    frame = frame.select(frame["document"], result.alias("result"))
    for row in frame.iter_rows():
        yield row["document"], _unpack(row["result"])


def _pack(payloads: dict[str, Any], kind: pa.StructType) -> bytes:
    batch = pa.RecordBatch.from_arrays([pa.array([payloads], kind)], ["payloads"])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def _unpack(packed: bytes) -> dict[str, Any]:
    return pa.ipc.open_stream(packed).read_all()["payloads"][0].as_py()
