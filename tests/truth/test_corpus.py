"""The corpus as files: the same bytes anywhere, the same documents at any size, and edits of one value."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.truth import corpus as corpora
from benchmarks.truth import dice, sentences
from benchmarks.truth.article import KINDS, make_document
from benchmarks.truth.dice import DEVELOP, PARTS, of_part
from benchmarks.truth.facts import family
from benchmarks.truth.names import base_name, spellings
from benchmarks.truth.parameters import PARAMETERS
from benchmarks.truth.score.parameters import model_key, value_of
from benchmarks.truth.spelling import _ways, normal
from stages.extract.numbers import to_number


def hashes(out: Path) -> dict[str, str]:
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("part", PARTS)
def test_same_bytes_under_another_hash_seed_clock_and_folder(part: str, tmp_path: Path) -> None:
    corpora.write_corpus(tmp_path / "here", documents=len(KINDS), part=part)
    options = ["--documents", str(len(KINDS)), "--part", part]
    command = [sys.executable, "-m", "benchmarks.truth", tmp_path / "there", *options]
    environment = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}
    subprocess.run(command, check=True, env=environment, capture_output=True)
    here = hashes(tmp_path / "here")
    assert here == hashes(tmp_path / "there")
    assert {path.split("/")[1] for path in here if path.startswith("documents")} == set(KINDS)


def test_a_corpus_that_grows_keeps_its_documents(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    corpora.write_corpus(small, documents=12)
    corpora.write_corpus(large, documents=30)
    few, many = hashes(small / corpora.DOCUMENTS), hashes(large / corpora.DOCUMENTS)
    assert len(few) == 12 and few.items() <= many.items()
    corpora.write_corpus(tmp_path / "other", documents=12, seed=2)
    assert not set(hashes(tmp_path / "other" / corpora.DOCUMENTS).values()) & set(few.values())


def test_an_edit_alters_one_value_of_one_document(tmp_path: Path) -> None:
    corpora.write_corpus(tmp_path, documents=20)
    before, truth = hashes(tmp_path), list(corpora.read_truth(tmp_path, "mentions"))
    for number in range(20):
        rows = corpora.edit(tmp_path, number)
        path = rows["documents"][0]["document"]
        changed = {name for name, held in hashes(tmp_path).items() if held != before[name]}
        assert changed == {f"documents/{path}"}
        old = [row for row in truth if row["document"] == path]
        pairs = zip(sorted(old, key=place), sorted(rows["mentions"], key=place), strict=True)
        moved = [(one["model"], one["parameter"], two["value"]) for one, two in pairs if one["value"] != two["value"]]
        assert len(set(moved)) == 1
        corpora.write_document(tmp_path, make_document(1, DEVELOP, number), DEVELOP)
        assert hashes(tmp_path) == before
    gone = corpora.remove(tmp_path, 3)
    assert set(before) - set(hashes(tmp_path)) == {f"documents/{gone}"}


def place(row: dict) -> tuple:
    return row["model"], row["parameter"], row["element"], row["start"]


def test_score_has_templates_names_and_looks_of_its_own() -> None:
    for name in ("OF", "COUNT", "RESULT", "MANY", "AGAINST", "TRAPS", "OF_IT", "COUNT_IT", "RENAMED", "NUMBERS"):
        templates = getattr(sentences, name)
        held = [set(of_part(templates, part)) for part in PARTS]
        assert not held[0] & held[1] and held[0] | held[1] == set(templates) and all(held)
    names = [{base_name(part, index) for index in range(7000)} for part in PARTS]
    assert len(names[0]) == len(names[1]) == 7000 and not names[0] & names[1]


def test_dice_take_one_draw_each() -> None:
    one, other = dice.dice("a", 1), dice.dice("a", 1)
    one.pick("abc"), one.chance(0.5), one.between(1, 9)
    other.random(), other.random(), other.random()
    assert one.random() == other.random()


@pytest.mark.parametrize("part", PARTS)
def test_every_spelling_reads_back_as_its_value(part: str) -> None:
    for index in range(40):
        for model in family(1, part, index).models:
            for name, value in model.values.items():
                parameter = PARAMETERS[name]
                if isinstance(value, (int, float)):
                    for way in _ways(parameter, value):
                        read = to_number(way, length=parameter.kind == "length")
                        assert read is not None and value_of(way, read) == normal(value), (name, value, way)


@pytest.mark.parametrize("part", PARTS)
def test_names_of_different_models_never_agree(part: str) -> None:
    held: dict[str, str] = {}
    for index in range(300):
        chosen = family(1, part, index)
        for model in chosen.models:
            former = chosen.style.name(model.version, model.size, model.variant, former=True)
            ways = [model.name, *spellings(model.name, "", part), *([former] if chosen.style.former else [])]
            for way in ways:
                assert held.setdefault(model_key(way.removeprefix("/")), model.name) == model.name, way
