"""A language model as the writer of an answer: it is shown numbered passages, and believed where its words are theirs.

It answers in JSON: sentences, each with the number of a passage and words copied from it. A sentence counts only if
those words stand in an element of that passage, its numbers stand in them, and most of its own words do, too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from serve.answer import Cited, Drawn, grounds, stands
from serve.elements import Elements
from serve.terms import stem
from stages.core.llm import Answering, LanguageModel, Message, NoAnswer, Unanswered
from stages.core.question import WORD, Asked
from stages.core.quotes import Quote
from stages.core.search import Passage
from stages.core.service import Answer as Settings

TASK = """Answer the question from the passages alone, in JSON. Each sentence has the number of the passage that says it
and a quote: words copied from that passage letter by letter which state it. If the passages do not answer the
question, "sentences" is empty."""
OWN = 0.6  # share of a sentence's words that its quote must have


def write(
    asked: Asked,
    passages: Sequence[Passage],
    elements: Elements,
    model: Answering,
    llm: LanguageModel,
    settings: Settings,
) -> Drawn:
    """The sentences that the model wrote and that stand. Raises NoAnswer where it gives none."""
    shown, _ = grounds(asked, passages, settings)
    if not shown:
        return Drawn()
    try:
        said = model.answer(messages(asked.text, shown, llm.characters), schema(len(shown), settings.sentences))
    except Unanswered as error:
        raise NoAnswer(f"answer.llm: {error}") from None
    kept, dropped = list[Cited](), 0
    for claim in _claims(said):
        cited = _cited(claim, shown, elements)
        if cited and supported(cited) and stands(cited, elements.texts(cited.quote.document)):
            kept.append(cited)
        else:
            dropped += 1
    return Drawn(kept[: settings.sentences], dropped)


def messages(question: str, passages: Sequence[Passage], most: int) -> list[Message]:
    """What the model is shown."""
    numbered = [
        f"[{number}] {' > '.join([one.title, *one.section])}\n{one.text[:most]}"
        for number, one in enumerate(passages, 1)
    ]
    asked = "\n\n".join([*numbered, f"Question: {question}"])
    return [{"role": "system", "content": TASK}, {"role": "user", "content": asked}]


def schema(passages: int, sentences: int) -> dict[str, Any]:
    """The JSON schema of an answer."""
    text = {"type": "string", "maxLength": 400}
    properties = {"passage": {"enum": list(range(1, passages + 1))}, "quote": text, "text": text}
    one = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    held = {"sentences": {"type": "array", "items": one, "maxItems": sentences}}
    return {"type": "object", "properties": held, "required": ["sentences"], "additionalProperties": False}


def _claims(said: str) -> list[Any]:
    try:
        held = json.loads(said)["sentences"]
    except (ValueError, LookupError, TypeError):
        return []
    return held if isinstance(held, list) else []


def _cited(claim: Any, shown: Sequence[Passage], elements: Elements) -> Cited | None:
    """A claim with its quote looked up in the elements of the passage that it names."""
    try:
        number, quote, text = claim["passage"], claim["quote"].strip(), " ".join(claim["text"].split())
        passage = shown[number - 1] if number >= 1 else None
    except (LookupError, TypeError, AttributeError):
        return None
    if not passage or not quote or not text:
        return None
    for key in passage.elements:
        start = elements.get(passage.document, key)["text"].find(quote)
        if start >= 0:
            return Cited(text, Quote(passage.document, key, start, start + len(quote), quote), passage)
    return None


def supported(one: Cited) -> bool:
    """Whether most words of the sentence stand in its quote or in what the passage is under."""
    have = {stem(word) for word in WORD.findall(" ".join([one.quote.text, one.passage.title, *one.passage.section]))}
    words = [stem(word) for word in WORD.findall(one.text) if len(word) > 2]
    return bool(words) and sum(word in have for word in words) >= OWN * len(words)
