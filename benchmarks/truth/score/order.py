"""Reading order: are paragraphs, captions and long headings in the order in which one reads them?

Each true block is looked for by its beginning in the text that was found, without white space and hyphens, so that it
does not matter how a parser cuts paragraphs. The places give an order of blocks. Short blocks are left out, since words
like `Training` begin in many places.

- `edit_similarity`: 1 - normalised edit distance between the found and the true sequence of blocks, as in Ouyang et
  al.: OmniDocBench, 2024, arXiv:2412.07626, for reading order. A block that is not found is a deletion.
- `kendall`: (pairs in order - pairs out of order) / pairs, over the blocks that were found (Kendall, 1938).
- `text_similarity`: normalised indel similarity of the whole texts, which also feels text that is lost or added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from rapidfuzz.distance import Indel, Levenshtein

BEGINNINGS, SHORTEST = (160, 80, 40), 20
DROPPED = re.compile(r"[\s\-\u00ad\u0002\ufffe•]+")


def sequence(found: str, true: Sequence[str]) -> list[int]:
    """Places in `true` (without the short ones) of the blocks that `found` has, in the order in which it has them."""
    text, used, places = _fold(found), set[int](), []
    for number, block in enumerate(_long(true)):
        at = _place(block, text, used)
        if at is not None:
            used.add(at)
            places.append((at, number))
    return [number for _, number in sorted(places)]


def _place(block: str, text: str, used: set[int]) -> int | None:
    """Where the block begins: by as much of its beginning as stands there, so that sentences that recur do no harm."""
    for length in (len(block), *BEGINNINGS):
        begin = block[:length]
        at = text.find(begin)
        while at in used:
            at = text.find(begin, at + 1)
        if at >= 0:
            return at
    return None


def edit_similarity(found: str, true: Sequence[str]) -> float:
    return float(1.0 - Levenshtein.normalized_distance(sequence(found, true), list(range(len(_long(true))))))


def kendall(found: str, true: Sequence[str]) -> float:
    pairs = [one < other for one, other in combinations(sequence(found, true), 2)]
    return (2 * sum(pairs) - len(pairs)) / len(pairs) if pairs else 1.0


def text_similarity(found: str, true: Sequence[str]) -> float:
    return float(Indel.normalized_similarity(_fold(found), _fold("".join(true))))


def _long(blocks: Sequence[str]) -> list[str]:
    return [folded for folded in map(_fold, blocks) if len(folded) >= SHORTEST]


def _fold(text: str) -> str:
    return DROPPED.sub("", text)
