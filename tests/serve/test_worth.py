"""What may answer a question, with what it leans on, and what each tells: rules that no model is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from serve.units import Unit, leant_on, units
from serve.worth import ALONE, LESS, TELLS, asked_name, defines, gain, header_above, loss
from stages.core.quotes import Quote
from stages.core.search import Passage
from stages.core.sentences import sentences

VALUE = "How many layers has it?"
TABLE = "Model | layers\nYi-6B | 32"


class Held:
    """The elements of one document."""

    def __init__(self, element: dict[str, Any]) -> None:
        self.element = element

    def get(self, document: str, key: str) -> dict[str, Any]:
        return self.element


def unit(text: str, kind: str = "NarrativeText", start: int = 0, within: str | None = None) -> Unit:
    quote = Quote("a.md", "e", start, start + len(text), text)
    passage = Passage("c", "a.md", "A", "card", [], None, within or text, ["e"], 1.0)
    return Unit(text, quote, passage, {"type": kind, "text": within or text})


def test_a_line_of_code_answers_who_asks_for_code() -> None:
    assert loss(unit("x = 1", "CodeSnippet"), VALUE, "en") == LESS
    assert loss(unit("x = 1", "CodeSnippet"), "How to call merge_and_unload?", "en") == 0
    assert loss(unit("x = 1"), VALUE, "en") == 0


def test_a_table_s_header_tells_less_than_its_rows_and_stands_above_them() -> None:
    header, line = unit("Model | layers", "Table", within=TABLE), unit("Yi-6B | 32", "Table", 15, TABLE)
    assert [loss(one, "layers of Yi-6B", "en") for one in (header, line)] == [LESS, 0]
    assert [header_above(one) for one in (header, line)] == ["", "Model | layers"]
    assert loss(unit("Model | layers", "Table"), "layers", "en") == 0, "nothing follows"


@pytest.mark.parametrize(
    "text", ["**Do this**:", "Why would you do that?", "For more on DoRA, see its paper.", "See it."]
)
def test_what_only_leads_elsewhere_or_asks_tells_less(text: str) -> None:
    assert loss(unit(text, "Text"), VALUE, "en") == LESS
    assert loss(unit("Do this.", "Text"), VALUE, "en") == 0


def test_rows_fragments_and_references_tell_less_where_sentences_are_wanted() -> None:
    line = unit("Yi-6B | 32", "Table", 15, TABLE)
    asked = "How is LoRA merged?", "Why is LoRA small?", "How many layers has Yi-6B?", "What is the depth of Yi-6B?"
    assert [loss(line, question, "en") for question in asked] == [LESS, LESS, 0, 0]
    assert loss(unit("A picture"), "Explain LoRA", "en") == LESS
    assert loss(unit("A picture"), VALUE, "en") == 0
    reference = unit("[53] Ada Poe. Faster decoding, 2025.")
    assert loss(reference, "What is decoding?", "en") > loss(reference, VALUE, "en") == 0


def test_another_language_than_the_question_s_tells_less() -> None:
    told = "LoRA ist ein Adapter, der zwei Matrizen lernt."
    assert [loss(unit(told), VALUE, language) for language in ("de", "en", None)] == [LESS, 0, 0]
    assert loss(unit(told), "LoRA Matrizen", "de") == 0, "no English words in it"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What is LoRA?", "LoRA"),
        ("How does beam search work?", "beam search"),
        ("Explain the AdamW optimizer", "AdamW optimizer"),
        ("How many layers has LoRA?", None),
    ],
)
def test_of_what_it_is_asked_what_it_is(question: str, name: str | None) -> None:
    assert asked_name(question) == name


def test_a_definition_gains_more_than_what_a_thing_needs_and_others_nothing() -> None:
    texts = (
        "LoRA (Hu et al., 2021) is a technique that adds a product of two small matrices to each weight.",
        "LoRA needs memory.",
        "Few papers cite LoRA.",
    )
    first, second, third = (gain(unit(text), "LoRA") for text in texts)
    assert TELLS >= first > second > third == 0
    assert gain(unit(texts[0]), None) == 0
    assert [defines(text, "LoRA") for text in (f"It is so. {texts[0]}", texts[2])] == [True, False]


def test_a_sentence_comes_with_those_that_it_leans_on() -> None:
    text = "Both scale. RMSNorm has no mean. It divides by the root. They call it RMS. LoRA adds two matrices."
    passage = Passage("c", "a.md", "A", "card", [], None, text, ["e"], 1.0)
    held: Any = Held({"type": "NarrativeText", "text": text})
    found = list(units(passage, held))
    norm, lora = text.index("RMSNorm"), text.index("LoRA")
    assert [one.quote.start for one in found] == [0, norm, norm, norm, lora]
    assert (found[2].text, found[2].quote.text) == ("It divides by the root.", text[norm : text.index(" They")])
    assert [loss(one, VALUE, "en") for one in found] == [ALONE, 0, 0, 0, 0]
    assert loss(unit("It divides by the root."), VALUE, "en") == 0, "the heading says what does"
    places = list(sentences(text))
    assert leant_on(text, places[:3], text[norm + 1 :]) == places[2][0], "a passage that has not the one before"
    far = f"RMSNorm {'divides ' * 70}each. It scales {'well ' * 20}too."
    assert leant_on(far, list(sentences(far)), far) == far.index("It")


def test_a_line_without_two_words_is_no_answer() -> None:
    held: Any = Held({"type": "Table", "text": "Yi-6B | 32\n... | ... | ...\n---"})
    passage = Passage("c", "a.md", "A", "card", [], None, held.element["text"], ["e"], 1.0)
    assert [one.text for one in units(passage, held)] == ["Yi-6B | 32"]
