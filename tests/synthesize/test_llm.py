"""Pages in a language model's words: real HTTP to a server on loopback, and a real (tiny, random) model loaded here."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from litmill.verify.evidence import Evidence
from litmill.verify.pages import faults_of
from stages.core.llm import Adapter
from stages.core.run.errors import UserError
from stages.core.source import Model
from stages.core.table import read, shard_files
from stages.synthesize import LanguageModel, Price
from stages.synthesize.__main__ import stage
from tests.synthesize.builders import build
from tests.synthesize.test_synthesize import BAD, CONFIG, DOCUMENTS, KNOWLEDGE, ONE

TRUE = "In each of its blocks this library's Llama 2 7B uses RMSNorm, with a context of 2048 tokens."
LIES = {
    "Llama 2 7B has a context of 2049 tokens in this library.": "number not in its quotes",
    "Llama 2 7B in this library has a context of 2048 tokens and Mistral blocks.": "name not in its quotes",
    "QLlama2 has a context of 2048 tokens in this library.": "name not in its quotes",
    "Llama 2.": "no sentence",
    "Llama 2 7B has a context of 2048 tokens in this": "no sentence",
    "What is said of it elsewhere.": "words not in its quotes",
    "Llama 2 7B is Llama 2 7B.": "words not in its quotes",
    "Llama 2 7B has no context of 2048 tokens in this library.": "denies what its quotes do not",
    "Llama 2 7B surely impresses everybody with delightful poetry.": "words not in its quotes",
}
TINY = {"model_type": "llama", "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
TINY |= {"num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 4096}
RANDOM = Model(name="tiny", source="random", package="", path="", sha256="", dtype="float32", config=TINY)


class Server(ThreadingHTTPServer):
    """An OpenAI chat endpoint: `reply` gives the sentences for (page, section, quotes by number, asked again)."""

    reply: Callable[[str, str, dict[int, str], bool], Any]
    asked: list[dict[str, Any]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        lines = body["messages"][1]["content"].splitlines()
        quotes = {int(found[1]): found[2] for line in lines if (found := re.match(r"\[(\d+)\] (.*)", line))}
        answer = self.server.reply(lines[0][6:], lines[1][9:], quotes, len(body["messages"]) > 2)
        self.send_response(200 if answer is not None else 500)
        used = {"prompt_tokens": 100, "completion_tokens": 10}
        text = json.dumps({"choices": [{"message": {"content": json.dumps(answer)}}], "usage": used}).encode()
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        pass


def sentences(*held: tuple[str, int]) -> dict[str, Any]:
    return {"sentences": [{"text": text, "quotes": [number]} for text, number in held]}


def nothing(*_: Any) -> dict[str, Any]:
    return sentences()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("LITMILL_CACHE", str(tmp_path / "cache"))
    held = Server(("127.0.0.1", 0), Handler)
    held.asked = []
    thread = threading.Thread(target=held.serve_forever, args=[0.01])
    thread.start()
    yield held
    held.shutdown()
    thread.join()
    held.server_close()


@pytest.fixture
def write(tmp_path: Path, server: Server) -> Callable[..., tuple[dict[str, Any], dict[str, Any]]]:
    llm = LanguageModel(
        url=f"http://127.0.0.1:{server.server_port}/v1",
        **{"model": "m", "key": "", "local": None, "timeout": 10, "retries": 0, "concurrency": 3},
        **{"elements": 8, "characters": 400, "answer_tokens": 60},
    )

    def run(
        out: str, documents: Any = DOCUMENTS, more: dict[str, Any] | None = None, **changes: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        writer = replace(CONFIG.writer, llm=replace(llm, **(more or {})), price=Price(read=2.0, written=5.0))
        config = replace(CONFIG, writer=replace(writer, **changes))
        held = build(tmp_path / f"build-{out}", documents, KNOWLEDGE, BAD)
        metrics = stage(config, **held, docs=tmp_path / out)
        return {row["document"]: row for row in read(tmp_path / out)}, metrics["by_model"]

    return run


def said(page: dict[str, Any]) -> list[str]:
    return [block["text"] for block in page["blocks"] if block["kind"] == "written"]


def faults(pages: dict[str, Any]) -> list[str]:
    """What the verifier has against sentences that the model wrote."""
    texts = {(key, one["id"]): one["text"] for key, held in DOCUMENTS.items() for one in held["elements"]}
    names = {held["id"]: held["name"] for held in KNOWLEDGE["entities"]}
    evidence = Evidence(frozenset(DOCUMENTS), texts, {}, names, {})
    found = [(page, fault) for page in pages.values() for fault in faults_of(page, evidence)]
    return [fault.reason for page, fault in found if page["blocks"][fault.block]["kind"] == "written"]


def about_the_library(page: str, quotes: dict[int, str]) -> int:
    """The number of the quote on the library, on the page of the model."""
    return next((number for number, text in quotes.items() if "In this library" in text and "Llama" in page), 0)


def test_what_its_quotes_bear_out_stands_and_the_rest_is_dropped_and_counted(server: Server, write: Any) -> None:
    def reply(page: str, section: str, quotes: dict[int, str], again: bool) -> Any:
        number = about_the_library(page, quotes)
        if not number or section != "What is said of it":
            return sentences()
        return (
            sentences(*((text, number) for text in LIES)) if again else sentences((TRUE, number), (next(iter(LIES)), 1))
        )

    server.reply = reply
    pages, metrics = write("docs")
    assert said(pages["models/llama-2-7b"]) == [TRUE]
    assert metrics["dropped_by_reason"] == dict(Counter(LIES.values()))
    assert (metrics["sentences"], metrics["rewritten"], metrics["dropped"]) == (1, 1, len(LIES))
    assert (metrics["tokens_read"], metrics["tokens_written"]) == (100 * len(server.asked), 10 * len(server.asked))
    assert metrics["cost"] == pytest.approx((2.0 * metrics["tokens_read"] + 5.0 * metrics["tokens_written"]) / 1e6)
    assert faults(pages) == []
    (asked,) = [one for one in server.asked if len(one["messages"]) > 2]
    assert "2049 tokens in this library. (number not in its quotes)" in asked["messages"][3]["content"]


def test_a_rewritten_sentence_stands(server: Server, write: Any) -> None:
    def reply(page: str, section: str, quotes: dict[int, str], again: bool) -> Any:
        number = about_the_library(page, quotes)
        return sentences((TRUE if again else next(iter(LIES)), number)) if number else sentences()

    server.reply = reply
    pages, metrics = write("docs")
    assert TRUE in said(pages["models/llama-2-7b"]) and metrics["dropped"] == 0 and metrics["rewritten"] > 0


def test_where_nothing_stands_the_quotes_stay(server: Server, write: Any) -> None:
    server.reply = nothing
    pages, metrics = write("docs")
    assert metrics["sentences"] == 0 and metrics["sections"] > 3
    kinds = {block["kind"] for block in pages["models/llama-2-7b"]["blocks"]}
    assert "sentence" in kinds and "written" not in kinds


def test_a_changed_document_is_asked_about_on_the_pages_that_cite_it_alone(
    server: Server, write: Any, tmp_path: Path
) -> None:
    server.reply = nothing
    _, first = write("docs")
    asked = len(server.asked)
    _, second = write("again")
    assert len(server.asked) == asked and second == first, "what was asked is kept, and counted the same"
    same = [
        (tmp_path / name / file.name).read_bytes()
        for file in shard_files(tmp_path / "docs")
        for name in ("docs", "again")
    ]
    assert same[::2] == same[1::2]
    changed = {**DOCUMENTS, "markdown/one.md": json.loads(json.dumps(DOCUMENTS["markdown/one.md"]))}
    last = changed["markdown/one.md"]["elements"][-1]
    last["text"] = last["text"].replace("nothing at all", "one thing less")
    pages, _ = write("changed", changed)
    cite = {row["title"] for row in pages.values() if any(one["quote"] == last["text"] for one in row["citations"])}
    quoted = {"One", "Home"}  # pages that no model words
    assert {body["messages"][1]["content"].splitlines()[0][6:] for body in server.asked[asked:]} == cite - quoted


def test_a_silent_server_ends_the_stage_in_one_line_and_the_next_run_goes_on(server: Server, write: Any) -> None:
    server.reply = lambda page, *_: None if page == "RMSNorm" else sentences()
    with pytest.raises(UserError, match=r"^writer\.llm: .* run again to go on$"):
        write("docs", more={"concurrency": 1})
    before = {body["messages"][1]["content"] for body in server.asked if "Page: RMSNorm" not in str(body)}
    server.asked.clear()
    server.reply = nothing
    write("again")
    assert before and not before & {body["messages"][1]["content"] for body in server.asked}


def test_a_judge_has_a_say(server: Server, write: Any) -> None:
    def reply(page: str, section: str, quotes: dict[int, str], again: bool) -> Any:
        if server.asked[-1]["model"] == "judge":
            return {"follows": False}
        number = about_the_library(page, quotes)
        return sentences((TRUE, number)) if number else sentences()

    server.reply = reply
    judge = LanguageModel(
        url=f"http://127.0.0.1:{server.server_port}/v1",
        **{"model": "judge", "key": "", "local": None, "timeout": 10, "retries": 0, "concurrency": 1},
        **{"elements": 0, "characters": 400, "answer_tokens": 16},
    )
    pages, metrics = write("docs", more={"concurrency": 1}, judge=judge)
    assert not said(pages["models/llama-2-7b"])
    assert set(metrics["dropped_by_reason"]) == {"the judge finds it not in its quotes"}


def test_a_model_that_is_loaded_here_writes_with_a_pinned_adapter(write: Any, tmp_path: Path) -> None:
    from peft import LoraConfig, get_peft_model

    from stages.core.models import folder_sha256
    from stages.core.source.load import SOURCES

    lora = LoraConfig(r=2, target_modules=["q_proj"], task_type="CAUSAL_LM", init_lora_weights=False)
    get_peft_model(SOURCES["random"](RANDOM, 0)[0], lora).save_pretrained(tmp_path / "adapter")
    only = {"markdown/one.md": DOCUMENTS["markdown/one.md"]}
    local = {"url": "", "model": "", "local": RANDOM, "concurrency": 1, "elements": 1, "answer_tokens": 32}
    with pytest.raises(UserError, match=r"^writer\.adapter\.sha256: is empty; .* set it to [0-9a-f]{64}$"):
        write("unpinned", only, local, adapter=Adapter(path=str(tmp_path / "adapter"), sha256=""))
    pinned = Adapter(path=str(tmp_path / "adapter"), sha256=folder_sha256(tmp_path / "adapter"))
    pages, metrics = write("docs", only, local, adapter=pinned)
    assert metrics["tokens_written"] >= metrics["sections"] > 0 and metrics["tokens_read"] > 100
    assert ONE.partition(" It ")[0] in str(pages["models/llama-2-7b"]), "random words do not stand, so the quotes stay"
