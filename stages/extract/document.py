"""All facts of one document: what each kind of element is read for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa

from stages.extract.cues import TRAINED, TRIAL, TUNED
from stages.extract.facts import Document, Element, Parameter, Relation, Subject
from stages.extract.families import own_families
from stages.extract.fields import CLASS, default_subject, name_in, read_class, read_front_matter
from stages.extract.lexicon import Lexicon
from stages.extract.lines import akin, is_lines, read_lines
from stages.extract.names import Mention, find_mentions
from stages.extract.prose import read_prose
from stages.extract.relations import read_relations
from stages.extract.speakers import last_speaker
from stages.extract.subjects import model_of, nearest_subject, subject_of
from stages.extract.tables import is_tuning, read_table

NAMED = {"Title", "NarrativeText", "ListItem", "Table", "FigureCaption", "FrontMatter"}
PROSE = {"NarrativeText", "ListItem", "FigureCaption"}
CAPTION = re.compile(r"(?:Table|Tab\.|Listing)\s*\d", re.IGNORECASE)
FIELD = re.compile(r'^\s*"\w+":\s', re.MULTILINE)
LINES = {"ListItem", "CodeSnippet", "NarrativeText", "UncategorizedText"}
BACK = 12  # elements that are looked back at for the model that a list is about
LEADERS = re.compile(r"(?:\s?\.){4,}\s*\d+\s*$")
"""At the end of an entry of a table of contents: dots that lead to its page."""
ENTRY = re.compile(r"(?:\d+|[A-Z])(?:\.\d+)*\.?\s[^\n]*\s\d+\s*$")
"""An entry without them: number, heading, page."""
ROW = 8  # words of a line below a table that may be a row of it
LEAD = 120  # characters of a line that leads to a list
TEXT, INT = pa.string(), pa.int32()
SPAN = [("element", TEXT), ("start", INT), ("end", INT)]
QUOTE = [("element", TEXT), ("quote", TEXT), ("start", INT), ("end", INT)]
MENTION = pa.struct([("entity", TEXT), ("kind", TEXT), ("surface", TEXT), *SPAN])
PARAMETER = pa.struct(
    [
        ("subject", TEXT),
        ("name", TEXT),
        ("value", TEXT),
        ("number", pa.float64()),
        ("unit", TEXT),
        *QUOTE,
        ("detail", TEXT),
    ]
)
RELATION = pa.struct([("subject", TEXT), ("predicate", TEXT), ("object", TEXT), *QUOTE])
SCHEMA = pa.schema(
    [
        ("title", TEXT),
        ("kind", TEXT),
        ("subject", TEXT),  # the model that the document is about; empty: none, or several
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
    document = read_document(row, lexicon)
    mentions: list[dict[str, Any]] = []
    parameters: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    for at, element in enumerate(document.elements):
        if _is_entry(at, document):
            continue
        found = find_mentions(element["text"], lexicon, document.own) if element["type"] in NAMED else []
        named = [*found, *_class_mention(element, lexicon), *_introduction(element, found, document.subject)]
        mentions += [_mention(element, mention) for mention in named]
        for fact in _facts(at, found, document, lexicon):
            assert element["text"][fact.start : fact.end] == fact.quote, f"{row['document']}: {fact}"
            (parameters if isinstance(fact, Parameter) else relations).append(dict(vars(fact)))
    about = {"title": document.title, "kind": document.kind, "subject": document.subject.name}
    payload = {**about, "mentions": mentions}
    return {"facts": {**payload, "parameters": _unique(parameters), "relations": _unique(relations)}}


def read_document(row: dict[str, Any], lexicon: Lexicon) -> Document:
    """The document with the families that only it knows, and what it is about."""
    document = Document(row["kind"], row["title"] or "", row["elements"])
    named = [name_in(element["text"]) for element in document.elements if element["type"] == "FrontMatter"]
    name = next(filter(None, named), "")
    document = replace(document, own=own_families(document.elements, document.title, name, lexicon))
    return replace(document, subject=subject_of(document, lexicon, name))


def given_up(row: dict[str, Any], reason: str, detail: str) -> dict[str, dict[str, Any] | None]:
    """The row of facts/ for a document that could not be read to its end."""
    nothing: dict[str, Any] = {"mentions": [], "parameters": [], "relations": [], "given_up": f"{reason}: {detail}"}
    return {"facts": {"title": row["title"] or "", "kind": row["kind"], "subject": "", **nothing}}


def _facts(at: int, mentions: list[Mention], document: Document, lexicon: Lexicon) -> Iterator[Parameter | Relation]:
    element = document.elements[at]
    if element["type"] == "Table":
        above = document.elements[at - 1] if at else element
        text = above["text"] if above["type"] == "Table" and above is not element else ""
        said = _before(at, document, lexicon) if is_tuning(element, lexicon) else ""
        yield from read_table(element, document, lexicon, _beside(at, document, lexicon) or said, text)
    elif element["type"] == "FrontMatter":
        yield from read_front_matter(element, document, lexicon)
    elif element["type"] == "ConfigClass":
        yield from read_class(element, lexicon)
    elif element["type"] in LINES and document.kind != "config" and is_lines(element, lexicon):
        named = _beside(at, document, lexicon) or _headed(element, document, lexicon)
        subject = named or _before(at, document, lexicon)
        if subject or (document.subject.specific and not _is_torn(at, document)):
            found = read_lines(element, subject or document.subject.name, lexicon)
            yield from (fact for fact in found if not _is_trial(element, fact, document, led=bool(named)))
    elif element["type"] in PROSE and document.kind != "config" and not _is_row(at, document):
        yield from read_prose(element, mentions, document, lexicon)
    if element["type"] in PROSE and not element["text"].startswith("{"):
        yield from read_relations(element, mentions, document, lexicon)


def _is_torn(at: int, document: Document) -> bool:
    """Whether lines on a page lack their beginning: it stands in another column, with the model's name."""
    element = document.elements[at]
    text = element["text"].lstrip()
    if document.kind != "pdf" or text.startswith(("{", "[")):
        return False
    before = [one for one in document.elements[:at] if one["type"] != "CodeSnippet"][-1:]
    led = any(one["type"] in PROSE and one["text"].rstrip().endswith(":") for one in before)
    return bool(FIELD.search(text)) or (element["type"] == "CodeSnippet" and not led)


