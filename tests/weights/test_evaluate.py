from __future__ import annotations

import csv
import math

import pytest
import torch
from transformers import AutoModelForCausalLM

from stages.evaluate.measure import example_loss, is_right

pytestmark = pytest.mark.xdist_group("weights")


def test_the_loss_is_that_of_transformers(built) -> None:
    model = AutoModelForCausalLM.from_pretrained(built[0] / "build" / "base").eval()
    tokens = list(range(20, 60))
    loss = example_loss(model, {"tokens": tokens, "loss_from": 25}, 64)
    labels = torch.tensor([[-100] * 25 + tokens[25:]])
    expected = model(input_ids=torch.tensor([tokens]), labels=labels).loss
    assert loss.tokens == 15
    assert loss.total / loss.tokens == pytest.approx(float(expected), rel=1e-5)


def test_a_long_prompt_leaves_room_for_its_answer(built) -> None:
    model = AutoModelForCausalLM.from_pretrained(built[0] / "build" / "base").eval()
    assert example_loss(model, {"tokens": [7] * 120, "loss_from": 110}, 32).tokens == 10
    assert example_loss(model, {"tokens": [7] * 200, "loss_from": 100}, 32).tokens == 16


@pytest.mark.parametrize(
    ("answer", "gold", "right"),
    [
        (" 28 (source: a.md)", "28", True),
        ("28.", "28", True),
        ("280", "28", False),
        ("28.5", "28", False),
        ("4,096", "4", False),
        ("SwiGLU", "swiglu", True),
        ("It is 28", "28", False),
    ],
)
def test_an_answer_is_right_if_it_begins_with_the_whole_value(answer: str, gold: str, right: bool) -> None:
    assert is_right(answer, gold) is right


def test_the_metrics_are_the_mean_of_the_lines(built) -> None:
    root, metrics = built
    with (root / "build" / "plots" / "evaluation.csv").open() as file:
        lines = list(csv.DictReader(file))
    found = metrics["evaluate"]
    tokens = sum(int(line["tokens"]) for line in lines)
    mean = sum(float(line["tuned_loss"]) * int(line["tokens"]) for line in lines) / tokens
    assert (len(lines), tokens) == (found["examples"], found["tokens"])
    assert found["heldout_loss"] == pytest.approx(mean, abs=1e-5)
    assert found["heldout_perplexity"] == pytest.approx(math.exp(mean), rel=1e-4)
    assert found["heldout_loss"] < found["heldout_loss_base"]
