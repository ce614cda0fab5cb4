"""Site: the cited pages as a folder of HTML that needs no server and asks nothing of the network.

    dvc repro site        or alone: python -m stages.site

reads   docs/ and figures/
writes  site/: open index.html from the disk, or put the folder on any static server

MkDocs with the Material theme makes the pages, the search and the dark mode. Pages reach it as finished, escaped HTML,
so that nothing in a document can become markup or script; a content security policy in each page says so again.
Diagrams are drawn to SVG here. Only the index page of a group is in the navigation: pages stay small, the build fast.
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import MinLen

from stages.core.run.config import config
from stages.core.words import Language

LIBRARIES = ("mkdocs", "mkdocs-material", "markdown", "jinja2", "merman", "pyarrow", "reportlab", "matplotlib")


@config
class Site:
    """How the site looks."""

    name: Annotated[str, MinLen(1)]
    """Title of the site, in its header."""
    colour: Literal["indigo", "blue", "teal", "green", "deep purple", "brown", "blue grey", "black"]
    """Colour of its header, one of the theme's palette."""
    book: list[str]
    """Pages that are put into a book, too: ids as in llms.txt, * for any letters; none: no book."""
    formats: Annotated[list[Literal["pdf", "epub"]], MinLen(1)]
    """Files of the book: book.pdf, book.epub or both."""


@config
class Config:
    """What the stage reads."""

    site: Site
    language: Language
    """Of headings and of what pages say themselves; what is quoted stays as it is."""
