"""Where a figure lies in the site: its file is named by its content, so that equal pictures are one file."""

from __future__ import annotations

SHOWN = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


def figure_file(identity: str, media_type: str) -> str:
    """The path within the site of the figure with this id; empty where browsers do not show such a picture."""
    return f"assets/figures/{identity}.{SHOWN[media_type]}" if media_type in SHOWN else ""
