"""What a package carries packed, unpacked once: reading it from the cache folder takes a tenth of unpacking it.

Weights and tables are unpacked by every process that computes a document, so by each of the few that a changed
document starts. The last four bytes of a file are the CRC-32 of the others, so one that is spoilt is made anew; where
the cache folder cannot be written to, it is unpacked each time.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from contextlib import suppress

from stages.core.run.cache import cache_folder


def unpacked(name: str, unpack: Callable[[], bytes]) -> bytes:
    """What `unpack` gives; `name` says of what, with its digest, and is a file's name in the cache folder."""
    path = cache_folder() / "unpacked" / name
    with suppress(OSError), path.open("rb") as file:
        held = file.read(max(0, path.stat().st_size - 4))
        if file.read() == _sum(held):
            return held
    content = unpack()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{name}.{os.getpid()}.part")
        with part.open("wb") as file:
            file.write(content)
            file.write(_sum(content))
        part.replace(path)
    return content


def _sum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(4, "big")
