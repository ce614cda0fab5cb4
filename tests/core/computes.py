"""Functions that workers compute in these tests: importable by name, as the engine wants them."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from typing import Any

import pyarrow as pa

from stages.core.run.errors import UserError

SOURCE = pa.schema([pa.field("text", pa.string())])
WORDS = pa.schema([pa.field("words", pa.list_(pa.string()))])
BAD = pa.schema([pa.field("reason", pa.string()), pa.field("detail", pa.string())])
KEY = "TRIED_KEY"
Row = dict[str, Any]


def split(row: Row) -> dict[str, Row | None]:
    """Words into `good`, an empty text into `bad`, and a copy of what has two words or more into `long`."""
    words = row["text"].split()
    if not words:
        return {"good": None, "long": None, "bad": {"reason": "empty", "detail": None}}
    return {"good": {"words": words}, "long": {"words": words} if len(words) > 1 else None, "bad": None}


def keyed(row: Row) -> dict[str, Row | None]:
    """What this process has as a key."""
    return {"good": {"words": [os.environ.get(KEY, "")]}, "long": None, "bad": None}


def slowly(row: Row) -> dict[str, Row | None]:
    time.sleep(0.02)
    return split(row)


def dangerous(row: Row) -> dict[str, Row | None]:
    """Does what the text says, as a parser's library might."""
    text = row["text"]
    if text == "segfault":
        ctypes.string_at(0)
    elif text == "exit":
        os._exit(3)
    elif text == "hang":
        signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
        ctypes.PyDLL(None).sleep(1000)  # in C, with the interpreter's lock held
    elif text == "grow":
        held = [bytearray(os.urandom(1) * (10 << 20)) for _ in range(100)]
        time.sleep(1000 * len(held))
    elif text == "raise":
        raise ValueError("what nobody\nthought of")
    elif text == "mistake":
        raise UserError("the key is missing")
    elif text == "ask":
        bytearray(1 << 60)
    elif text == "once" and not os.path.exists("seen"):
        open("seen", "w").close()
        os._exit(4)
    return split(row)


def failed(row: Row, reason: str, detail: str) -> dict[str, Row | None]:
    return {"good": None, "long": None, "bad": {"reason": reason, "detail": detail}}
