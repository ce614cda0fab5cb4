"""Pages in Russian: what is ours is Russian, what is quoted is as it was."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from litmill.verify.pages import faults_of
from stages.core import table
from stages.core.words import RUSSIAN, Words
from stages.site import Config as SiteConfig
from stages.site import Site
from stages.site.__main__ import stage as site_stage
from stages.synthesize.__main__ import stage
from tests.synthesize import test_files, test_sections, test_synthesize
from tests.synthesize.builders import build

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
NAMES = re.compile(r"(?:layers|context|heads|models? .*)", re.IGNORECASE)  # of parameters, which stay as they are


def pages(root: Path, language: Any, held: Any) -> dict[str, Any]:
    config = replace(test_synthesize.CONFIG, language=language)
    inputs = build(root / f"build-{language}", held.DOCUMENTS, held.KNOWLEDGE, getattr(held, "BAD", {}))
    stage(config, **inputs, docs=root / language)
    return {row["document"]: row for row in table.read(root / language)}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any], Path]:
    root = tmp_path_factory.mktemp("both")
    return pages(root, "en", test_synthesize), pages(root, "ru", test_synthesize), root


def ours(page: dict[str, Any]) -> list[str]:
    """What a page says itself: headings, headers of tables, notes that are no list of names."""
    blocks = [block for block in page["blocks"] if block["kind"] in ("heading", "header", "note")]
    texts = [text for block in blocks for text in [block["text"], *(cell["text"] for cell in block["cells"])] if text]
    return [text for text in texts if not NAMES.fullmatch(text)]


def test_what_pages_say_themselves_is_russian(both: Any) -> None:
    english, russian, _ = both
    names = {entity["name"] for entity in test_synthesize.KNOWLEDGE["entities"]} | {
        "Llama 2 7B, RMSNorm",
        "RMSNorm + b:z",
        *("one.md", "two.md"),  # where documents lie
    }
    left = {text for page in russian.values() for text in ours(page) if not CYRILLIC.search(text)} - names
    assert not left
    assert not [text for page in english.values() for text in ours(page) if CYRILLIC.search(text)]
    assert russian["index"]["title"] == "Главная" and russian["models/llama-2-7b"]["title"] == "Llama 2 7B"


def test_lines_of_diagrams_and_units_of_plots_are_russian(both: Any) -> None:
    english, russian, _ = both
    drawn = [drawings(held["compatibility"]) + drawings(held["parameters/layers"]) for held in (english, russian)]
    assert [re.findall(r"\|(.+?)\|", text) for text in drawn[0]] == [["conflicts"], ["in 1 model"], []]
    assert [re.findall(r"\|(.+?)\|", text) for text in drawn[1]] == [["несовместимы"], ["в 1 модели"], []]
    assert 'n0["RMSNorm"]' in drawn[1][0] and json.loads(drawn[1][2])["unit"] == "моделей с таким значением"
    assert json.loads(drawn[1][2])["bars"] == json.loads(drawn[0][2])["bars"]
    assert Words("ru")("in 78 models") == "моделей: 78"


def drawings(page: dict[str, Any]) -> list[str]:
    return [block["text"] for block in page["blocks"] if block["kind"] in ("diagram", "plot")]


def test_what_is_quoted_is_as_it_was(both: Any) -> None:
    english, russian, _ = both
    assert english.keys() == russian.keys()
    for name, page in english.items():
        assert page["citations"] == russian[name]["citations"]
        for one, other in zip(page["blocks"], russian[name]["blocks"], strict=True):
            assert one["kind"] != "sentence" or one == other
            for cell, same in zip(one["cells"], other["cells"], strict=True):
                assert not (cell["entity"] or cell["parameter"]) or cell == same


def test_headings_of_documents_stay_and_tasks_are_named(tmp_path: Path) -> None:
    page = pages(tmp_path, "ru", test_sections)["approaches/lora"]
    headings = [block["text"] for block in page["blocks"] if block["kind"] == "heading"]
    assert "По разделам" in headings and {"Data", "Costs"} <= set(headings)
    said = Words("ru")
    assert (said("Fine-tuning"), said("architecture > feed-forward")) == (
        "Дообучение",
        "архитектура > полносвязный слой",
    )


def test_the_verifier_takes_a_russian_page(tmp_path: Path) -> None:
    page = pages(tmp_path, "ru", test_files)["families/heron"]
    assert page["title"] == "Семейство Heron"
    assert list(faults_of(page, test_files.evidence())) == []


def test_the_site_is_russian(both: Any, tmp_path: Path) -> None:
    figures = pa.schema([("figures", pa.list_(pa.struct([("id", pa.string()), ("media_type", pa.string())])))])
    table.write(tmp_path / "figures", [], figures, 1)
    config = SiteConfig(site=Site(name="Litmill", colour="indigo", book=[], formats=["pdf"]), language="ru")
    site_stage(config, docs=both[2] / "ru", figures=tmp_path / "figures", site=tmp_path / "site")
    model = (tmp_path / "site/models/llama-2-7b.html").read_text(encoding="utf-8")
    assert 'lang="ru"' in model and ">Источники<" in model.replace(chr(10), "") and "Модели" in model
    assert "Страниц: 1." in (tmp_path / "site/models/index.html").read_text(encoding="utf-8")


def test_a_pattern_keeps_its_parts() -> None:
    said = Words("ru")
    assert said("pdf document, no licence stated:") == "Документ, вид pdf, лицензия не указана:"
    assert said("Llama, Qwen") == "Llama, Qwen" and Words("en")("Models") == "Models"
    for text, translated in RUSSIAN.items():
        assert text.count("{}") == translated.count("{}"), text
