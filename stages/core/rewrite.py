"""A question in other words: a language model imagines an answer, whose words are searched beside the question's own.

Documents are nearer to an answer in words than to a question, even where the answer is wrong. What the model writes
only adds: the question keeps all its words, twice as heavy in keyword search and first in what the vector is made of.
Names and numbers that the question has not are left out, since a model invents those first.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from stages.core.answers import remembered
from stages.core.llm import LanguageModel, Message, NoAnswer, Unanswered, answering
from stages.core.question import ASKING, NAME, WORD, Asked, only_identifiers

TASK = "Write one sentence of a scientific article on language models that answers the question."
LONGEST = 240  # characters of the sentence
Rewriter = Callable[[Asked], Asked]


def rewriter(settings: LanguageModel) -> Rewriter:
    """What adds a model's words to a question; the model is loaded when a question is new to the cache folder."""
    model, wanted = answering(settings), schema()

    def written(messages: list[Message]) -> str:
        try:
            return remembered(
                {**settings.identity(), "messages": messages, "schema": wanted},
                lambda: model.answer(messages, wanted),
                lambda answer: _text(answer) is not None,
            )
        except Unanswered as error:
            raise NoAnswer(f"search.rewriter: {settings.place()}: {error}") from None

    def rewritten(asked: Asked) -> Asked:
        if only_identifiers(asked.text):
            return asked
        return with_words(asked, _text(written(messages(asked.text[: settings.characters]))) or "")

    return rewritten


def messages(question: str) -> list[Message]:
    """What the model is shown."""
    return [{"role": "system", "content": TASK}, {"role": "user", "content": question}]


def schema() -> dict[str, Any]:
    """The JSON schema of what it writes."""
    text = {"type": "string", "maxLength": LONGEST}
    return {"type": "object", "properties": {"text": text}, "required": ["text"], "additionalProperties": False}


def with_words(asked: Asked, said: str) -> Asked:
    """The question with the words of `said` that are new to it and are no names or numbers of the model's own."""
    known = {word.casefold() for word in WORD.findall(f"{asked.text} {asked.words}")} | ASKING
    text = " ".join(word for word in said.split() if not _invented(word, known))
    new = dict.fromkeys(word for word in WORD.findall(text) if word.casefold() not in known)
    if not new:
        return asked
    return replace(asked, words=" ".join([asked.words, *new]), meaning=f"{asked.meaning} {text}")


def _invented(word: str, known: set[str]) -> bool:
    """Whether a word has a name or a number that the question has not."""
    return any(
        (NAME.fullmatch(part) or any(map(str.isdigit, part))) and part.casefold() not in known
        for part in WORD.findall(word)
    )


def _text(answer: str) -> str | None:
    """The sentence in an answer; None where it is cut or no JSON."""
    try:
        return str(json.loads(answer)["text"])
    except (ValueError, LookupError, TypeError):
        return None
