"""A page the right way up, and straight: told from the lines that are found on it."""

from __future__ import annotations

import math
from typing import Any

from stages.parse.ocr.engine import Line, read

DOUBTFUL = 0.8  # mean score of a page's lines: below, it may stand on its head
ASKEW = 0.15  # degrees: less is straight
MOST = 15.0  # degrees: more is no scan askew
LONG = 8  # times as wide as high: lines whose slope counts


def upright(grey: Any) -> tuple[Any, list[Line], int]:
    """The picture, its lines, and how many quarters it was turned to the left to stand upright."""
    import numpy as np

    best = (grey, read(grey), 0)
    for turns in _others(best[1]):
        turned = np.ascontiguousarray(np.rot90(grey, turns))
        best = max(best, (turned, read(turned), turns), key=lambda held: _worth(held[1]))
    return best


def _others(lines: list[Line]) -> tuple[int, ...]:
    """The turns that are worth a look: lines on end say a quarter, lines that make no sense a half."""
    letters = sum(len(line.text) for line in lines)
    if not letters:
        return ()
    if sum(len(line.text) for line in lines if line.is_tall) > 0.5 * letters:
        return (1, 3)
    return (2,) if sum(line.score * len(line.text) for line in lines) < DOUBTFUL * letters else ()


def _worth(lines: list[Line]) -> float:
    """Letters that were read, by how sure; on end they count for nothing. Nonsense is read as few, and unsure."""
    return sum(line.score**2 * len(line.text) for line in lines if not line.is_tall)


def straight(grey: Any, lines: list[Line]) -> tuple[Any, list[Line]]:
    """The picture turned by the few degrees that most of its long lines slope, and the lines with it."""
    import cv2
    import numpy as np

    slope = _slope(lines)
    if not ASKEW < abs(slope) < MOST:
        return grey, lines
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), slope, 1.0)
    turned = cv2.warpAffine(grey, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    moved = [Line(line.text, line.corners @ turn[:, :2].T + turn[:, 2], line.score, line.places) for line in lines]
    return np.ascontiguousarray(turned), moved


def _slope(lines: list[Line]) -> float:
    """Degrees that the lines fall to the right, in the middle of all that are long."""
    slopes = []
    for line in lines:
        along, down = line.corners[1] - line.corners[0], line.corners[3] - line.corners[0]
        if math.hypot(*along) > LONG * math.hypot(*down):
            slopes.append(math.degrees(math.atan2(along[1], along[0])))
    return sorted(slopes)[len(slopes) // 2] if slopes else 0.0
