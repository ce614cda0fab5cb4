"""Pictures that a PDF embeds, with the caption on their page. Drawings made of lines are not found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

MOST_PIXELS = 50_000_000  # a picture that claims more is taken for a bomb
SIGNATURES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8": "image/jpeg",
    b"\x00\x00\x00\x0cjP": "image/jp2",
    b"II*": "image/tiff",
}


def pdf_figures(raw: bytes, elements: list[dict[str, Any]], least: int) -> list[dict[str, Any]]:
    """The embedded pictures of at least `least` by `least` pixels, each once, in order of pages.

    `element` is the id of the caption's element, if there is one on the page that no earlier picture took.
    """
    captions = [element for element in elements if element["type"] == "FigureCaption"]
    figures: dict[str, dict[str, Any]] = {}
    for page, media_type, data in _pictures(raw, least):
        digest = hashlib.sha256(data).hexdigest()[:16]
        if digest in figures:
            continue
        caption = next((held for held in captions if held["page"] == page), None)
        if caption:
            captions.remove(caption)
        figures[digest] = {
            "id": digest,
            "element": caption and caption["id"],
            "media_type": media_type,
            "data": data,
            "page": page,
            "caption": caption and caption["text"],
        }
    return list(figures.values())


def _pictures(raw: bytes, least: int) -> Iterator[tuple[int, str, bytes]]:
    from pypdf import PdfReader

    for number, page in enumerate(PdfReader(BytesIO(raw)).pages, start=1):
        for name in _names(page, least):
            try:
                picture = page.images[name]
            except Exception:  # a picture that pypdf cannot decode is left out; the text of the page stands
                continue
            media_type = _media_type(picture.data)
            if media_type:
                yield number, media_type, picture.data


def _names(page: Any, least: int) -> list[str]:
    """The names of the page's pictures that are neither tiny nor huge, without decoding any."""
    objects = (page.get("/Resources") or {}).get("/XObject") or {}
    held = {name: objects[name] for name in sorted(objects)}
    return [name for name, entry in held.items() if entry.get("/Subtype") == "/Image" and _fits(entry, least)]


def _fits(entry: Any, least: int) -> bool:
    width, height = int(entry.get("/Width", 0)), int(entry.get("/Height", 0))
    return min(width, height) >= least and width * height <= MOST_PIXELS


def _media_type(data: bytes) -> str | None:
    return next((kind for start, kind in SIGNATURES.items() if data.startswith(start)), None)
