"""The cache folder of Litmill: what is no artifact and can be made again (the server's data, fetched files)."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """$LITMILL_CACHE, else litmill/ in the user's cache folder."""
    given = os.environ.get("LITMILL_CACHE")
    return Path(given) if given else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "litmill"
