"""Terms that set a group of documents apart from all others."""

from __future__ import annotations

import numpy as np

from stages.organize.documents import Terms

SHARE = 0.25  # of a group's documents that must have a term, and at least two
SMOOTH = 0.005  # share added on both sides, so that rare terms do not win by being rare
SHOWN = 5


class Characteristic:
    """Finds the terms of groups, given the terms of all documents."""

    def __init__(self, terms: Terms, documents: int) -> None:
        self._terms, self._documents = terms, documents
        self._everywhere = np.bincount(terms.codes, minlength=len(terms.names)) / max(1, documents)
        self._starts = np.searchsorted(terms.documents, np.arange(documents + 1))

    def of(self, members: list[int], taken: frozenset[str] = frozenset()) -> list[str]:
        """The terms that most set these documents apart, best first; none that holds a better one or is `taken`."""
        spans = [self._terms.codes[self._starts[n] : self._starts[n + 1]] for n in members]
        codes, counts = np.unique(np.concatenate([*spans, np.array([], np.int64)]), return_counts=True)
        shares = counts / max(1, len(members))
        common = (shares >= SHARE) & (counts >= min(2, len(members)))
        codes, shares = codes[common].astype(np.int64), shares[common]
        scores = np.round(shares * np.log((shares + SMOOTH) / (self._everywhere[codes] + SMOOTH)), 6)
        names = [self._terms.names[code] for code in codes]
        found: list[str] = []
        for score, name in sorted(zip(-scores, names, strict=True)):
            words = set(name.split())
            if score < 0 and not any(words & set(other.split()) for other in [*found, *taken]):
                found.append(name)
            if len(found) == SHOWN:
                break
        return found
