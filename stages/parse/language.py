"""The language of a document, by py3langid: a table of letter sequences in its package, with no chance in it."""

from __future__ import annotations

import hashlib
import lzma
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from stages.core.run.unpacked import unpacked

PROSE = ("NarrativeText", "ListItem")
LEAST, MOST = 60, 4000  # letters that are enough to tell, and that are looked at


def language(elements: list[dict[str, Any]]) -> str | None:
    """ISO 639-1 code of the language of the running text; None where there is too little of it."""
    text = " ".join(element["text"] for element in elements if element["type"] in PROSE)[:MOST]
    if sum(1 for _ in islice(filter(str.isalpha, text), LEAST)) < LEAST:
        return None
    return str(load().classify(text)[0])


@cache
def load() -> Any:
    """py3langid with its table, which it would unpack in every process: half a second."""
    import py3langid
    from py3langid import modelio

    modelio.lzma = SimpleNamespace(open=_opened)
    py3langid.classify("")  # reads the table
    modelio.lzma = lzma
    return py3langid


def _opened(path: Path) -> BytesIO:
    packed = path.read_bytes()
    return BytesIO(
        unpacked(f"{hashlib.sha256(packed).hexdigest()[:16]}-languages.npz", lambda: lzma.decompress(packed))
    )
