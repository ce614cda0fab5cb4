"""A limit on the time that one document may take."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

AGAIN = 5.0  # seconds until it is raised once more, should a library have swallowed it


class TooSlow(BaseException):
    """Not an Exception, so that a parser's `except Exception` lets it through."""


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise TooSlow in the block after `seconds`; 0 is no limit. Works in a process's main thread."""
    if not seconds:
        yield
        return
    before = signal.signal(signal.SIGALRM, _raise)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _raise(*_: Any) -> None:
    raise TooSlow