def _is_trial(element: Element, fact: Parameter, document: Document, *, led: bool) -> bool:
    """Whether a setting is of a run that is shown with a model: in a section on that, or by a snippet in passing.

    That is one in a document on something else, and neither a line nor a heading (`led`) says whose it is.
    """
    if fact.name not in TRAINED:
        return False
    about = " ".join([document.title, document.subject.name])
    shown = any(TRIAL.search(heading) for heading in element["section"] or ()) and not TUNED.search(fact.subject)
    return shown or (element["type"] == "CodeSnippet" and not led and not akin(about, fact.subject))


def _is_row(at: int, document: Document) -> bool:
    """Whether a line right below a table, on a page, is one more row of it: few words that are no sentence."""
    text = document.elements[at]["text"].rstrip()
    below = at > 0 and document.elements[at - 1]["type"] == "Table" and document.kind == "pdf"
    return below and len(text.split()) < ROW and not text.endswith((".", ":", "!", "?"))


def _is_entry(at: int, document: Document) -> bool:
    """Whether an element is an entry of a table of contents: it says nothing, and the number at its end is a page's."""
    text = document.elements[at]["text"]
    beside = document.elements[max(0, at - 1) : at + 2]
    return bool(LEADERS.search(text) or (ENTRY.match(text) and any(LEADERS.search(one["text"]) for one in beside)))


def _headed(element: Element, document: Document, lexicon: Lexicon) -> str:
    """The model that a heading above the element names, if it is not that of the whole document."""
    found = nearest_subject(element, document, lexicon)
    return found if found != document.subject.name else ""


def _before(at: int, document: Document, lexicon: Lexicon) -> str:
    """The model that the last paragraph before a list or a snippet, in its section, speaks of."""
    section = document.elements[at]["section"]
    for element in reversed(document.elements[max(0, at - BACK) : at]):
        if element["section"] != section:
            break
        if element["type"] == "NarrativeText" and not is_lines(element, lexicon):
            found = last_speaker(element["text"], find_mentions(element["text"], lexicon, document.own), document)
            if found:
                return found
    return ""


def _beside(at: int, document: Document, lexicon: Lexicon) -> str:
    """The model that a table's caption names, or the line that leads to it, to a list or a snippet; empty in doubt.

    A line that is but a model's name leads to what follows it: a head of one cell, as pages have.
    """
    for other in (at - 1, at + 1):
        if not 0 <= other < len(document.elements):
            continue
        beside = document.elements[other]
        text = beside["text"].strip()
        caption = beside["type"] == "FigureCaption" or CAPTION.match(text)
        leads = other < at and beside["type"] in PROSE and len(text) < LEAD
        if beside["type"] in PROSE and (caption or leads):
            model = model_of(text, document, lexicon)
            if model and (caption or text.endswith(":") or text == text[model.start : model.end]):
                return model.entity
    return ""


def _class_mention(element: Element, lexicon: Lexicon) -> list[Mention]:
    """The name of a configuration class stands for the family's defaults."""
    named = CLASS.search(element["text"]) if element["type"] == "ConfigClass" else None
    return [Mention(default_subject(named[1], lexicon), "model", named.start(1), named.end(1))] if named else []


def _introduction(element: Element, found: list[Mention], subject: Subject) -> list[Mention]:
    """The place that says which model the document is about, where no list has its name."""
    if subject.place is None or subject.place[0] != element["id"]:
        return []
    _, start, end = subject.place
    known = any(mention.start < end and start < mention.end for mention in found)
    return [] if known else [Mention(subject.name, "model", start, end)]


def _mention(element: Element, mention: Mention) -> dict[str, Any]:
    surface = element["text"][mention.start : mention.end]
    place = {"element": element["id"], "start": mention.start, "end": mention.end}
    return {"entity": mention.entity, "kind": mention.kind, "surface": surface, **place}


def _unique(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({tuple(fact.values()): fact for fact in facts}.values())
