"""The engine: tasks in, a function over them in worker processes, results out. Daft does the work.

On one machine it is Daft's native runner; with an address in build/conf/engine.yaml it is a Ray cluster, whose nodes
see the project's folder under the same path (a shared disk) and have the same environment. The results, and so the
bytes of every table, are the same; so no stage depends on that file. Nothing here schedules anything.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stages.core.run import THREADS, WAITING
from stages.core.run.engine import Engine, engine
from stages.core.run.errors import UserError
from stages.core.table.work import Result, Task, Work

FEW = 4  # so few tasks cost less here than starting the engine,
LIGHT = 1 << 20  # and so may more of them whose rows have fewer bytes together,
ALONE = 4  # unless they take more seconds than this: then the engine gets what is left
TOGETHER = 4  # tasks that a worker is given at a time, of many
CARRIED = (*THREADS, WAITING)


def compute_rows(tasks: list[Task], size: int, work: Work) -> Iterator[tuple[str, list[Result]]]:
    """Yield (shard, results) for each task, whose rows have `size` bytes together; the order is not defined."""
    done, until = 0, time.monotonic() + (ALONE if size <= LIGHT else 0)
    while done < len(tasks) and (len(tasks) - done <= FEW or time.monotonic() < until):
        yield tasks[done][0], work(tasks[done])
        done += 1
    work.close()
    if done < len(tasks):
        yield from _daft(tasks[done:], work, engine())


def _daft(tasks: list[Task], work: Work, settings: Engine) -> Iterator[tuple[str, list[Result]]]:
    os.environ.setdefault("DAFT_PROGRESS_BAR", "0")
    import daft

    secrets = {name: os.environ[name] for name in work.environment if name in os.environ}
    workers = _on_ray(settings) if settings.address else settings.workers or os.cpu_count() or 1
    root = os.getcwd()
    director = 0 if settings.address else os.getpid()  # a node's workers belong to the node

    @daft.cls(max_concurrency=workers, use_process=True)
    class Worker:
        def __init__(self) -> None:
            os.chdir(root)
            os.environ.update(secrets)  # with the task and not with the cluster's settings, which Ray logs
            threading.Thread(target=_leave_with, args=[director or os.getppid()], daemon=True).start()

        @daft.method(return_dtype=daft.DataType.binary())
        def __call__(self, shard: str, row: int) -> bytes:
            try:
                return pickle.dumps(work((shard, row)))
            except UserError as mistake:  # Daft would make an error of its own of it
                return pickle.dumps(mistake)

    daft.set_execution_config(maintain_order=False)
    frame = daft.from_pydict({"shard": [shard for shard, _ in tasks], "row": [row for _, row in tasks]})
    if settings.address:
        frame = frame.into_partitions(min(len(tasks), 4 * workers))
    frame = frame.into_batches(min(TOGETHER, 1 + len(tasks) // (8 * workers)))
    worker: Any = Worker()
    results = worker(frame["shard"], frame["row"])
    for row in frame.select(frame["shard"], results.alias("results")).iter_rows():
        held = pickle.loads(row["results"])
        if isinstance(held, UserError):
            raise held
        yield row["shard"], held


def _leave_with(parent: int) -> None:
    """End this worker when the process that wants its results is gone, also in the middle of a document."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _on_ray(settings: Engine) -> int:
    """Join the cluster. Returns the number of workers."""
    import daft

    try:
        import ray
    except ImportError:
        raise UserError("engine: ray is not installed; run `uv pip install 'litmill[ray]'`") from None
    carried = {name: os.environ[name] for name in CARRIED if name in os.environ}
    environment = {**carried, "PYTHONPATH": str(Path(__file__).parents[3])}
    if not ray.is_initialized():
        try:
            _knock(settings.address)
            nodes = {"env_vars": environment}
            ray.init(settings.address, runtime_env=nodes, log_to_driver=False, logging_level=logging.ERROR)
        except OSError as error:
            raise UserError(f"engine.address: no Ray cluster at {settings.address!r} ({error})") from None
    daft.set_runner_ray(noop_if_initialized=True)
    return settings.workers or int(ray.cluster_resources()["CPU"])


def _knock(address: str) -> None:
    """Raise OSError if nobody listens there: Ray itself would try for minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), timeout=10).close()
