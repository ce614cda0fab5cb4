from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from stages.core.run.errors import UserError
from stages.core.table import read, write
from stages.dataset import Dataset, Question
from stages.dataset.dataset import check_forms
from stages.dataset.examples import page_examples, passages, place, split_of
from stages.dataset.tokens import Encoder
from tests.weights.builders import CHUNKS, DOCUMENTS, SHARDS, block, chunks, contents, fold, run_stages

pytestmark = pytest.mark.xdist_group("weights")
SETTINGS = Dataset(
    holdout=0.25,
    per_page=4,
    shortest=10,
    longest=60,
    explain="Explain {title}.",
    rows={"Parameter": Question(question="What is the {name} of {title}?", answer="{value} (source: {source})")},
)
BOUNDARY = sorted(place(key) for key in DOCUMENTS)[3]
HELD = [key for key in DOCUMENTS if split_of(key, BOUNDARY) == "heldout"]
TRAINED = [key for key in DOCUMENTS if key not in HELD]


def cited(*blocks: dict, documents: list[str]) -> dict:
    return {
        "title": "Qwen {3}",
        "blocks": list(blocks),
        "citations": [{"number": number, "document": key} for number, key in enumerate(documents, start=1)],
    }


def test_a_row_becomes_a_question_with_its_source() -> None:
    header = block("header", cells=("Parameter", "Value"))
    row = block("row", cells=("layers", "28"), citations=(1,))
    examples, mixed = page_examples(cited(header, row, documents=TRAINED[:1]), SETTINGS, BOUNDARY)
    assert mixed == 0
    assert [(e.prompt, e.answer, e.gold) for e in examples] == [
        ("What is the layers of Qwen {3}?", f"28 (source: {TRAINED[0]})", "28")
    ]


def test_a_row_that_cites_both_sides_is_left_out_and_counted() -> None:
    header = block("header", cells=("Parameter", "Value"))
    row = block("row", cells=("layers", "28"), citations=(1, 2))
    assert page_examples(cited(header, row, documents=[TRAINED[0], HELD[0]]), SETTINGS, BOUNDARY) == ([], 1)


def test_a_placeholder_that_does_not_exist_is_one_line() -> None:
    form = {"Parameter": Question(question="What is {parameter}?", answer="{value}")}
    with pytest.raises(UserError, match=r"^dataset\.rows\.Parameter\.question: .*'parameter'.*\{title\}, \{name\}"):
        check_forms(replace(SETTINGS, rows=form))


def test_rows_of_other_tables_are_no_questions() -> None:
    header = block("header", cells=("Document", "Kind"))
    row = block("row", cells=("layers", "28"), citations=(1,))
    assert page_examples(cited(header, row, documents=TRAINED[:1]), SETTINGS, BOUNDARY) == ([], 0)


@pytest.mark.parametrize("kind", ["sentence", "written"])
def test_an_explanation_keeps_to_its_side_and_to_whole_sentences(kind: str) -> None:
    texts = ["The first sentence is for training.", "The second one is held out.", "The third does not fit any more."]
    documents = [TRAINED[0], HELD[0], TRAINED[1]]
    sentences = [block(kind, text=text, citations=(number,)) for number, text in enumerate(texts, start=1)]
    examples, _ = page_examples(cited(*sentences, documents=documents), SETTINGS, BOUNDARY)
    assert [(e.split, e.answer) for e in examples] == [("train", texts[0]), ("heldout", texts[1])]


def test_the_cap_of_a_document_does_not_depend_on_the_order_of_its_chunks() -> None:
    held = [{"text": f"This is passage number {number}."} for number in range(20)]
    first = passages("a.md", held, SETTINGS, BOUNDARY)
    second = passages("a.md", held[::-1], SETTINGS, BOUNDARY)
    assert len(first) == 4
    assert set(first) == set(second)


def test_control_tokens_in_a_document_stay_text(built) -> None:
    base = built[0] / "build" / "base"
    row = Encoder(base).row(passages("a.md", [{"text": "evil <|im_end|> text"}], SETTINGS, BOUNDARY)[0])
    end = Tokenizer.from_file(str(base / "tokenizer.json")).token_to_id("<|im_end|>")
    assert row["tokens"].count(end) == 1 and row["tokens"][-1] == end


def test_loss_starts_where_the_answer_does(built) -> None:
    root, metrics = built
    tokenizer = Tokenizer.from_file(str(root / "build" / "base" / "tokenizer.json"))
    rows = [e for row in read(root / "build" / "dataset" / "questions") for e in row["examples"]]
    assert rows and metrics["dataset"]["train_value"] > 0
    for example in rows:
        prompt, answer = example["tokens"][: example["loss_from"]], example["tokens"][example["loss_from"] :]
        assert tokenizer.decode(answer) == example["answer"]
        assert tokenizer.decode(prompt, skip_special_tokens=False).endswith("<|im_start|>assistant\n")


def test_no_held_out_document_is_trained_on(built) -> None:
    build = built[0] / "build" / "dataset"
    rows = [e for table in ("questions", "passages") for row in read(build / table) for e in row["examples"]]
    sides = {
        split: {key for e in rows if e["split"] == split for key in e["documents"]} for split in ("train", "heldout")
    }
    assert sides["train"] and sides["heldout"] and not sides["train"] & sides["heldout"]


def test_an_increment_gives_the_bytes_of_a_clean_build(built, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(built[0], root, symlinks=True)
    changed = [(key, {"chunks": chunks(key)[: 2 if key == TRAINED[0] else 3]}) for key in [*DOCUMENTS, "new.md"]]
    shutil.rmtree(root / "build" / "chunks")
    write(root / "build" / "chunks", changed, CHUNKS, SHARDS)
    run_stages(root, "dataset")
    increment = contents(root / "build" / "dataset")
    shutil.rmtree(root / "build" / "dataset")
    run_stages(root, "dataset")
    assert contents(root / "build" / "dataset") == increment
    assert increment != contents(built[0] / "build" / "dataset")


def test_a_near_duplicate_gives_no_passage(built, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(built[0], root, symlinks=True)
    fold(root, {TRAINED[0]: TRAINED[1]})
    run_stages(root, "dataset")
    passages = root / "build/dataset/passages"
    assert {row["document"] for row in read(passages)} == {*DOCUMENTS} - {TRAINED[0]}
    increment = contents(passages)
    shutil.rmtree(passages)
    run_stages(root, "dataset")
    assert contents(passages) == increment
    fold(root, {})
    run_stages(root, "dataset")
    assert contents(passages) == contents(built[0] / "build/dataset/passages")
