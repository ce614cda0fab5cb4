"""Extraction by a language model: real HTTP to a server on loopback, and a real (tiny, random) model loaded here."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import stages.core.run.code
from stages.core import table
from stages.core.knowledge import Knowledge
from stages.core.llm import Local
from stages.core.run.errors import UserError
from stages.core.source import Model
from stages.extract import Config, Extractor, LanguageModel
from stages.extract.__main__ import stage
from stages.extract.llm.ask import schema
from stages.extract.llm.document import PATIENCE
from tests.extract.conftest import element
from tests.extract.test_stage import ELEMENTS

ROOT = Path(__file__).parents[2]
TEXT = "Llama 2 7B has 32 layers and uses RoPE. Its hidden size is 4,096."
LAYERS = {"subject": "Llama 2 7B", "name": "layers", "value": "32", "quote": "Llama 2 7B has 32 layers"}
WIDTH = {"subject": "Llama 2 7B", "name": "hidden size", "value": "4,096", "quote": "hidden size is 4,096"}
USES = {"subject": "Llama 2 7B", "predicate": "uses", "object": "RoPE", "quote": "uses RoPE"}
OTHER = "Its licence is unknown."
NOTHING: dict[str, Any] = {"parameters": [], "relations": []}


class Server(ThreadingHTTPServer):
    """Answers each POST by what `reply` gives for its number: a status and a body."""

    reply: Callable[[int], tuple[int, bytes]]
    asked: list[Any]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body, self.headers["Authorization"]))
        status, text = self.server.reply(len(self.server.asked))
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        pass


def says(answer: Any) -> tuple[int, bytes]:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return 200, json.dumps({"choices": [{"message": {"content": text}}]}).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    held = Server(("127.0.0.1", 0), Handler)
    held.asked = []
    thread = threading.Thread(target=held.serve_forever, args=[0.01])
    thread.start()
    yield held
    held.shutdown()
    thread.join()
    held.server_close()


@pytest.fixture
def run(
    tmp_path: Path, server: Server, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, Any]]:
    monkeypatch.setattr(stages.core.run.code, "stage_digest", lambda name: "code")
    monkeypatch.setenv("LITMILL_CACHE", str(tmp_path / "cache"))

    def write(documents: dict[str, str]) -> None:
        shutil.rmtree(tmp_path / "elements", ignore_errors=True)
        rows = [
            (name, {"kind": "markdown", "title": "", "elements": [element("NarrativeText", text)]})
            for name, text in sorted(documents.items())
        ]
        table.write(tmp_path / "elements", rows, ELEMENTS, 1)

    write({"a.md": TEXT})
    llm = LanguageModel(
        url=f"http://127.0.0.1:{server.server_port}/v1",
        **{"model": "m", "key": "", "local": None, "timeout": 10, "retries": 1, "concurrency": 2},
        **{"elements": 0, "characters": 4000, "answer_tokens": 200},
    )

    def extract(
        out: str = "facts", method: str = "llm", documents: dict[str, str] | None = None, **changes: Any
    ) -> dict[str, Any]:
        if documents:
            write(documents)
        extractor = Extractor(
            method=method,  # type: ignore[arg-type]
            **{"registry": False, "sentence_characters": 600, "seconds": 0, "memory": 0},
            llm=replace(llm, **changes),
        )
        config = Config(extractor=extractor, knowledge=knowledge)
        new = tmp_path / "build" / ".new" / out
        shutil.rmtree(new, ignore_errors=True)
        new.parent.mkdir(parents=True, exist_ok=True)
        metrics = stage(config, elements=tmp_path / "elements", facts=new)
        if (new.parent.parent / out).exists():
            (new.parent.parent / out).rename(tmp_path / f"old-{len(list(tmp_path.iterdir()))}")
        new.rename(new.parent.parent / out)
        row, *_ = table.read(new.parent.parent / out)
        return {**metrics, "row": row}

    return extract


def test_what_quotes_show_is_kept_and_the_rest_is_dropped_and_counted(server: Server, run: Any) -> None:
    lies = [
        {**LAYERS, "value": "40"},
        {**LAYERS, "quote": "Llama 2 7B has 40 layers", "value": "40"},
        {**LAYERS, "subject": "Llama 3 8B"},
        {**LAYERS, "name": "moons"},
        {**LAYERS, "value": "3"},
        {**LAYERS, "name": "licence"},
        "no object",
    ]
    server.reply = lambda _: says(
        {"parameters": [LAYERS, WIDTH, *lies], "relations": [USES, {**USES, "object": "ALiBi"}]}
    )
    found = run()
    assert [(one["subject"], one["name"], one["number"]) for one in found["row"]["parameters"]] == [
        ("Llama 2 7B", "layers", 32.0),
        ("Llama 2 7B", "hidden size", 4096.0),
    ]
    for fact in [*found["row"]["parameters"], *found["row"]["relations"]]:
        assert TEXT[fact["start"] : fact["end"]] == fact["quote"]
    assert found["relations"] == 1
    assert found["claims"] == {
        "kept": 3,
        "a part of the fact is empty": 1,
        "the object is not in the quote": 1,
        "the parameter is unknown": 1,
        "the quote is not in the element": 1,
        "the subject is not named there": 1,
        "the value is none of the parameter": 1,
        "the value is not in the quote": 2,
    }
    (path, body, key), *_ = server.asked
    assert (path, body["temperature"], key) == ("/v1/chat/completions", 0, None)
    assert body["response_format"]["type"] == "json_schema"


def test_a_second_run_asks_nothing_and_a_clean_one_neither(server: Server, run: Any) -> None:
    server.reply = lambda _: says({"parameters": [LAYERS], "relations": []})
    first = run()
    assert len(server.asked) == 1
    assert run() == first
    assert run("clean") == first, "the answers are kept outside the table"
    assert len(server.asked) == 1


def test_a_server_that_fails_once_is_asked_again(server: Server, run: Any) -> None:
    server.reply = lambda number: (503, b"") if number == 1 else says({"parameters": [LAYERS], "relations": []})
    assert run()["parameters"] == 1


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ((500, b"broken"), "model: no answer from the server (RetryError)"),
        ((400, b"too long"), "model: the server answered 400 Bad Request"),
        ((200, b"<html>"), "model: the server's answer is no chat completion"),
        (says("I think that Llama has many layers."), "model: no answer is JSON of the schema"),
    ],
)
def test_a_document_is_given_up_and_asked_again_next_time(
    server: Server, run: Any, reply: tuple[int, bytes], reason: str
) -> None:
    whole = says({"parameters": [LAYERS], "relations": []})
    server.reply = lambda number: whole if OTHER in server.asked[number - 1][1]["messages"][-1]["content"] else reply
    found = run(documents={"a.md": TEXT, "b.md": f"{TEXT} {OTHER}"})
    assert (found["documents"], found["given_up"], found["row"]["given_up"]) == (2, 1, reason)
    server.reply = lambda _: whole
    asked = len(server.asked)
    found = run()
    assert (found["given_up"], found["parameters"], len(server.asked) - asked) == (0, 2, 1)


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        ((404, b"no such model"), "the server answered 404 Not Found"),
        ((401, b"no such key"), "the server answered 401 Unauthorized"),
        ((500, b"broken"), r"no answer from the server \(RetryError\)"),
        (says("I think that Llama has many layers."), "no answer is JSON of the schema"),
    ],
)
def test_a_model_that_gives_nothing_is_told_in_one_line(
    server: Server, run: Any, reply: tuple[int, bytes], line: str
) -> None:
    server.reply = lambda _: reply
    with pytest.raises(UserError, match=rf"^extractor.llm: {line}; asked was the model 'm' at \S+; run again .+$"):
        run()
    server.reply = lambda _: says({"parameters": [LAYERS], "relations": []})
    assert run()["parameters"] == 1


def test_no_more_documents_are_tried_when_some_in_a_row_had_no_answer(server: Server, run: Any) -> None:
    server.reply = lambda _: (500, b"broken")
    with pytest.raises(UserError, match="RetryError"):
        run(documents={f"{n}.md": f"{TEXT} {n}" for n in range(9)}, retries=0)
    assert len(server.asked) == PATIENCE


def test_nobody_there(run: Any) -> None:
    with pytest.raises(UserError, match=r"^extractor.llm: no answer from the server \(ConnectionError\); asked was "):
        run(url="http://127.0.0.1:9/v1")


def test_a_server_that_says_nothing_is_not_waited_for_question_by_question(run: Any) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(UserError, match="no answer from the server"):
            run(url=f"http://127.0.0.1:{silent.getsockname()[1]}/v1", timeout=1, retries=0)


def test_a_name_that_nobody_knows_is_a_model_s_only_with_a_size(server: Server, run: Any) -> None:
    text = "Kestrel 9B Chat has 24 layers. Appendix Three has 40 layers. Table 7B has 12 layers."
    names = {"Kestrel 9B Chat": "24", "Appendix Three": "40", "Table 7B": "12"}
    claims = [
        {"subject": name, "name": "layers", "value": value, "quote": f"{name} has {value} layers"}
        for name, value in names.items()
    ]
    server.reply = lambda _: says({"parameters": claims, "relations": []})
    found = run(documents={"a.md": text})
    assert [one["subject"] for one in found["row"]["parameters"]] == ["Kestrel 9B Chat"]
    assert found["claims"] == {"kept": 1, "the subject is no model": 2}


def test_the_key_comes_from_the_environment(server: Server, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server.reply = lambda _: says(NOTHING)
    with pytest.raises(UserError, match="the environment has no ASK_KEY"):
        run(key="ASK_KEY")
    monkeypatch.setenv("ASK_KEY", "hush")
    run(key="ASK_KEY")
    assert server.asked[0][2] == "Bearer hush"


def test_both_extractors_and_how_far_they_agree(server: Server, run: Any) -> None:
    server.reply = lambda _: says({"parameters": [LAYERS], "relations": []})
    rules = {(one["name"], one["value"]) for one in run("both", method="both")["row"]["parameters"]}
    assert ("layers", "32") in rules
    found = run("both", method="both")
    assert found["agreement"]["both"] == 1
    assert found["agreement"]["share"] == pytest.approx(1 / len(rules), abs=1e-3)


@pytest.mark.parametrize("family", ["tiny-llama", "tiny-rwkv"])
def test_a_model_here_can_write_nothing_but_the_schema(family: str) -> None:
    """RWKV keeps a state between tokens where others keep keys and values."""
    wanted = {"type": "object", "properties": {"name": {"enum": ["layers", "heads"]}}, "required": ["name"]}
    wanted["additionalProperties"] = False
    model = Local(Model(**yaml.safe_load((ROOT / f"conf/model/{family}.yaml").read_text())), 200)
    answer = model.answer([{"role": "user", "content": "Which?"}], wanted)
    jsonschema.validate(json.loads(answer), wanted)
    whole = schema(["layers"])
    cut = model.answer([{"role": "user", "content": "Which?"}], whole)
    assert cut.startswith('{"parameters"'), "as far as it came, it fits"
