"""Whose value it is that a quote states: where its document says so, if neither the quote nor its heads do.

A paper names its model once, `we propose X`, and then speaks of `our model`. A reader who opens the quote of such a
value cannot tell whose it is, so the place that names the model is cited beside it; and so is the one that says that
the model was renamed, wherever it stands, if all that is cited calls it by its former name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stages.core.quotes import Quote
from stages.core.verify import located

if TYPE_CHECKING:
    from stages.synthesize.sources import Mention, Sources

TOKEN = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*")
REMARK = re.compile(r"\s*\([^()]*\)$")
WHOLE = ("FrontMatter", "ConfigClass")  # elements that are about one thing from their first to their last line


def attributed(sources: Sources, entity: str, quotes: Sequence[Quote], most: int | None = None) -> list[Quote]:
    """(The first `most` of) the quotes that name the entity or stand under its name.

    If there is none, it is one quote with the place that names the entity; nothing, if no document of theirs does.
    """
    named = [quote for quote in quotes if is_named(sources, entity, quote)]
    if named:
        return present(sources, named, entity, most=most)
    for quote in quotes:
        place = introduced(sources, entity, quote)
        if place and (told := present(sources, [place], entity)):
            return [quote, *told]
    return []


def present(sources: Sources, quotes: Sequence[Quote], *entities: str, most: int | None = None) -> list[Quote]:
    """(The first `most` of) the quotes that call no entity by an earlier name alone.

    If there is none, it is one with the place that tells the new name, in its own document if that does.
    """
    now = [quote for quote in quotes if not any(_earlier(sources, entity, quote) for entity in entities)]
    if now:
        return now[:most]
    for quote in quotes:
        held = [found for entity in entities if (found := _earlier(sources, entity, quote))]
        told = [located(sources.texts, places) for places in held]
        if all(told):
            return [quote, *(min(places, key=lambda one: one.document != quote.document) for places in told)]
    return []


def naming(sources: Sources, entity: str, quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes that say the entity's name, alone or with their heads; else where a document of theirs names it."""
    words = _name(sources, entity)
    shown = [
        quote for quote in quotes if words <= _words(f"{_heads(sources, quote)} {quote.text}") or _coded(sources, quote)
    ]
    if shown:
        return shown
    near = {quote.document for quote in quotes}
    mentioned = [place for place in sources.mentions_of(entity, near) if place.document in near]
    before = [_words(one["former"]) for one in sources.knowledge.get("renames", {}).get(entity, ())]
    for known in (words, *before):
        if place := next((place for place in mentioned if known <= _words(place.text)), None):
            return present(sources, [place], entity)
    named = [quote for quote in quotes if is_named(sources, entity, quote)] or quotes
    return present(sources, named, entity) or list(quotes)


def is_named(sources: Sources, entity: str, quote: Quote) -> bool:
    """Whether the quote, its paragraph before it, or its heads mention the entity, or have all words of its name."""
    element = sources.elements[quote.document, quote.element]
    if element["type"] in WHOLE:
        return True
    sections = element["section"] or []
    said = f"{_heads(sources, quote)} {element['text'][: quote.end]}"
    if _name(sources, entity) <= _words(said):
        return True
    for _, place, start, _ in sources.mentioned_in(quote.document, entity):
        above = sources.elements[quote.document, place]
        if place == quote.element and start < quote.end:
            return True
        if above["type"] == "Title" and above["text"] in sections:
            return True
    return False


def _earlier(sources: Sources, entity: str, quote: Quote) -> list[dict[str, Any]]:
    """Where its new name is told, if a quote or its heads have a word of the earlier one and none that replaced it."""
    renamed = sources.knowledge.get("renames", {}).get(entity)
    if not renamed:
        return []
    element = sources.elements[quote.document, quote.element]
    text = element["text"] if element["type"] in WHOLE else element["text"][: quote.end]
    said, name = _words(f"{_heads(sources, quote)} {text}"), _name(sources, entity)
    before = ((one, _words(one["former"])) for one in renamed)
    return [one for one, words in before if (words - name) & said and not (name - words) & said]


def _coded(sources: Sources, quote: Quote) -> bool:
    """Whether a quote is a line of a configuration class, which is called after its model."""
    return bool(sources.elements[quote.document, quote.element]["type"] == "ConfigClass")


def _heads(sources: Sources, quote: Quote) -> str:
    """The title and the headings above a quote."""
    sections = sources.elements[quote.document, quote.element]["section"] or ()
    return " ".join((sources.documents[quote.document].title, *sections))


def introduced(sources: Sources, entity: str, quote: Quote) -> Quote | None:
    """Where the document of a quote names the entity: last before it in its section, else first of all."""
    section = sources.elements[quote.document, quote.element]["section"]
    found = [place for place in _names(sources, entity, quote.document) if place.element != quote.element]
    found.sort(key=lambda place: (sources.reading_order[place.document, place.element], place.start))
    near = [
        place
        for place in found
        if sources.reading_order[place.document, place.element] < sources.reading_order[quote.document, quote.element]
        and sources.elements[place.document, place.element]["section"] == section
    ]
    return near[-1] if near else found[0] if found else None


def _names(sources: Sources, entity: str, document: str) -> list[Quote]:
    """The sentences and headings of a document that name the entity, or else one whose name begins its name."""
    words = sources.entities[entity]["name"].split(" ")
    for end in range(len(words), 0, -1):
        other = sources.ids.get(" ".join(words[:end]), "")
        if found := list(_lines(sources, sources.mentioned_in(document, other))):
            return found
    return []


def _lines(sources: Sources, mentions: Iterable[Mention]) -> Iterable[Quote]:
    for document, element, start, _ in mentions:
        held = sources.elements[document, element]
        if sentence := sources.sentence_at(document, element, start):
            yield sentence
        elif held["type"] == "Title":
            yield Quote(document, element, 0, len(held["text"]), held["text"])


def _name(sources: Sources, entity: str) -> frozenset[str]:
    """The words of a name, without what stands in brackets behind it: (transformers default)."""
    return _words(REMARK.sub("", sources.entities[entity]["name"]))


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(match[0].casefold() for match in TOKEN.finditer(text))
