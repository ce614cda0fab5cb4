"""What a model is asked about one element, and the JSON schema that its answer must fit."""

from __future__ import annotations

from typing import Any

from stages.core.knowledge import PREDICATES
from stages.core.llm import Message
from stages.extract.facts import Document, Element

MOST_FACTS = 12
LONGEST = 300  # characters of a string in an answer
TASK = """You read one passage of a document about language models and write down the facts that it states, as JSON.
"parameters": facts of the form: this model has this value of this parameter. `name` is one of the allowed names.
"relations": facts of the form: this model or method stands in this relation to that one.
`quote` is copied from the passage letter by letter and contains the value. `subject` is the name of the model as it
is written in the passage or its headings. Write only what the passage states; if nothing, the lists are empty."""
PASSAGE = "Headings: Example 1B > Architecture\nPassage: The model uses RoPE and has 24 layers and a width of 2,048."
FACTS = (
    '{"parameters": [{"subject": "Example 1B", "name": "layers", "value": "24", "quote": "has 24 layers"}, '
    '{"subject": "Example 1B", "name": "hidden size", "value": "2,048", "quote": "a width of 2,048"}], '
    '"relations": [{"subject": "Example 1B", "predicate": "uses", "object": "RoPE", "quote": "The model uses RoPE"}]}'
)


def messages(element: Element, document: Document, most: int) -> list[Message]:
    """The conversation that ends with the element, of which at most `most` characters are shown."""
    title = [document.title] if document.title and document.title not in (element["section"] or []) else []
    path = " > ".join([*title, *(element["section"] or [])])
    return [
        {"role": "system", "content": TASK},
        {"role": "user", "content": PASSAGE},
        {"role": "assistant", "content": FACTS},
        {"role": "user", "content": f"Headings: {path}\nPassage: {element['text'][:most]}"},
    ]


def schema(names: list[str]) -> dict[str, Any]:
    """The schema of an answer; `names` are the parameters that there are."""
    text = {"type": "string", "maxLength": LONGEST}
    parameter = {"subject": text, "name": {"enum": names}, "value": text, "quote": text}
    relation = {"subject": text, "predicate": {"enum": list(PREDICATES)}, "object": text, "quote": text}
    return _object({"parameters": _list(_object(parameter)), "relations": _list(_object(relation))})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": MOST_FACTS}
