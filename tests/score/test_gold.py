"""Scores against gold: what counts as equal, and what a false value and a miss cost."""

from __future__ import annotations

from pathlib import Path

from stages.core.knowledge import Parameter
from stages.core.spelling import model_key
from stages.score.gold import Claim, b_cubed, read_gold, readings, score_parameters


def of(value: str, labels: list[str], words: dict[str, list[str]] | None = None) -> Parameter:
    return Parameter(
        value=value,  # type: ignore[arg-type]
        unit="",
        least=0,
        most=1e15,
        words=words or {},
        fields=[],
        labels=labels,
        prose=[],
        phrases=[],
    )


PARAMETERS = {
    "hidden size": of("count", ["d_model"]),
    "context length": of("length", []),
    "attention": of("word", [], {"multi-head latent": ["MLA"]}),
}
GOLD = [
    Claim("Llama-2-7B", "hidden_size", "4,096", document="a.md"),
    Claim("Llama-2-7B", "context_length", "4K", document="a.md"),
    Claim("DeepSeek-V2", "attention", "MLA", document="b.pdf"),
]


def test_values_are_equal_by_what_they_mean() -> None:
    same = (("25.6M", "25600000"), ("4,096", "4096"), ("2.4e-4", "2.4 × 10−4"), ("117B total, 5.1B active", "117 B"))
    for one, other in same:
        assert readings(Claim("", "", one), None) & readings(Claim("", "", other), None), (one, other)
    assert not readings(Claim("", "", "32"), None) & readings(Claim("", "", "32K"), None)
    assert readings(Claim("", "", "128K"), None) == {"128000", "131072"}


def test_names_are_equal_by_their_words() -> None:
    assert model_key("meta-llama/Llama-2-7b-hf") == model_key("Llama 2 7B") != model_key("Llama 2 70B")


def test_precision_over_pairs_of_gold_and_recall_over_its_rows() -> None:
    found = [
        Claim("llama 2 7b", "hidden size", "4096", 4096.0),
        Claim("Llama 2 7B", "hidden size", "11,008", 11008.0),
        Claim("Llama 2 7B", "vocabulary", "32,000", 32000.0),  # gold does not speak of it
        Claim("DeepSeek-V2", "attention", "multi-head latent"),
    ]
    result = score_parameters(found, GOLD, PARAMETERS)
    assert (result.right, result.found, result.recalled, result.rows) == (2, 3, 2, 3)
    assert [claim.value for claim in result.false] == ["11,008"]
    assert [row.parameter for row in result.missed] == ["context_length"]
    assert score_parameters([], GOLD, PARAMETERS).f1 == 0


def test_b_cubed() -> None:
    assert b_cubed([("a", "x"), ("a", "x"), ("b", "y")])["f1"] == 1
    merged = b_cubed([("a", "x"), ("a", "y")])
    assert (merged["precision"], merged["recall"]) == (0.5, 1)
    split = b_cubed([("a", "x"), ("b", "x")])
    assert (split["precision"], split["recall"]) == (1, 0.5)


def test_a_gold_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "gold.csv"
    path.write_text('model,parameter,value,document,evidence\nLlama 2,layers,"1,024",a.md,"| L | 1,024 |"\n')
    assert read_gold(path) == [Claim("Llama 2", "layers", "1,024", None, "a.md", "| L | 1,024 |")]
