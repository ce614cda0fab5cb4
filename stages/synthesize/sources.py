"""What the writer has read (stages/synthesize/load.py): documents, elements, knowledge, who is mentioned where."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from stages.core.quotes import Cell, Quote
from stages.core.sentences import sentences
from stages.core.verify import Texts, numbers, stated
from stages.synthesize.naming import naming

GROUPS = {
    "model": "models",
    "approach": "approaches",
    "component": "components",
    "dataset": "datasets",
    "metric": "metrics",
    "hardware": "hardware",
    "library": "libraries",
}
PROSE = ("NarrativeText", "ListItem")
INDEX = "index"  # the page of a group that lists its pages
Mention = tuple[str, str, int, int]  # document, element, start, end


@dataclass(frozen=True)
class Document:
    """A parsed document: what its pages say of it, and its elements."""

    key: str
    title: str
    kind: str
    licence: str
    source: str
    origin: str
    elements: list[dict[str, Any]]

    @property
    def own(self) -> bool:
        """Whether the user chose it, from a folder, an archive or the network; it is not installed anyway."""
        return self.source != "installed"


@dataclass(frozen=True)
class Sources:
    """All inputs of the writer."""

    documents: dict[str, Document]
    quarantine: list[dict[str, Any]]
    folded: dict[str, str]
    mentions: dict[str, list[Mention]]
    mentioned: dict[str, list[str]]
    knowledge: dict[str, Any]
    chunks: int
    index: dict[str, Any]

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each document, which no path decides: by title (stages/core/titles.py)."""
        return {key: place for place, key in enumerate(self.documents)}

    @cached_property
    def paths(self) -> frozenset[str]:
        """What a page shows of where documents lie, and says nothing of what they say: paths, origins, their pages."""
        lost = (row["document"] for row in self.quarantine)
        origins = (document.origin for document in self.documents.values())
        return frozenset(
            [*self.documents, *origins, *self.folded, *self.folded.values(), *lost, *self.digests.values()]
        )

    @cached_property
    def texts(self) -> Texts:
        """The text of each element, by (document, element)."""
        return {
            (document.key, element["id"]): element["text"]
            for document in self.documents.values()
            for element in document.elements
        }

    @cached_property
    def elements(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Each element, by (document, element)."""
        return {(d.key, element["id"]): element for d in self.documents.values() for element in d.elements}

    @cached_property
    def entities(self) -> dict[str, dict[str, Any]]:
        """Each entity, by its id."""
        return {entity["id"]: entity for entity in self.knowledge["entities"]}

    @cached_property
    def parameters(self) -> dict[str, list[dict[str, Any]]]:
        """The parameters of each entity, in the order of knowledge/."""
        return _grouped(self.knowledge["parameters"], "entity")

    @cached_property
    def valued(self) -> dict[str, list[dict[str, Any]]]:
        """The parameters whose value is a word, by that word in lower case."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for parameter in self.knowledge["parameters"]:
            if parameter["number"] is None:
                found[parameter["value"].casefold()].append(parameter)
        return found

    @cached_property
    def relations(self) -> dict[str, list[dict[str, Any]]]:
        """The relations that each entity is the subject of."""
        return _grouped(self.knowledge["relations"], "subject")

    @cached_property
    def relations_to(self) -> dict[str, list[dict[str, Any]]]:
        """The relations that each entity is the object of."""
        return _grouped(self.knowledge["relations"], "object")

    @cached_property
    def digests(self) -> dict[str, str]:
        """The page of each document of the user's own."""
        own = [document.key for document in self.documents.values() if document.own]
        return {key: f"documents/{name}" for key, name in names(own).items()}

    @cached_property
    def places(self) -> dict[tuple[str, str], str]:
        """For each element of the user's own documents, the heading above it that the document's page lists."""
        found: dict[tuple[str, str], str] = {}
        for key in self.digests:
            above = ""
            for element in self.documents[key].elements:
                above = element["id"] if is_section(self.documents[key], element) else above
                found[key, element["id"]] = above
        return found

    @cached_property
    def _by_document(self) -> dict[tuple[str, str], list[Mention]]:
        found: dict[tuple[str, str], list[Mention]] = defaultdict(list)
        for entity, places in self.mentions.items():
            for place in places:
                found[place[0], entity].append(place)
        return found

    def mentioned_in(self, document: str, entity: str) -> list[Mention]:
        """Where a document mentions an entity."""
        return self._by_document.get((document, entity), [])

    @cached_property
    def reading_order(self) -> dict[tuple[str, str], int]:
        """By document and element, a number that grows from each element of a document to the next."""
        return {key: place for place, key in enumerate(self.elements)}

    def page_of(self, entity: str) -> str:
        """The page that an entity has, if it has one."""
        return f"{GROUPS[self.entities[entity]['kind']]}/{slug(entity)}"

    def is_own(self, entity: Mapping[str, Any]) -> bool:
        """Whether a document of the user's own speaks of an entity."""
        return any(document in self.digests for document in entity["documents"])

    def sentence_at(self, document: str, element: str, place: int) -> Quote | None:
        """The sentence of prose that holds the character `place` of an element."""
        held = self.elements.get((document, element))
        if held is None or held["type"] not in PROSE:
            return None
        for start, end in sentences(held["text"]):
            if start <= place < end:
                return Quote(document, element, start, end, held["text"][start:end])
        return None

    def cell(self, entity: str, quotes: Iterable[Quote] = ()) -> Cell:
        """The name of an entity, which leads to its page; `quotes` bear out its row, and mentions what they lack."""
        name, held = self.entities[entity]["name"], list(quotes)
        found = self.named(entity, naming(self, entity, held)) if held else ()
        return Cell(name, tuple(found), ((name, self.page_of(entity)),), entity)

    def named(self, entity: str, quotes: list[Quote]) -> list[Quote]:
        """`quotes`, and before them mentions of the entity that state the numbers of its name which they lack.

        Llama 2 13B is borne out by the row `13B | 40` of a table together with a mention of Llama 2.
        """
        missing = numbers(self.entities[entity]["name"]) - stated(quotes)
        found = []
        for quote in self.mentions_of(entity, {quote.document for quote in quotes}) if missing else ():
            if missing & stated([quote]):
                found.append(quote)
                missing -= stated([quote])
        return [*found, *quotes]

    def mentions_of(self, entity: str, near: set[str]) -> list[Quote]:
        """Mentions of an entity, then of those whose names begin its name; those in the documents `near` first."""
        words = self.entities[entity]["name"].split(" ")
        ids = [self.ids.get(" ".join(words[:end])) for end in range(len(words), 0, -1)]
        places = [place for id in ids if id for place in self.mentions.get(id, ())]
        return [
            Quote(document, element, start, end, self.texts.get((document, element), "")[start:end])
            for document, element, start, end in sorted(places, key=lambda place: place[0] not in near)
        ]

    @cached_property
    def ids(self) -> dict[str, str]:
        """The id of each entity, by its name."""
        return {entity["name"]: entity["id"] for entity in self.knowledge["entities"]}

    def describe(self, quote: Quote) -> dict[str, Any]:
        """What a citation shows beside its quote."""
        document = self.documents[quote.document]
        element = self.elements[quote.document, quote.element]
        return {
            "title": document.title,
            "origin": document.origin,
            "section": element["section"] or [],
            "page": element["page"],
            "digest": self.digests.get(quote.document, ""),
            "place": self.places.get((quote.document, quote.element), ""),
        }


def is_section(document: Document, element: Mapping[str, Any]) -> bool:
    """Whether an element is a heading that the document's page lists: not the document's own title."""
    return element["type"] == "Title" and " ".join(element["text"].split()) != document.title


def _grouped(items: Iterable[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in items:
        grouped[item[key]].append(item)
    return dict(grouped)


def slug(text: str) -> str:
    """A page's name: lower case letters, digits and hyphens; what has none of these, or `index`, gets a hash."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80]
    return hashlib.sha256(text.encode()).hexdigest()[:12] if name in ("", INDEX) else name


def names(keys: Iterable[str]) -> dict[str, str]:
    """A page name for each key; keys that would share one get a piece of their hash."""
    plain = {key: slug(key) for key in keys}
    often = Counter(plain.values())
    return {
        key: name if often[name] == 1 else f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
        for key, name in plain.items()
    }
