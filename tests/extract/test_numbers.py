"""Numbers as papers write them."""

from __future__ import annotations

import pytest

from stages.core.knowledge import Knowledge
from stages.extract.numbers import to_number
from stages.extract.values import read_value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7B", 7e9),
        ("8.2B", 8_200_000_000.0),
        ("4,096", 4096.0),
        ("32k", 32000.0),
        ("3e-4", 3e-4),
        ("1 × 10⁻⁴", 1e-4),
        ("2.0 trillion", 2e12),
        ("1.2.3", None),
        ("7 apples", None),
    ],
)
def test_numbers(text: str, number: float | None) -> None:
    assert to_number(text) == number


def test_a_context_of_32k_is_32768_tokens() -> None:
    assert to_number("32k", length=True) == 32768


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("layers", "32 (4 blocks of 8)", "32"),
        ("layers", "32-40", None),
        ("layers", "1.0T to 1.4T", None),
        ("layers", "1,000,000", None),
        ("parameters", "52B total / 12B active", "52B"),
        ("normalisation", "RMSNorm, pre-norm", "RMSNorm"),
        ("normalisation", "RMSNorm or LayerNorm", None),
        ("tied embeddings", "false", "no"),
        ("MMLU", "45.3", "45.3"),
        ("MMLU", "450", None),
    ],
)
def test_cells(name: str, cell: str, value: str | None, knowledge: Knowledge) -> None:
    read = read_value(cell, knowledge.parameters[name])
    assert (read.text if read else None) == value
