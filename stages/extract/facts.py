"""What a rule returns: facts about one document, each with the element and the characters that say it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Element = dict[str, Any]


@dataclass(frozen=True)
class Parameter:
    """`subject` has the value `value` of the parameter `name`, as text[start:end] of the element says."""

    subject: str
    name: str
    value: str
    number: float | None
    unit: str | None
    element: str
    quote: str
    start: int
    end: int
    detail: str | None = None
    """Under what conditions: 5-shot."""


@dataclass(frozen=True)
class Relation:
    """`subject` stands in the relation `predicate` to `object`, as text[start:end] of the element says."""

    subject: str
    predicate: str
    object: str
    element: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class Subject:
    """What a document is about: the model that rows and sentences without a name of their own speak of."""

    name: str = ""
    specific: bool = False
    """The name has a version or a size, or is the title of a card."""
    place: tuple[str, int, int] | None = None
    """Where the document says so, if it is not its title: element, start, end."""


@dataclass(frozen=True)
class Own:
    """Families of models that no list names and that the document does: Kestrel, where it speaks of Kestrel-2 7B."""

    families: dict[str, str]
    """As written, by lower case."""
    joints: dict[str, str]
    """What the document puts between family and version."""
    found: dict[str, list[Any]] = field(default_factory=dict, compare=False)
    """The mentions in a text of the document, once they are found."""


@dataclass(frozen=True)
class Document:
    """A document's elements, and what it is about."""

    kind: str
    title: str
    elements: list[Element]
    own: Own = field(default_factory=lambda: Own({}, {}))
    subject: Subject = field(default_factory=Subject)
