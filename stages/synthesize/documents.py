"""A digest page for each document of the user's own."""

from __future__ import annotations

from collections.abc import Iterator

from stages.core.quotes import Cell, Quote
from stages.synthesize import Writer
from stages.synthesize.page import Page
from stages.synthesize.quotes import lead
from stages.synthesize.sources import Document, Sources, is_section

MENTIONED = 20  # entities that a digest links to


def document_pages(sources: Sources, writer: Writer) -> Iterator[Page]:
    """Title, origin, licence, opening sentences, sections, and what the document talks about."""
    for key, id in sources.digests.items():
        document = sources.documents[key]
        page = Page(id, document.title, "documents", key)
        licence = document.licence or "no licence stated"
        page.note(f"{document.kind} document, {licence}:", evidence=["elements/"])
        page.note(document.origin, evidence=["elements/"])
        for quote in lead(document, writer):
            page.sentence(quote)
        _sections(page, document)
        _entities(page, sources, key)
        yield page


def _sections(page: Page, document: Document) -> None:
    page.heading("Sections")
    page.header("Section")
    for element in document.elements:
        text = element["text"]
        if is_section(document, element):
            page.row(Cell(" ".join(text.split()), (Quote(document.key, element["id"], 0, len(text), text),)))


def _entities(page: Page, sources: Sources, key: str) -> None:
    mentioned = sources.mentioned.get(key, [])[:MENTIONED]
    if mentioned:
        page.heading("What it talks about")
        names = [(sources.entities[entity]["name"], sources.page_of(entity)) for entity in mentioned]
        page.note(", ".join(name for name, _ in names), evidence=["facts/"], links=names)
