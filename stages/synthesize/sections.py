"""How a subject is gone through: the sections of the user's own document on it, with the sentences that lead them.

A document is on what its title names first. Its sentences stand under its own headings, in its order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from stages.core.quotes import Quote
from stages.core.sentences import fit, leans, sentences
from stages.synthesize import Writer
from stages.synthesize.page import Page
from stages.synthesize.sources import PROSE, Document, Sources, is_section

EACH = 2  # sentences of a section, at most
ASIDE = re.compile(
    r"(?:[A-Z\d.]{1,4}\s+)?(?:acknowledge?ments?|contribut\w+|references|bibliography|citations?|licen[cs]e|exercises|files"
    r"|what.s next|installation|requirements|disclaimers?|change\s?log|contents|table of contents|appendix|contact)\b",
    re.IGNORECASE,
)
"""The beginning of a heading under which nothing is said of the subject."""


def subjects(sources: Sources) -> dict[str, Document]:
    """For each entity that a title names first, the document that mentions it most."""
    titles = {
        (key, element["id"])
        for key in sources.digests
        for element in sources.documents[key].elements
        if element["type"] == "Title" and not is_section(sources.documents[key], element)
    }
    named = sorted(
        (document, start, -end, entity)
        for entity, places in sources.mentions.items()
        for document, element, start, end in places
        if (document, element) in titles
    )
    first = {document: entity for document, _, _, entity in reversed(named)}
    often = {document: Counter(place[0] for place in sources.mentions[entity]) for document, entity in first.items()}
    order = sorted(first, key=lambda document: (often[document][document], -sources.order[document]))
    return {first[document]: sources.documents[document] for document in order}


def add_sections(page: Page, document: Document, digest: str, writer: Writer) -> None:
    """Add the sections that have a sentence which can stand alone and is not on the page yet.

    `digest` is the document's own page.
    """
    said = {quote for block in page.blocks for quote in block.quotes}
    fresh = [
        (heading, [one for one in quotes if one not in said][:EACH]) for heading, quotes in _sections(document, writer)
    ]
    told = [(heading, quotes) for heading, quotes in fresh if quotes][: writer.sections]
    if told:
        page.heading("Section by section")
        page.note(f"From {document.title}:", evidence=["elements/"], links=[(document.title, digest)])
    for heading, quotes in told:
        page.heading(heading, evidence=["elements/"])
        for quote in quotes:
            page.sentence(quote)


def _sections(document: Document, writer: Writer) -> Iterator[tuple[str, list[Quote]]]:
    """The main sections below the title that are on the subject, with their sentences that lean on no other one."""
    prose = [one for one in document.elements if one["type"] in PROSE and len(one["section"] or []) > 1]
    for heading, elements in groupby(prose, key=lambda element: element["section"][1]):
        if ASIDE.match(heading):
            continue
        yield (
            heading,
            [
                Quote(document.key, element["id"], start, end, element["text"][start:end])
                for element in elements
                for start, end in sentences(element["text"])
                if _stands(" ".join(element["text"][start:end].split()), writer)
            ],
        )


def _stands(sentence: str, writer: Writer) -> bool:
    return fit(sentence, writer.shortest, writer.longest) and not leans(sentence)
