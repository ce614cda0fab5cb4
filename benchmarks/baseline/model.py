"""The same steps by a language model: perspectives, questions and outline are its own, and so are the sentences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from benchmarks.baseline.library import Library, Passage
from stages.core.llm import Answering, LanguageModel
from stages.core.quotes import Block
from stages.synthesize.llm.ask import SENTENCES

LONGEST = {"line": 80, "answer": 300, "sentence": 400}  # characters
CONTENTS = 20  # headings that the model is shown

PERSPECTIVES = "You plan an encyclopedia article. From headings of related documents, name points of view to look at."
QUESTION = (
    "You are a writer with one point of view who interviews an expert for an encyclopedia article. Ask one question."
)
ANSWER = "You are an expert. Answer the question from the numbered passages, in one or two sentences."
OUTLINE = "Make the outline of an encyclopedia article: the headings of its sections, from what was learnt."
SECTION = "Write a section of an encyclopedia article from the numbered passages. Each sentence names its passages."


class ByModel:
    """Asks the model in the steps of the paper; each answer is bound to a JSON schema, as the build's writer's are."""

    def __init__(self, library: Library, model: Answering, settings: LanguageModel, perspectives: int) -> None:
        self._library, self._model, self._settings, self._most = library, model, settings, perspectives
        self.tokens = 0

    def perspectives(self, topic: str, contents: Sequence[str]) -> list[str]:
        told = "\n".join(contents[:CONTENTS])
        return self._lines(PERSPECTIVES, f"Topic: {topic}\nHeadings:\n{told}", self._most)

    def question(self, topic: str, perspective: str, said: str) -> str:
        asked = f"Topic: {topic}\nPoint of view: {perspective}\nThe expert said: {said or 'nothing yet'}"
        return str(self._ask(QUESTION, asked, _one("question", LONGEST["answer"])).get("question", topic))

    def answer(self, question: str, found: Sequence[Passage]) -> str:
        asked = f"{self._shown(found)}\nQuestion: {question}"
        return str(self._ask(ANSWER, asked, _one("answer", LONGEST["answer"])).get("answer", ""))

    def outline(self, topic: str, perspectives: Sequence[str], said: Sequence[str]) -> list[str]:
        told = "\n".join(f"- {one}" for one in said)
        return self._lines(OUTLINE, f"Topic: {topic}\nLearnt:\n{told}", self._most)

    def section(self, topic: str, heading: str, found: Sequence[Passage]) -> list[Block]:
        shown = found[: self._settings.elements]
        numbers = {"type": "array", "items": {"enum": list(range(1, len(shown) + 1))}, "minItems": 1, "maxItems": 4}
        one = _object({"text": {"type": "string", "maxLength": LONGEST["sentence"]}, "passages": numbers})
        schema = _object({"sentences": {"type": "array", "items": one, "minItems": 1, "maxItems": SENTENCES}})
        asked = f"Article: {topic}\nSection: {heading or topic}\nPassages:\n{self._shown(shown)}"
        sentences = self._ask(SECTION, asked, schema).get("sentences", [])
        return [self._block(one, shown) for one in sentences if one["text"].strip()]

    def _block(self, one: dict[str, Any], shown: Sequence[Passage]) -> Block:
        cited = [quote for number in one["passages"] for quote in self._library.whole(shown[number - 1])]
        return Block("written", " ".join(one["text"].split()), quotes=tuple(dict.fromkeys(cited)))

    def _shown(self, found: Sequence[Passage]) -> str:
        most = self._settings.characters
        held = found[: self._settings.elements]
        return "\n".join(f"[{number}] {' '.join(one.text.split())[:most]}" for number, one in enumerate(held, 1))

    def _lines(self, task: str, asked: str, most: int) -> list[str]:
        line = {"type": "string", "maxLength": LONGEST["line"]}
        held = self._ask(
            task, asked, _object({"lines": {"type": "array", "items": line, "minItems": 1, "maxItems": most}})
        )
        return list(dict.fromkeys(" ".join(one.split()) for one in held.get("lines", []) if one.strip()))

    def _ask(self, task: str, asked: str, schema: dict[str, Any]) -> dict[str, Any]:
        """The answer; an answer that is cut where the tokens end is none."""
        reply = self._model.reply([{"role": "system", "content": task}, {"role": "user", "content": asked}], schema)
        self.tokens += reply.written
        try:
            return dict(json.loads(reply.text))
        except ValueError:
            return {}


def _one(name: str, most: int) -> dict[str, Any]:
    return _object({name: {"type": "string", "maxLength": most}})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
