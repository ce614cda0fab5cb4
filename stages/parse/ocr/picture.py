"""A page of a PDF, or a picture file, to grey pixels. Nothing is decoded that claims more pixels than allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from stages.parse.refused import Refused

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF")
POINTS = 72.0  # an inch
STATED = (50, 1200)  # dots an inch that a picture may claim to have
DEPTH = 5  # forms within forms, in which a picture may stand
WHOLE = 0.5  # of the page: a picture so large is the page
FEW = 60  # letters beside such a picture: a stamp, no text layer


@dataclass(frozen=True)
class Picture:
    """A page as it is seen: grey pixels (0 is black), and points a pixel."""

    grey: Any
    scale: float


def of_pdf(raw: bytes, letters: list[int], *, always: bool, dpi: int, most: int) -> Iterator[tuple[int, Picture]]:
    """(number from 0, picture) of each page to be read: all, or those without a text layer. `letters` a page has."""
    import pypdfium2

    document = pypdfium2.PdfDocument(raw)
    try:
        for number in range(min(len(document), len(letters))):
            page = document[number]
            if always or letters[number] == 0 or (letters[number] < FEW and _is_picture(page)):
                _check_page(page, number, dpi, most)
                grey = page.render(scale=dpi / POINTS, grayscale=True).to_numpy()
                yield number, Picture(grey.reshape(grey.shape[:2]).copy(), POINTS / dpi)
    finally:
        document.close()


def of_file(raw: bytes, *, dpi: int, most: int) -> Iterator[tuple[int, Picture]]:
    """(number from 0, picture) of each frame of a picture file, turned as its camera says, on white."""
    from PIL import Image, ImageOps, ImageSequence

    Image.MAX_IMAGE_PIXELS = None  # `most` is the limit
    with Image.open(BytesIO(raw), formats=FORMATS) as held:
        for number, frame in enumerate(ImageSequence.Iterator(held)):
            _check_size(*frame.size, most, f"frame {number + 1}")
            yield number, Picture(_grey(ImageOps.exif_transpose(frame)), POINTS / _stated(frame, dpi))


def _grey(frame: Any) -> Any:
    import numpy as np
    from PIL import Image

    if frame.mode.startswith("I;16"):
        return (np.asarray(frame) >> 8).astype("uint8")
    coloured = frame.convert("RGBA")
    return np.array(Image.alpha_composite(Image.new("RGBA", coloured.size, "white"), coloured).convert("L"))


def _stated(frame: Any, dpi: int) -> float:
    """Dots an inch that the file states, if that can be."""
    stated = float(frame.info.get("dpi", (0, 0))[0])
    return stated if STATED[0] <= stated <= STATED[1] else dpi


def _is_picture(page: Any) -> bool:
    """Whether a picture covers most of the page."""
    area = page.get_width() * page.get_height()
    return any((x1 - x0) * (y1 - y0) >= WHOLE * area for x0, y0, x1, y1 in (held.get_bounds() for held in _held(page)))


def _held(page: Any) -> list[Any]:
    import pypdfium2.raw

    return list(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=DEPTH))


def _check_page(page: Any, number: int, dpi: int, most: int) -> None:
    """The page itself and every picture on it are within the limit, as they claim."""
    _check_size(page.get_width() * dpi / POINTS, page.get_height() * dpi / POINTS, most, f"page {number + 1}")
    for held in _held(page):
        width, height = held.get_px_size()
        _check_size(width, height, most, f"a picture on page {number + 1}")


def _check_size(width: float, height: float, most: int, what: str) -> None:
    if width * height > most:
        detail = f"{what} has {width * height:.0f} pixels, ocr_pixels allows {most}"
        raise Refused("too many pixels", detail)
