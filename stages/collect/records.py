"""Records of papers in three shapes (an Atom entry, a record of OAI-PMH, a line of JSON) as one: an Atom entry.

So parse reads them all alike. A record of JSON is an object with a title and an abstract, as in arXiv's bulk metadata;
its other keys are optional: id (or key), authors or authors_parsed, categories, license, versions, update_date, year,
comments, doi, journal-ref.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
RAW = "{http://arxiv.org/OAI/arXivRaw/}"
ARXIV_ID = re.compile(r"\A(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})\Z")
VERSION = re.compile(r"v(\d+)\Z")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What a record says of a paper. `id` is without version; dates are YYYY-MM-DD, or a year."""

    id: str
    title: str
    abstract: str
    version: str = ""
    authors: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    published: str = ""
    updated: str = ""
    licence: str | None = None
    comment: str = ""
    journal: str = ""
    doi: str = ""

    @property
    def name(self) -> str:
        """The id with its version."""
        return f"{self.id}{self.version}"


def atom(paper: Paper) -> bytes:
    """The record as a feed of one Atom entry."""
    from lxml import etree

    feed = etree.Element(f"{ATOM}feed", nsmap={None: ATOM[1:-1], "arxiv": ARXIV[1:-1]})
    entry = etree.SubElement(feed, f"{ATOM}entry")

    def add(tag: str, text: str, **attributes: str) -> None:
        if text or attributes:
            etree.SubElement(entry, tag, **attributes).text = _printable(text) or None

    add(f"{ATOM}id", f"http://arxiv.org/abs/{paper.name}" if ARXIV_ID.match(paper.id) else paper.name)
    add(f"{ATOM}title", paper.title)
    add(f"{ATOM}updated", paper.updated)
    add(f"{ATOM}published", paper.published)
    add(f"{ATOM}summary", paper.abstract)
    for author in paper.authors:
        etree.SubElement(etree.SubElement(entry, f"{ATOM}author"), f"{ATOM}name").text = _printable(author)
    for category in paper.categories:
        add(f"{ATOM}category", "", term=_printable(category))
    add(f"{ATOM}rights", paper.licence or "")
    add(f"{ARXIV}comment", paper.comment)
    add(f"{ARXIV}journal_ref", paper.journal)
    add(f"{ARXIV}doi", paper.doi)
    etree.indent(feed)
    return etree.tostring(feed, xml_declaration=True, encoding="UTF-8") + b"\n"


def tree(raw: bytes) -> Any:
    """The root of an XML document. Raises ValueError for one that is broken or defines entities."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not readable as XML: {error}") from None
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type declaration, which may define entities, is not accepted")
    return root


def from_atom(entry: Any) -> Paper:
    """The paper of an entry of arXiv's API."""
    name = _text(entry, f"{ATOM}id").rpartition("/abs/")[2]
    version = VERSION.search(name)
    return Paper(
        id=VERSION.sub("", name),
        version=version[0] if version else "",
        title=_text(entry, f"{ATOM}title"),
        abstract=(entry.findtext(f"{ATOM}summary") or "").strip(),
        authors=[_line(name.text or "") for name in entry.iter(f"{ATOM}name")],
        categories=[held.get("term", "") for held in entry.iter(f"{ATOM}category")],
        published=_text(entry, f"{ATOM}published"),
        updated=_text(entry, f"{ATOM}updated"),
        licence=_text(entry, f"{ATOM}rights") or None,
        comment=_text(entry, f"{ARXIV}comment"),
        journal=_text(entry, f"{ARXIV}journal_ref"),
        doi=_text(entry, f"{ARXIV}doi"),
    )


def from_oai(record: Any) -> Paper | None:
    """The paper of an OAI-PMH record in the format arXivRaw; None for one without, as a deleted one is."""
    held = record.find(f".//{RAW}arXivRaw")
    if held is None:
        return None
    versions = held.findall(f"{RAW}version")
    dates = [_day(version.findtext(f"{RAW}date") or "") for version in versions]
    return Paper(
        id=_text(held, f"{RAW}id"),
        version=(versions[-1].get("version") or "") if versions else "",
        title=_text(held, f"{RAW}title"),
        abstract=(held.findtext(f"{RAW}abstract") or "").strip(),
        authors=_names(_text(held, f"{RAW}authors")),
        categories=_text(held, f"{RAW}categories").split(),
        published=dates[0] if dates else "",
        updated=dates[-1] if dates else "",
        licence=_text(held, f"{RAW}license") or None,
        comment=_text(held, f"{RAW}comments"),
        journal=_text(held, f"{RAW}journal-ref"),
        doi=_text(held, f"{RAW}doi"),
    )


def from_line(line: bytes) -> Paper | None:
    """The paper of a line of JSON; None where it is no such record."""
    try:
        held = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(held, dict) or not all(isinstance(held.get(key), str) for key in ("title", "abstract")):
        return None

    def text(*keys: str) -> str:
        return _line(next((str(held[key]) for key in keys if held.get(key)), ""))

    versions = [version for version in _list(held.get("versions")) if isinstance(version, dict)]
    days = [_day(str(version.get("created", ""))) for version in versions]
    return Paper(
        id=text("id", "key"),
        version=str(versions[-1].get("version", "")) if versions else "",
        title=_line(held["title"]),
        abstract=held["abstract"].strip(),
        authors=_authors(held),
        categories=[str(name) for name in _list(held.get("categories"))] or text("categories").split(),
        published=days[0] if days else text("published", "year"),
        updated=days[-1] if days else text("update_date"),
        licence=text("license", "licence") or None,
        comment=text("comments"),
        journal=text("journal-ref"),
        doi=text("doi"),
    )


def entries(raw: bytes) -> Iterator[Paper]:
    """The papers of a feed of arXiv's API."""
    for entry in tree(raw).iter(f"{ATOM}entry"):
        yield from_atom(entry)


def _authors(held: dict[str, Any]) -> list[str]:
    parsed = [" ".join(_line(str(part)) for part in [*name[1:2], name[0], *name[2:3]]).strip()
              for name in _list(held.get("authors_parsed")) if isinstance(name, list) and name]  # fmt: skip
    listed = [_line(str(name)) for name in _list(held.get("authors"))]
    return parsed or listed or _names(_line(str(held.get("authors") or "")))


def _names(text: str) -> list[str]:
    """The authors in a line, such as "A. Vaswani, N. Shazeer and L. Kaiser"; what stands in brackets is no name."""
    plain = re.sub(r"\([^()]*\)", "", text)
    return [name for part in re.split(r",\s*(?:and\s)?|\sand\s", plain) if (name := part.strip())]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _day(date: str) -> str:
    """The day of a date as mails state it; anything else as it is."""
    try:
        return parsedate_to_datetime(date).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return _line(date)


def _text(node: Any, tag: str) -> str:
    return _line(node.findtext(tag) or "")


def _line(text: str) -> str:
    return " ".join(_printable(text).split())


def _printable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
