"""Bringing a body over: into a file beside its place, which it takes when whole; a transfer that stopped goes on.

A body's beginning is kept where the server gave it a tag (ETag) that tells whether the rest is of the same document.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import requests

CHUNK = 1 << 14  # what comes of a chunk before the connection is lost is lost, too


def resume_headers(body: Path) -> dict[str, str]:
    """What to ask for where the beginning of a body is there; empty where it is not."""
    part = body.with_suffix(".part")
    if not part.exists() or not part.stat().st_size:
        return {}
    tag = _tag(body).read_text(encoding="utf-8") if _tag(body).exists() else ""
    if not tag:  # killed while it came: nothing says what it is the beginning of
        forget(body)
        return {}
    return {"Range": f"bytes={part.stat().st_size}-", "If-Range": tag}


def forget(body: Path) -> None:
    """Begin anew."""
    body.with_suffix(".part").unlink(missing_ok=True)


def astray(response: requests.Response, body: Path) -> bool:
    """Whether the server gives a piece that does not continue what is there, or says that there is none."""
    part = body.with_suffix(".part")
    if response.status_code == 206 and part.exists():
        return not response.headers.get("Content-Range", "").startswith(f"bytes {part.stat().st_size}-")
    return response.status_code in (206, 416)


def transfer(response: requests.Response, body: Path, limit: int | None) -> int:
    """Bring the body over, after what is there of it. Returns its size; a body over `limit` bytes is not kept."""
    part = body.with_suffix(".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    if response.status_code != 206:
        part.unlink(missing_ok=True)
    etag = response.headers.get("ETag", "")
    whole = etag.startswith("W/") or "Content-Encoding" in response.headers
    tag = "" if whole else etag
    _tag(body).write_text(tag, encoding="utf-8")
    try:
        size = _receive(response, part, limit)
    except Exception:
        if not tag:
            part.unlink(missing_ok=True)
        raise
    if limit is not None and size > limit:
        part.unlink(missing_ok=True)
    else:
        part.replace(body)
    _tag(body).unlink()
    return size


def _receive(response: requests.Response, part: Path, limit: int | None) -> int:
    """Append to `part`; a body over the limit is left off, and its size is what is known of it."""
    length = response.headers.get("Content-Length", "")
    stated = int(length) if response.status_code == 200 and length.isdecimal() else 0
    size = part.stat().st_size if part.exists() else 0
    if limit is not None and stated > limit:
        return stated
    with part.open("ab") as file:
        for chunk in response.iter_content(CHUNK):
            file.write(chunk)
            size += len(chunk)
            if limit is not None and size > limit:
                break
    return size


def _tag(body: Path) -> Path:
    return body.with_suffix(".tag")
