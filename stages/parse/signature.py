"""What near-duplicates are found by: a MinHash of a document's text, and the numbers in it.

Places of two signatures that are equal are, on average, as frequent as runs of words that both texts have among those
that one of them has (Broder, "On the resemblance and containment of documents", 1997). Documents that differ in a
number or in a name with a number in it are different documents, however alike they read: a model's card is often
another's with other figures.
"""

from __future__ import annotations

import re
import sys
import zlib
from functools import cache
from types import ModuleType
from typing import Any

import pyarrow as pa

PLACES = 128  # of the MinHash; its error is about 1 / sqrt(128), 9 %
RUN = 4  # words
SEED = 1
SCHEME = "affine32"
WORD = re.compile(r"\w+(?:[.,]\w+)*")
NOT_TEXT = {"config", "json"}  # a model's configuration differs from another's in little else than what it states
SIGNATURE = pa.struct([("minhash", pa.binary()), ("numbers", pa.list_(pa.uint32())), ("words", pa.int32())])


def signature(kind: str, elements: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The signature of a document with these elements; None for a kind that is never folded, or too short a text."""
    if kind in NOT_TEXT:
        return None
    words = [word for element in elements for word in WORD.findall(element["text"].casefold())]
    if len(words) < RUN:
        return None
    runs = {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
    minhash = _minhash()(num_perm=PLACES, seed=SEED, scheme=SCHEME)
    minhash.update_batch([run.encode() for run in sorted(runs)])
    numbers = {zlib.crc32(word.encode()) for word in words if any(letter.isdigit() for letter in word)}
    return {
        "minhash": minhash.hashvalues.astype("<u4").tobytes(),
        "numbers": sorted(numbers),
        "words": len(words),
    }


@cache
def _minhash() -> Any:
    """datasketch's MinHash. scipy, 50 MB a process, comes when its other classes ask for an integral."""
    late = ModuleType("scipy.integrate")
    late.quad = _quad  # type: ignore[attr-defined]
    ours = sys.modules.setdefault(late.__name__, late) is late
    from datasketch import MinHash

    if ours:
        del sys.modules[late.__name__]
    return MinHash


def _quad(*given: Any) -> Any:
    from scipy.integrate import quad

    return quad(*given)
