"""A model of which no sentence says what it is opens with its values, told in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from stages.core.summary import pieces
from stages.core.table import read
from stages.core.words import Language, Words
from stages.site.html import Body
from stages.synthesize.__main__ import stage
from tests.synthesize.builders import build, document, entity, parameter
from tests.synthesize.test_synthesize import CONFIG

SHAPES = (
    "The table gives Kestrel 7B 32 layers, 4,096 channels, 8 or 16 heads, 32,000 words and RMSNorm; Heron 2 layers."
)
OPENING = "Osprey 1B is a decoder with 16 layers, 2,048 channels and 32 heads, made for phones that are always offline."
PLACES = {"kestrel": ("one.md", "e1"), "heron": ("one.md", "e1"), "osprey": ("one.md", "e2")}


def stated(model: str, name: str, value: str, quote: str, **more: Any) -> dict[str, Any]:
    return parameter(model, name, value, (*PLACES[model], quote), **more)


KNOWLEDGE = {
    "entities": [entity("kestrel", "Kestrel 7B"), entity("heron", "Heron"), entity("osprey", "Osprey 1B")],
    "parameters": [
        stated("kestrel", "layers", "32", "32 layers"),
        stated("kestrel", "hidden size", "4,096", "4,096 channels"),
        stated("kestrel", "heads", "8", "8 or 16 heads", disputed=True),
        stated("kestrel", "heads", "16", "8 or 16 heads", disputed=True),
        stated("kestrel", "vocabulary", "32,000", "32,000 words", unit="tokens"),
        stated("kestrel", "normalisation", "RMSNorm", "RMSNorm"),
        stated("heron", "layers", "2", "2 layers"),
        stated("osprey", "layers", "16", "16 layers"),
        stated("osprey", "hidden size", "2,048", "2,048 channels"),
        stated("osprey", "heads", "32", "32 heads"),
    ],
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    root = tmp_path_factory.mktemp("summary")
    inputs = build(root, {"one.md": document("One", [SHAPES, OPENING], "one.md")}, KNOWLEDGE, {})
    stage(CONFIG, **inputs, docs=root / "docs")
    return {row["document"]: row for row in read(root / "docs")}


def summaries(page: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in page["blocks"] if block["kind"] == "summary"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "Kestrel 7B has 32 layers, a hidden size of 4,096 and a vocabulary of 32,000 tokens."
            " Its normalisation is RMSNorm.",
        ),
        ("ru", "Kestrel 7B: слоёв 32, скрытый размер 4,096 и словарь 32,000 tokens. Части: нормализация — RMSNorm."),
    ],
)
def test_values_on_which_sources_agree_are_told(pages: Any, language: Language, told: str) -> None:
    (block,) = summaries(pages["models/kestrel"])
    said = list(pieces(block["cells"], Words(language)))
    assert "".join(text + between for text, _, between in said) == told
    quotes = {one["number"]: one["quote"] for one in pages["models/kestrel"]["citations"]}
    assert [quotes[number] for _, numbers, _ in said[1:] for number in numbers] == [
        *("32 layers", "4,096 channels", "32,000 words", "RMSNorm"),
    ]


def test_it_stands_first_and_not_where_a_sentence_opens_the_page_or_little_is_known(pages: Any) -> None:
    assert pages["models/kestrel"]["blocks"][0]["kind"] == "summary"
    assert pages["models/osprey"]["blocks"][0]["kind"] == "sentence"
    assert not summaries(pages["models/osprey"]) + summaries(pages["models/heron"])


def test_a_page_shows_the_numbers_of_its_sources_behind_each_value(pages: Any) -> None:
    page = pages["models/kestrel"]
    body = Body(page, set(pages), {"models"}, lambda *_: "", Words("en")).markdown()
    assert '32 layers,\u202f<a class="mark" href="#source-' in body
    assert 'tokens.\u202f<a class="mark" href="#source-' in body
