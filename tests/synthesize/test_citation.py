"""The verifier of benchmarks/citation on pages as they are, and with a wrong number, source or subject."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.citation.__main__ import measure, shares
from benchmarks.citation.judge import Judge
from benchmarks.citation.passages import Column, Passage
from benchmarks.citation.statements import Statement
from stages.synthesize.__main__ import stage
from tests.synthesize.builders import build, entity
from tests.synthesize.test_synthesize import CONFIG, DOCUMENTS, KNOWLEDGE

MODELS = [entity(name.lower(), name) for name in ("Llama 2 7B", "Llama 3 8B", "Qwen3 8B")]
ROW = (Column("Llama 2 7B", ("Model",), ()), Column("32", ("Layers",), ("Llama 2 7B",)))


def claim(subject: str, parameter: str, text: str) -> Statement:
    return Statement("page", "value", text, (), subject, parameter)


def test_pages_as_they_are(tmp_path: Path) -> None:
    stage(CONFIG, **build(tmp_path, DOCUMENTS, KNOWLEDGE, {}), docs=tmp_path / "docs")
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/synthesize.yaml").write_text(yaml.safe_dump({"knowledge": {"parts": CONFIG.knowledge.parts}}))
    _, _, verdicts, differing = measure(tmp_path)
    lost = [one.statement for one in verdicts if not one.supported]  # what the test's own knowledge made up
    assert all(one.relation in ("context", "variant of") or one.page in ("compatibility", "lineage") for one in lost)
    kept = shares([one for one in verdicts if one.statement not in lost])
    assert kept["statements"] > 20 and kept["precision"] == 1
    assert {one.page for one in differing} <= {"lineage"}


@pytest.mark.parametrize(
    ("passage", "said", "unsaid"),
    [
        (
            Passage("NarrativeText", "Llama 2 7B has 32 layers and Llama 3 8B has 128 key-value heads.", ()),
            [("Llama 2 7B", "layers", "32"), ("Llama 3 8B", "key-value heads", "128")],
            [("Llama 2 7B", "layers", "128"), ("Llama 2 7B", "heads", "32"), ("Llama 3 8B", "layers", "32")],
        ),
        (
            Passage("Table", "Llama 2 7B | 32", ROW, sections=("Llama 3 8B",)),
            [("Llama 2 7B", "layers", "32")],
            [("Llama 3 8B", "layers", "32"), ("Llama 2 7B", "heads", "32"), ("Llama 2 7B", "layers", "33")],
        ),
        (
            Passage("NarrativeText", "Head size is 128, except in the 8B model.", (), title="Qwen3"),
            [],
            [("Qwen3 8B", "head dimension", "128")],
        ),
        (
            Passage("FrontMatter", "num_hidden_layers: 4_096", (), title="Qwen3 8B"),
            [("Qwen3 8B", "layers", "4K"), ("Qwen3 8B", "layers", "4,096")],
            [("Llama 3 8B", "layers", "4K"), ("Qwen3 8B", "layers", "4,000,000")],
        ),
    ],
)
def test_what_a_passage_says(passage: Passage, said: list[Any], unsaid: list[Any]) -> None:
    judge = Judge(MODELS, {})
    assert [one for one in said if not judge.supports(claim(*one), [passage])] == []
    assert [one for one in unsaid if judge.supports(claim(*one), [passage])] == []


def test_another_place_of_the_document_names_the_subject_where_nothing_nearer_names_one() -> None:
    judge = Judge(MODELS, {})
    wanted = claim("Qwen3 8B", "layers", "24")
    bare = Passage("NarrativeText", "We set the number of layers to 24.", (), document="a.md")
    named = Passage("NarrativeText", "We release Qwen3 8B for all.", (), document="a.md")
    assert judge.supports(wanted, [bare, named])
    assert not judge.supports(wanted, [bare]) and not judge.supports(wanted, [named])
    assert not judge.supports(wanted, [bare, replace(named, document="b.md")])
    assert not judge.supports(wanted, [bare, replace(named, span="We release Llama 3 8B for all.")])
    assert not judge.supports(wanted, [replace(bare, before="Llama 2 7B is older."), named])
    assert not judge.supports(wanted, [replace(bare, span="For Llama 2 7B, we set the number of layers to 24."), named])


@pytest.mark.parametrize(
    ("text", "subject", "parameter", "value"),
    [
        ("Qwen3 8B was trained with 𝛽2 = 0.95.", "Qwen3 8B", "Adam beta2", "0.95"),
        ("Qwen3 8B ran on 8xH100 80GB.", "Qwen3 8B", "hardware", "8 H100 80GB"),
        ("Qwen3 8B ran on 16 Nvidia V100 GPUs.", "Qwen3 8B", "hardware", "16 V100"),
        ("For Qwen3 8B, the gradient clipping norm is 1.0.", "Qwen3 8B", "gradient clipping", "1.0"),
        ("KITEBASE has 12 layers.", "Kite Base", "layers", "12"),
    ],
)
def test_what_other_letters_and_words_say_alike(text: str, subject: str, parameter: str, value: str) -> None:
    judge = Judge([*MODELS, entity("kite", "Kite Base")], {})
    assert judge.supports(claim(subject, parameter, value), [Passage("NarrativeText", text, ())])
    assert not judge.supports(claim(subject, parameter, f"2{value}"), [Passage("NarrativeText", text, ())])


@pytest.mark.parametrize(
    "told", ["Llama 2 7B, formerly Alpaca 2 7B, is out.", "Alpaca-2-13B was renamed to Llama 2 13B."]
)
def test_a_passage_under_an_earlier_name_counts_beside_one_that_tells_the_new_one(told: str) -> None:
    judge = Judge([*MODELS, entity("llama-2-13b", "Llama 2 13B")], {})
    stated = Passage("NarrativeText", "Alpaca v2 13B has 40 layers.", (), document="a.md")
    renamed = Passage("NarrativeText", told, (), document="b.md")
    held = claim("Llama 2 13B", "layers", "40")
    assert judge.supports(held, [stated, renamed])
    assert not judge.supports(held, [stated]) and not judge.supports(held, [renamed])
    assert not judge.supports(claim("Llama 2 7B", "layers", "40"), [stated, renamed])
    assert not judge.supports(held, [stated, replace(renamed, span="Llama 2 7B and Alpaca 2 7B are out.")])


def test_neither_a_maker_nor_a_manner_is_a_model() -> None:
    judge = Judge([*MODELS, entity("kite", "Kite")], {})
    for word, said in (("Kite-AI (2024)", True), ("a Kite-style decoder", True), ("Kite", False)):
        passage = Passage("NarrativeText", f"After {word}, it has 32 layers.", (), title="Qwen3 8B")
        assert judge.supports(claim("Qwen3 8B", "layers", "32"), [passage]) is said


def test_of_a_sentence_every_letter_counts() -> None:
    passage = Passage("NarrativeText", "It has  32 layers.", ())
    verdicts = [
        Judge(MODELS, {}).supports(Statement("page", "sentence", text, ()), [passage])
        for text in ("It has 32 layers.", "It has 33 layers.")
    ]
    assert verdicts == [True, False]
