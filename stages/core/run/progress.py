"""Progress of long work: a bar on a terminal, a plain line every ten seconds in a log; both with rate and time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
SECONDS_BETWEEN_LINES = 10.0


def track(items: Iterable[T], *, total: int, what: str, unit: str) -> Iterator[T]:
    """Yield `items` and show how many of `total` are done, as `what` in `unit`s."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        yield from tqdm(items, total=total, desc=what, unit=f" {unit}", dynamic_ncols=True)
        return
    start = last = time.monotonic()
    for done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - last >= SECONDS_BETWEEN_LINES and done < total:
            last = now
            rate = done / (now - start)
            print(f"{what}: {done}/{total} {unit}, {rate:.1f}/s, {(total - done) / rate:.0f} s left", file=sys.stderr)
