"""Answers, facts and pages by a model behind real servers: what comes back has the form asked for, and only what its
quotes bear out is kept. SmolLM2-135M knows little, so nothing is asked of what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

from serve import Service
from serve.service import Service as Opened
from stages.core.llm import LanguageModel, answering
from stages.core.run.config import check
from tests.endpoints.servers import BIN, MODEL, SERVERS
from tests.extract.conftest import knowledge as knowledge  # the fixtures
from tests.extract.test_llm import run as run
from tests.index.room import needs_server
from tests.serve.conftest import build as build
from tests.serve.conftest import service as service
from tests.synthesize.test_llm import faults
from tests.synthesize.test_llm import server as server
from tests.synthesize.test_llm import write as write
from tests.tune.test_tune import TEXTS, conf

needs_endpoints = pytest.mark.skipif(not (BIN / "ollama").exists(), reason="make endpoints")
pytestmark = [needs_endpoints, needs_server, pytest.mark.xdist_group("endpoints")]
PATIENT: dict[str, Any] = {"model": MODEL, "timeout": 600, "retries": 0, "concurrency": 1}
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 40}, "layers": {"type": "integer"}},
    "required": ["name", "layers"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module", params=sorted(SERVERS))
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as address:
        yield address


def model(url: str, **changes: Any) -> LanguageModel:
    return check(TypeAdapter(LanguageModel), conf("answer/llm.yaml")["llm"] | PATIENT | {"url": url} | changes)


def test_an_answer_has_the_form_that_was_asked_for_and_is_the_same_again(url: str) -> None:
    asked = answering(model(url, answer_tokens=60))
    messages = [{"role": "user", "content": "Llama 2 7B has 32 layers. Give its name and its layers as JSON."}]
    first, again = asked.reply(messages, SCHEMA), asked.reply(messages, SCHEMA)
    jsonschema.validate(json.loads(first.text), SCHEMA)
    assert first.read > 10 and 5 < first.written <= 60
    assert again.text == first.text


def test_answers_are_what_their_quotes_bear_out(service: Service, url: str) -> None:
    llm = model(url, answer_tokens=80, characters=200)
    settings = replace(service.settings, answer=replace(service.settings.answer, llm=llm, passages=1, sentences=1))
    found = Opened(service.build, settings, service.fusion, service.retriever.collection).answer("What is Muon?")
    for source in found.sources:
        text = "\n".join(line for lines in TEXTS[source.document][1].values() for line in lines)
        assert text[source.start : source.end] == source.quote
    assert found.said or found.text == "The corpus does not say."


def test_facts_of_a_document_carry_their_quotes(run: Any, url: str) -> None:
    read = run(url=url, characters=200, answer_tokens=400, **PATIENT)
    assert read["given_up"] == 0
    assert all(one["quote"] for one in read["row"]["parameters"])


def test_pages_keep_only_what_is_borne_out(write: Any, url: str) -> None:
    more = PATIENT | {"url": url, "characters": 200, "answer_tokens": 60, "elements": 2}
    pages, counts = write("real", more=more)
    assert counts["tokens_read"] > counts["tokens_written"] > 0
    assert faults(pages) == []
