"""The judge of `benchmarks.baseline`: what counts as told with a source, and what as wrong."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.baseline.judge import Claim, Place, Truth

SENTENCE = "Kestrel-2 7B has 32 layers."
UNNAMED = "It has 40 layers."
PLACES = [
    Place("a.md", SENTENCE, "Kestrel-2 7B", "Kestrel-2 7B", "layers", "32", "32"),
    Place("a.md", "Kestrel-2 7B scores 45.2 on MMLU.", "Kestrel-2 7B", "Kestrel-2 7B", "MMLU", "45.2", "45.2"),
    Place("b.md", UNNAMED, "Merlin 13B", "it", "layers", "40", "40"),
    Place("a.md", "rate 2.4e-4", "Kestrel-2 7B", "Kestrel-2 7B", "rate", "0.00024", "2.4e-4"),
    Place("a.md", "context 4,096", "Kestrel-2 7B", "Kestrel-2 7B", "context", "4096", "4,096"),
    Place("c.md", "RMSNorm", "Kestrel-2 7B", "kestrel-2-7b", "normalisation", "RMSNorm", "RMS norm"),
]
SURFACES = {"Kestrel-2 7B": "Kestrel-2 7B", "kestrel-2-7b": "Kestrel-2 7B", "Kestrel-2 7B Chat": "Kestrel-2 7B Chat"}
LABELS = {
    "layers": ["layers", "blocks"],
    "MMLU": ["MMLU"],
    "normalisation": ["norm"],
    "rate": ["rate"],
    "context": ["context"],
}
TRUTH = Truth(PLACES, SURFACES, LABELS)
LAYERS = ("Kestrel-2 7B", "layers", "32")


def cited(document: str, quote: str) -> list[dict[str, Any]]:
    return [{"document": document, "quote": quote}]


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (Claim(SENTENCE, cited("a.md", SENTENCE), quoted=True), {LAYERS}),
        (Claim("32 blocks make up kestrel-2-7b.", cited("a.md", SENTENCE)), {LAYERS}),
        (Claim("32", cited("a.md", "| 7B | 32 |"), about="Kestrel 2 7B", parameter="layers"), {LAYERS}),
        (
            Claim("RMSNorm", cited("c.md", "RMS norm"), about="Kestrel-2 7B"),
            {("Kestrel-2 7B", "normalisation", "RMSNorm")},
        ),
        (Claim(SENTENCE, cited("b.md", SENTENCE), quoted=True), set()),
        (Claim(SENTENCE, cited("a.md", "Kestrel-2 7B has few layers."), quoted=True), set()),
        (Claim("Kestrel-2 7B Chat has 32 layers.", cited("a.md", SENTENCE)), set()),
        (Claim("32", cited("a.md", "| 7B | 32 |"), about="Kestrel-2 7B", parameter="heads"), set()),
    ],
    ids=["quoted", "other words", "cell", "word", "other document", "no value", "other model", "other parameter"],
)
def test_a_fact_is_told_by_a_claim_that_names_it_and_cites_a_place_that_states_it(claim: Claim, told: set[Any]) -> None:
    assert TRUTH.told(claim) == told


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        (Claim("Kestrel-2 7B has 32 layers.", []), ""),
        (Claim("Kestrel-2 7B has 40 layers.", []), "Kestrel-2 7B: 40 is no value of its layers"),
        (Claim("Kestrel-2 7B was named 40 times.", []), ""),
        (Claim("Kestrel-2 7B has 32 layers and 41 blocks.", []), "Kestrel-2 7B: 41 is no value of its layers"),
        (Claim("2.4 × 10−4", [], about="Kestrel-2 7B", parameter="rate"), ""),
        (Claim("4K tokens", [], about="Kestrel-2 7B", parameter="context"), ""),
        (Claim("40 blocks", [], about="Kestrel-2 7B", parameter="expert blocks"), ""),
        (Claim("40", [], about="Kestrel-2 7B", parameter="layers"), "Kestrel-2 7B: 40 is no value of its layers"),
        (Claim(UNNAMED, cited("b.md", UNNAMED), quoted=True), "said of Merlin 13B"),
        (Claim(SENTENCE, cited("a.md", SENTENCE), quoted=True), ""),
    ],
    ids=[
        "right",
        "other number",
        "no parameter",
        "one of two",
        "power",
        "thousands",
        "another parameter",
        "cell",
        "of another model",
        "quoted",
    ],
)
def test_a_claim_is_wrong_by_what_is_known_of_the_model_that_it_names(claim: Claim, wrong: str) -> None:
    assert TRUTH.wrong(claim, "Kestrel", family=True) == wrong


def test_a_topic_is_a_family_or_a_part_that_models_have() -> None:
    assert TRUTH.wanted("Merlin") == {("Merlin 13B", "layers", "40")}
    assert TRUTH.wanted("RMSNorm") == {("Kestrel-2 7B", "normalisation", "RMSNorm")}
