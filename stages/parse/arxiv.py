"""arXiv's Atom records: title, abstract, the rest as lines of `key: value`. Entities and outside files are not read."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class Record:
    """One article of a feed."""

    title: str
    abstract: str
    facts: str


def records(raw: bytes) -> Iterator[Record]:
    """The articles of a feed. Raises ValueError for a document type declaration, lxml's error for broken XML."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(raw, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type declaration, which may define entities, is not accepted")
    for entry in root.iter(f"{ATOM}entry"):
        yield Record(_line(entry, "title"), _paragraphs(entry.findtext(f"{ATOM}summary") or ""), _facts(entry))


def _facts(entry: Any) -> str:
    authors = [" ".join((name.text or "").split()) for name in entry.iter(f"{ATOM}name")]
    categories = [held.get("term", "") for held in entry.iter(f"{ATOM}category")]
    lines = {
        "id": _line(entry, "id"),
        "published": _line(entry, "published"),
        "authors": ", ".join(authors),
        "categories": ", ".join(categories),
    }
    return "\n".join(f"{key}: {value}" for key, value in lines.items() if value)


def _line(entry: Any, name: str) -> str:
    return " ".join((entry.findtext(f"{ATOM}{name}") or "").split())


def _paragraphs(text: str) -> str:
    """Without indentation; lines within a paragraph are joined."""
    paragraphs = textwrap.dedent(text).strip().replace("\r\n", "\n").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
