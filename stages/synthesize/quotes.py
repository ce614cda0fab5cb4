"""Which sentences a page quotes: those that mention its subject and tell most, the user's own documents first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stages.core.quotes import Quote
from stages.core.sentences import fit, leads, leans, score, sentences
from stages.synthesize import Writer
from stages.synthesize.sources import PROSE, Document, Sources

LEAD = 3  # sentences that open the digest of a document
SAME_WORDS = 0.85  # of the words of the shorter of two sentences from which on they say the same
SAME_DOCUMENT = 2  # sentences of one document on a page while others have some


def about(sources: Sources, writer: Writer, *entities: str) -> list[Quote]:
    """The sentences that a page on `entities` quotes, best first; the order depends on the texts alone."""
    places = [place for entity in entities for place in sources.mentions.get(entity, ())]
    found = ((sources.sentence_at(document, element, start), start, end) for document, element, start, end in places)
    return best(sources, ((quote, start - quote.start, end - start) for quote, start, end in found if quote), writer)


def opens(sources: Sources, quote: Quote, entity: str) -> bool:
    """Whether a sentence has the entity as its subject, so that a page can open with it."""
    places = sources.mentions.get(entity, ())
    starts = (start for document, element, start, _ in places if (document, element) == (quote.document, quote.element))
    return any(quote.start <= start and leads(quote.text, start - quote.start) for start in starts)


def best(sources: Sources, found: Iterable[tuple[Quote, int, int]], writer: Writer) -> list[Quote]:
    """Of sentences, with where in them their subject is named and how long its name is, those that tell most.

    One that wants the sentence before it stands only where too few for a page do without.
    """
    ranked: dict[str, tuple[tuple[float, int, str, int], Quote]] = {}
    for quote, place, length in found:
        if not fit(_line(quote), writer.shortest, writer.longest):
            continue
        own = sources.documents[quote.document].own
        titled = quote.text[place : place + length].casefold() in sources.documents[quote.document].title.casefold()
        worth = score(_line(quote), place, length) + 5 * own + 4 * titled
        rank = (-worth, sources.order[quote.document], quote.element, quote.start)
        said = _line(quote).lower()
        if said not in ranked or rank < ranked[said][0]:
            ranked[said] = (rank, quote)
    quotes = [quote for _, quote in sorted(ranked.values(), key=lambda item: item[0])]
    alone = [quote for quote in quotes if not leans(_line(quote))]
    return _spread(_unlike(alone if len(alone) >= writer.least else quotes), writer.sentences)


def lead(document: Document, writer: Writer) -> list[Quote]:
    """The first sentences of a document that can stand alone."""
    found = (
        Quote(document.key, element["id"], start, end, element["text"][start:end])
        for element in document.elements
        if element["type"] in PROSE
        for start, end in sentences(element["text"])
    )
    return _first((quote for quote in found if fit(_line(quote), writer.shortest, writer.longest)), LEAD)


def _unlike(quotes: list[Quote]) -> Iterator[Quote]:
    """Those that do not say again what one before them said, with a few words more or less."""
    said: list[set[str]] = []
    for quote in quotes:
        words = set(_line(quote).lower().split())
        if all(len(words & other) < SAME_WORDS * min(len(words), len(other)) for other in said):
            said.append(words)
            yield quote


def _spread(quotes: Iterable[Quote], most: int) -> list[Quote]:
    """The best `most`, but no more than SAME_DOCUMENT from one document while others have some."""
    taken: dict[str, int] = {}
    first: list[Quote] = []
    later: list[Quote] = []
    for quote in quotes:
        taken[quote.document] = taken.get(quote.document, 0) + 1
        (first if taken[quote.document] <= SAME_DOCUMENT else later).append(quote)
    return (first + later)[:most]


def _first(quotes: Iterator[Quote], most: int) -> list[Quote]:
    return [quote for quote, _ in zip(quotes, range(most), strict=False)]


def _line(quote: Quote) -> str:
    return " ".join(quote.text.split())
