from __future__ import annotations

import csv
import shutil
import signal
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from stages.core.run.errors import UserError
from stages.train.rows import NO_LOSS, loss_tokens, pack
from tests.weights.builders import configure, contents, run_stages, start

GROUP = pytest.mark.xdist_group("weights")


def example(start: int, length: int, loss_from: int = 1) -> dict:
    return {"tokens": list(range(start, start + length)), "loss_from": loss_from}


def test_examples_fill_rows_and_prompts_carry_no_loss() -> None:
    stream = iter([example(10, 5, 3), example(20, 6), example(30, 3), *[example(40, 9)] * 20])
    rows = pack(stream, 2, 8, pad=0, together=True)
    assert rows[0]["input_ids"] == [10, 11, 12, 13, 14, 30, 31, 32]
    assert rows[0]["labels"] == [NO_LOSS, NO_LOSS, NO_LOSS, 13, 14, NO_LOSS, 31, 32]
    assert rows[0]["position_ids"] == [0, 1, 2, 3, 4, 0, 1, 2]
    assert rows[1]["input_ids"] == [20, 21, 22, 23, 24, 25, 0, 0]
    assert loss_tokens(rows) == 4 + 5


def test_models_with_a_state_get_one_example_a_row() -> None:
    rows = pack(iter([example(10, 2)] * 40), 3, 8, pad=0, together=False)
    assert [row["input_ids"] for row in rows] == [[10, 11, 0, 0, 0, 0, 0, 0]] * 3


@GROUP
@pytest.mark.parametrize("row", [0, 1])
def test_packed_examples_do_not_see_each_other(built, row: int) -> None:
    model = AutoModelForCausalLM.from_pretrained(built[0] / "build" / "base").eval()
    held = [example(10, 20), example(50, 30), example(90, 14)]
    rows = pack(iter([*held, *held * 20]), 2, 64, pad=0, together=True)
    tokens, positions = (torch.tensor([row[name] for row in rows]) for name in ("input_ids", "position_ids"))
    with torch.no_grad():
        packed = model(input_ids=tokens, position_ids=positions, use_cache=False).logits[row]
        at = 0
        for alone in held:
            logits = model(input_ids=torch.tensor([alone["tokens"]])).logits[0]
            assert torch.allclose(packed[at : at + len(logits)], logits, atol=1e-5)
            at += len(logits)


@GROUP
def test_the_adapter_learnt_and_holds_nothing_else(built) -> None:
    root, metrics = built
    weights = load_file(root / "build" / "adapter" / "adapter_model.safetensors")
    assert all(".lora_" in name and held.norm() > 0 for name, held in weights.items())
    assert sorted(contents(root / "build" / "adapter")) == ["adapter_config.json", "adapter_model.safetensors"]
    assert str(root) not in (root / "build" / "adapter" / "adapter_config.json").read_text()
    assert metrics["train"]["loss_last"] < metrics["train"]["loss_first"]
    with (root / "build" / "plots" / "train.csv").open() as file:
        assert [int(line["step"]) for line in csv.DictReader(file)] == list(range(1, 11))
    assert not list((root / "build" / ".state" / "train").iterdir())


def test_a_killed_run_goes_on_and_gives_the_same_bytes(built, tmp_path: Path) -> None:
    root = tmp_path / "elsewhere"
    shutil.copytree(built[0], root, symlinks=True)
    shutil.rmtree(root / "build" / "adapter")
    process = start(root, "train")
    while process.poll() is None and not list(root.glob("build/.state/train/*/checkpoint-5/complete")):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (root / "build" / "adapter").exists()
    process = start(root, "train")
    assert "going on from checkpoint-5" in process.communicate()[1]
    assert contents(root / "build" / "adapter") == contents(built[0] / "build" / "adapter")
    assert contents(root / "build" / "plots")["train.csv"] == contents(built[0] / "build" / "plots")["train.csv"]


@GROUP
def test_split_weights_give_the_same_whole_adapter(built, tmp_path: Path) -> None:
    root = tmp_path / "zero3"
    shutil.copytree(built[0], root, symlinks=True)
    configure(root, "profile: tiny\ndeepspeed: zero3\n")
    run_stages(root, "train")
    expected, found = (load_file(path / "build" / "adapter" / "adapter_model.safetensors") for path in (built[0], root))
    assert expected.keys() == found.keys()
    assert all(torch.allclose(expected[name], found[name], atol=1e-4) for name in expected)


@GROUP
def test_a_loss_that_is_no_number_is_one_line(built, tmp_path: Path) -> None:
    root = tmp_path / "nan"
    shutil.copytree(built[0], root, symlinks=True)
    configure(root, "profile: tiny\ntrain: {learning_rate: 1.0e+30, steps: 3}\n")
    with pytest.raises(UserError, match=r"^train\.learning_rate: the loss is nan at step \d+; lower the rate$"):
        run_stages(root, "train")
