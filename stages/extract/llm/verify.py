"""What of an answer is believed: quotes that stand in the element, values in the quote, names in the document."""

from __future__ import annotations

import json
import re
from typing import Any

from stages.core.knowledge import PREDICATES
from stages.extract.facts import Document, Element, Parameter, Relation
from stages.extract.families import sized_model
from stages.extract.lexicon import Lexicon
from stages.extract.names import find_mentions
from stages.extract.subjects import model_of
from stages.extract.values import read_value

KEPT = "kept"


class Dropped(Exception):
    """Why a claim is not believed."""


def claims(answer: str) -> tuple[list[Any], list[Any]]:
    """Parameters and relations of an answer. Raises Dropped where it is no JSON of the schema."""
    try:
        held = json.loads(answer)
        found = held["parameters"], held["relations"]
    except (ValueError, LookupError, TypeError):
        raise Dropped("the answer is no JSON of the schema") from None
    if not all(isinstance(one, list) for one in found):
        raise Dropped("the answer is no JSON of the schema")
    return found


def is_whole(answer: str) -> bool:
    """Whether an answer is JSON of the schema."""
    try:
        claims(answer)
    except Dropped:
        return False
    return True


def parameter(claim: Any, element: Element, document: Document, lexicon: Lexicon) -> Parameter:
    """A claimed parameter as a fact. Raises Dropped."""
    subject, name, value, quote = _texts(claim, "subject", "name", "value", "quote")
    if name not in lexicon.parameters:
        raise Dropped("the parameter is unknown")
    start = _quoted(quote, element)
    if not re.search(rf"(?<![\w.,])(?<![\d]-){re.escape(value)}(?![\w]|[.,]\d)", quote):
        raise Dropped("the value is not in the quote")
    read = read_value(value, lexicon.parameters[name])
    if not read:
        raise Dropped("the value is none of the parameter")
    model = _model(subject, element, document, lexicon)
    unit = lexicon.parameters[name].unit or None
    return Parameter(model, name, read.text, read.number, unit, element["id"], quote, start, start + len(quote))


def relation(claim: Any, element: Element, document: Document, lexicon: Lexicon) -> Relation:
    """A claimed relation as a fact. Raises Dropped."""
    subject, predicate, other, quote = _texts(claim, "subject", "predicate", "object", "quote")
    if predicate not in PREDICATES:
        raise Dropped("the relation is unknown")
    start = _quoted(quote, element)
    if other not in quote:
        raise Dropped("the object is not in the quote")
    found = {mention.entity for mention in find_mentions(other, lexicon, document.own)}
    if len(found) != 1:
        raise Dropped("the object is no known name")
    left = {mention.entity for mention in find_mentions(subject, lexicon, document.own)}
    named = left.pop() if len(left) == 1 and _stands(subject, element, document) else ""
    one, (right,) = named or _model(subject, element, document, lexicon), found
    if one == right:
        raise Dropped("subject and object are the same")
    return Relation(one, predicate, right, element["id"], quote, start, start + len(quote))


def _texts(claim: Any, *keys: str) -> list[str]:
    held = [claim.get(key) if isinstance(claim, dict) else None for key in keys]
    if not all(isinstance(text, str) and text.strip() for text in held):
        raise Dropped("a part of the fact is empty")
    return [str(text).strip() for text in held]


def _quoted(quote: str, element: Element) -> int:
    """Where the quote begins in the element."""
    start = int(element["text"].find(quote))
    if start < 0:
        raise Dropped("the quote is not in the element")
    return start


def _model(subject: str, element: Element, document: Document, lexicon: Lexicon) -> str:
    """The model that a subject names, if its words stand in the element or above it.

    One that neither the lists nor the document know must be a family with a size: any capitalised word could be a name.
    """
    model = model_of(subject, document, lexicon)
    if model and model.entity == document.subject.name:
        return model.entity
    if not _stands(subject, element, document):
        raise Dropped("the subject is not named there")
    if model:
        return model.entity
    named = any(find_mentions(subject, lexicon, document.own))
    unknown = "" if named else sized_model(subject, lexicon)
    if not unknown:
        raise Dropped("the subject is no model")
    return unknown


def _stands(name: str, element: Element, document: Document) -> bool:
    text = "\n".join([element["text"], document.title, *(element["section"] or [])])
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
