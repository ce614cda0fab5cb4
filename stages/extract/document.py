"""All facts of one document: what each kind of element is read for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pyarrow as pa

from stages.extract.facts import Document, Element, Parameter, Relation
from stages.extract.fields import CLASS, default_subject, name_in, read_class, read_front_matter
from stages.extract.lexicon import Lexicon
from stages.extract.names import Mention, find_mentions
from stages.extract.prose import read_prose
from stages.extract.relations import read_relations
from stages.extract.subjects import subject_of
from stages.extract.tables import read_table

NAMED = {"Title", "NarrativeText", "ListItem", "Table", "FigureCaption", "FrontMatter"}
PROSE = {"NarrativeText", "ListItem", "FigureCaption"}
TEXT, INT = pa.string(), pa.int32()
SPAN = [("element", TEXT), ("start", INT), ("end", INT)]
QUOTE = [("element", TEXT), ("quote", TEXT), ("start", INT), ("end", INT)]
MENTION = pa.struct([("entity", TEXT), ("kind", TEXT), ("surface", TEXT), *SPAN])
PARAMETER = pa.struct(
    [("subject", TEXT), ("name", TEXT), ("value", TEXT), ("number", pa.float64()), ("unit", TEXT), *QUOTE]
)
RELATION = pa.struct([("subject", TEXT), ("predicate", TEXT), ("object", TEXT), *QUOTE])
SCHEMA = pa.schema(
    [
        ("title", TEXT),
        ("kind", TEXT),
        ("mentions", pa.list_(MENTION)),
        ("parameters", pa.list_(PARAMETER)),
        ("relations", pa.list_(RELATION)),
        ("given_up", TEXT),  # why there are no facts; null: the document was read
        ("checks", pa.list_(TEXT)),  # of each claim of a language model: kept, or why it was dropped
        ("agreement", pa.list_(TEXT)),  # of each parameter that rules or model found: both, rules only, ...
    ]
)


def facts_of(lexicon: Lexicon, row: dict[str, Any]) -> dict[str, dict[str, Any] | None]:
    """The row of facts/ for a row of elements/."""
    document = described(lexicon, row)
    mentions: list[dict[str, Any]] = []
    parameters: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    for element in document.elements:
        found = list(find_mentions(element["text"], lexicon)) if element["type"] in NAMED else []
        mentions += [_mention(element, mention) for mention in [*found, *_class_mention(element, lexicon)]]
        for fact in _facts(element, found, document, lexicon):
            assert element["text"][fact.start : fact.end] == fact.quote, f"{row['document']}: {fact}"
            (parameters if isinstance(fact, Parameter) else relations).append(asdict(fact))
    payload = {"title": document.title, "kind": document.kind, "mentions": mentions}
    return {"facts": {**payload, "parameters": parameters, "relations": _unique(relations)}}


def described(lexicon: Lexicon, row: dict[str, Any]) -> Document:
    """A row of elements/ as a document that knows what it is about."""
    document = Document(row["kind"], row["title"] or "", row["elements"])
    named = [name_in(element["text"]) for element in document.elements if element["type"] == "FrontMatter"]
    return replace(document, subject=subject_of(document, lexicon, next(filter(None, named), "")))


def given_up(row: dict[str, Any], reason: str, detail: str) -> dict[str, dict[str, Any] | None]:
    """The row of facts/ for a document that could not be read to its end."""
    nothing: dict[str, Any] = {"mentions": [], "parameters": [], "relations": [], "given_up": f"{reason}: {detail}"}
    return {"facts": {"title": row["title"] or "", "kind": row["kind"], **nothing}}


def _facts(
    element: Element, mentions: list[Mention], document: Document, lexicon: Lexicon
) -> Iterator[Parameter | Relation]:
    if element["type"] == "Table":
        yield from read_table(element, document, lexicon)
    elif element["type"] == "FrontMatter":
        yield from read_front_matter(element, document, lexicon)
    elif element["type"] == "ConfigClass":
        yield from read_class(element, lexicon)
    elif element["type"] in PROSE:
        if document.kind != "config":
            yield from read_prose(element, mentions, document, lexicon)
        yield from read_relations(element, mentions, document, lexicon)


def _class_mention(element: Element, lexicon: Lexicon) -> list[Mention]:
    """The name of a configuration class stands for the family's defaults."""
    named = CLASS.search(element["text"]) if element["type"] == "ConfigClass" else None
    return [Mention(default_subject(named[1], lexicon), "model", named.start(1), named.end(1))] if named else []


def _mention(element: Element, mention: Mention) -> dict[str, Any]:
    surface = element["text"][mention.start : mention.end]
    place = {"element": element["id"], "start": mention.start, "end": mention.end}
    return {"entity": mention.entity, "kind": mention.kind, "surface": surface, **place}


def _unique(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({tuple(fact.values()): fact for fact in facts}.values())
