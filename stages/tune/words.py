"""Keyword search as Weaviate scores it, exact and in memory: BM25 over words, English stop words left out of questions.

The formula is that of Weaviate 1.35: k1 1.2, b 0.75, words are runs of letters and digits in lower case, and a word's
weight is log(1 + (N - n + 0.5) / (n + 0.5)), times how often it stands in the question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

WORD = re.compile(r"[^\W_]+")
K1, B = 1.2, 0.75
STOP = frozenset(
    """a an and are as at be but by for if in into is it no not of on or such that the their then there these they this
    to was will with""".split()  # noqa: SIM905
)


class Words:
    """An index of texts by their words."""

    def __init__(self, texts: Sequence[str]) -> None:
        import numpy as np
        from scipy import sparse

        self._known: dict[str, int] = {}
        rows, columns, counts = list[int](), list[int](), list[int]()
        lengths = np.zeros(len(texts))
        for row, text in enumerate(texts):
            words = WORD.findall(text.lower())
            lengths[row] = len(words)
            for word, number in Counter(words).items():
                rows.append(row)
                columns.append(self._known.setdefault(word, len(self._known)))
                counts.append(number)
        have = np.bincount(columns, minlength=len(self._known)) if columns else np.zeros(0)
        self._weight = np.log(1 + (len(texts) - have + 0.5) / (have + 0.5))
        often = np.array(counts, dtype=float)
        long = lengths[rows] / (lengths.mean() or 1.0)
        scores = often / (often + K1 * (1 - B + B * long))
        self._scores: Any = sparse.csc_matrix((scores, (rows, columns)), shape=(len(texts), len(self._known)))

    def score(self, question: str, *, every: bool = False) -> np.ndarray:
        """The score of each text; 0 where it has no word of the question, or with `every` lacks one."""
        import numpy as np

        total, have = np.zeros(self._scores.shape[0]), np.zeros(self._scores.shape[0], dtype=int)
        asked = Counter(word for word in WORD.findall(question.lower()) if word not in STOP)
        for word, times in asked.items():
            if word in self._known:
                column = self._scores[:, [self._known[word]]]
                total[column.indices] += times * self._weight[self._known[word]] * column.data
                have[column.indices] += 1
        return np.where(have == len(asked), total, 0.0) if every else total
