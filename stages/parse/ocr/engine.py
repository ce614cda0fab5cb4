"""rapidocr: grey pixels to lines of text. Its models lie in its package and are opened from there; nothing is fetched.

One thread, so that the same picture gives the same bytes on every machine of a kind, and two workers use two cores.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LONGEST_SIDE = 6000  # pixels; larger pictures are made smaller before they are read
MODELS = {"Det": "*_det_*.onnx", "Rec": "*_rec_*.onnx", "Cls": "*_cls_*.onnx"}
LEAST_SCORE = 0.5  # of a line, of 1: what is read with less is no text


@dataclass(frozen=True)
class Line:
    """A line of text as it was found: its words, four corners (from the upper left, clockwise), a score of 1 at best,
    and for each letter that is no space about where its middle is, from 0 at the left end to 1."""

    text: str
    corners: Any
    score: float
    places: tuple[float, ...]

    @property
    def is_tall(self) -> bool:
        """Higher than wide: on a page that lies on its side, all lines are."""
        (x0, y0), (x1, y1) = self.corners.min(axis=0), self.corners.max(axis=0)
        return bool(y1 - y0 > 1.5 * (x1 - x0))


def read(grey: Any) -> list[Line]:
    """The lines of text of a picture, without order."""
    import cv2
    import numpy as np

    found = _engine()(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    if found.boxes is None or found.txts is None:
        return []
    held = zip(found.txts, found.boxes, found.scores, found.word_results, strict=True)
    return [
        Line(text, np.asarray(box, dtype=float), float(score), _places(np.asarray(box, dtype=float), words))
        for text, box, score, words in held
        if text.strip()
    ]


def _places(box: Any, words: Any) -> tuple[float, ...]:
    """The middles of letters along the line, from the boxes of the pieces that rapidocr tells."""
    import numpy as np

    start, along = box[0], box[1] - box[0]
    length = max(1.0, float(along @ along))
    found: list[float] = []
    for text, _, corners in words:
        letters = len(text.replace(" ", ""))
        left, right = (float((np.asarray(corners[at], dtype=float) - start) @ along) / length for at in (0, 1))
        found += [left + (right - left) * (at + 0.5) / letters for at in range(letters)]
    return tuple(found)


@cache
def _engine() -> Any:
    import rapidocr

    folder = Path(rapidocr.__file__).parent / "models"
    params: dict[str, Any] = {
        "Global.log_level": "critical",
        "Global.use_cls": False,
        "Global.return_word_box": True,
        "Global.text_score": LEAST_SCORE,
        "Global.max_side_len": LONGEST_SIDE,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    params |= {f"{part}.model_path": str(next(folder.glob(name))) for part, name in MODELS.items()}
    return rapidocr.RapidOCR(params=params)
