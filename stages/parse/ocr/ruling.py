"""Ruling lines of a page that is a picture: long straight runs of ink."""

from __future__ import annotations

from typing import Any

LONG, TALL = 40.0, 20.0  # points: a level line, an upright one; no letter is so large
THICK = 3.0  # points: what is thicker is a bar or a picture
INK = 60  # darker than the paper by so much
Box = tuple[float, float, float, float]


def lines(grey: Any, scale: float) -> list[Box]:
    """Left, top, right, bottom in points; level (top equals bottom) or upright (left equals right)."""
    import cv2
    import numpy as np

    ink = ((np.median(grey).astype(int) - grey) > INK).astype("uint8")
    found: list[Box] = []
    for level, length in ((True, LONG), (False, TALL)):
        run = max(3, round(length / scale))
        kernel = np.ones((1, run) if level else (run, 1), dtype="uint8")
        kept = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
        count, _, stats, _ = cv2.connectedComponentsWithStats(kept)
        found += [_line(stats[at], scale, level) for at in range(1, count) if _is_thin(stats[at], scale, level)]
    return sorted(found, key=lambda box: (box[1], box[0]))


def without(grey: Any, found: list[Box], scale: float) -> Any:
    """The picture with its ruling lines painted over as paper, so that they are not taken for parts of letters."""
    import numpy as np

    clean, margin = grey.copy(), 1.5
    paper = int(np.median(grey))
    for left, top, right, bottom in found:
        x0, y0, x1, y1 = (
            round(edge / scale) for edge in (left - margin, top - margin, right + margin, bottom + margin)
        )
        clean[max(0, y0) : y1 + 1, max(0, x0) : x1 + 1] = paper
    return clean


def _is_thin(stats: Any, scale: float, level: bool) -> bool:
    return float(stats[3] if level else stats[2]) * scale <= THICK


def _line(stats: Any, scale: float, level: bool) -> Box:
    left, top, width, height = (float(value) * scale for value in stats[:4])
    if level:
        return left, top + height / 2, left + width, top + height / 2
    return left + width / 2, top, left + width / 2, top + height
