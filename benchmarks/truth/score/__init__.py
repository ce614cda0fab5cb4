"""Measures against planted truth, each a pure function of what was found and what is true.

| module | measure |
|---|---|
| parameters | micro-F1 over (document, model, parameter, value), overall and by kind of place; traps taken |
| headings | F1 of the headings' texts; whether each is deeper or higher than the one before, as in truth |
| tables | TEDS, the similarity of trees by edit distance (Zhong et al., 2020) |
| order | reading order of blocks: normalised edit distance (Ouyang et al., 2024), Kendall's tau; text similarity |
| duplicates | precision and recall of pairs of near-duplicates |
"""

from __future__ import annotations

from benchmarks.truth.score.counts import Score

__all__ = ["Score"]
