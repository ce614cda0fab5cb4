"""Progress of long work: a bar on a terminal, a plain line every ten seconds in a log; both with rate and time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
SECONDS_BETWEEN_LINES = 10.0


def _nothing() -> str:
    return ""


def track(items: Iterable[T], *, total: int, what: str, unit: str, note: Callable[[], str] = _nothing) -> Iterator[T]:
    """Yield `items` and show how many of `total` are done, as `what` in `unit`s, with what `note` has to say."""
    yield from _bar(items, total, what, unit, note) if sys.stderr.isatty() else _lines(items, total, what, unit, note)


def _bar(items: Iterable[T], total: int, what: str, unit: str, note: Callable[[], str]) -> Iterator[T]:
    from tqdm import tqdm

    bar = tqdm(items, total=total, desc=what, unit=f" {unit}", dynamic_ncols=True)
    for item in bar:
        yield item
        bar.set_postfix_str(note(), refresh=False)


def _lines(items: Iterable[T], total: int, what: str, unit: str, note: Callable[[], str]) -> Iterator[T]:
    last = time.monotonic()
    first = 0.0  # when the first one came: what lies before it is the start of workers, and no rate
    for done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        first = first or now
        if now - last >= SECONDS_BETWEEN_LINES and done < total:
            last = now
            rate = (done - 1) / (now - first) if now > first else 0.0
            speed = [f"{rate:.2f}/s", f"{_left((total - done) / rate)} left"] if rate else []
            print(
                ", ".join(filter(None, [f"{what}: {done}/{total} {unit}", *speed, note()])), file=sys.stderr, flush=True
            )


def _left(seconds: float) -> str:
    """A length of time in its two largest units."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
