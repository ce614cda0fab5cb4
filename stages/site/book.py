"""A chosen part of the pages as one file, to read away from the site. The same pages give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from stages.core.run.errors import UserError
from stages.core.words import Words
from stages.site import Site
from stages.site.epub import write_epub
from stages.site.pdf import write_pdf

Page = Mapping[str, Any]
Images = Mapping[str, Sequence[Mapping[str, str]]]


def write_books(config: Site, pages: Sequence[Page], images: Images, say: Words, site: Path) -> None:
    """Write the chosen pages beside the finished site; `images` has the figures of each document."""
    held = chosen(pages, config.book)
    if held and "pdf" in config.formats:
        write_pdf(config.name, held, say, site / "book.pdf")
    if held and "epub" in config.formats:
        write_epub(config.name, held, images, say, site, site / "book.epub")


def chosen(pages: Sequence[Page], patterns: Sequence[str]) -> list[Page]:
    """The pages whose ids fit the patterns, in the order of these. Raises UserError for a pattern that fits none."""
    found: dict[str, Page] = {}
    for pattern in patterns:
        fitting = {page["document"]: page for page in pages if fnmatchcase(page["document"], pattern)}
        if not fitting:
            raise UserError(
                f"site.book: no page is {pattern!r}; give ids as in llms.txt, such as families/llama or tasks/*"
            )
        found = found | {key: page for key, page in fitting.items() if key not in found}
    return list(found.values())
