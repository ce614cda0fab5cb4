"""Where the site tells of a document."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from stages.core.table import read


class Links:
    """The page of each document that has one, as a path below the build's parent: build/site/documents/....html."""

    def __init__(self, build: Path) -> None:
        self._build = build

    @cached_property
    def _pages(self) -> dict[str, str]:
        if not (self._build / "docs").is_dir():
            return {}
        held = read(self._build / "docs", ["document", "group", "about"])
        return {row["about"]: row["document"] for row in held if row["group"] == "documents"}

    def of(self, document: str) -> str | None:
        """The page on a document; None where the site has none, as for those of installed libraries."""
        page = self._pages.get(document)
        return f"{self._build.name}/site/{page}.html" if page else None
