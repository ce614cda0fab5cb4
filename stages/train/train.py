"""The stage function: pack the examples, train, keep the adapter, check it."""

from __future__ import annotations

import csv
import hashlib
import inspect
import json
import math
import shutil
from pathlib import Path
from typing import Any

from stages.core.models import folder_sha256, settle_torch
from stages.core.run import previous, reads, writes
from stages.core.run.code import stage_digest
from stages.core.run.errors import UserError
from stages.train import Config
from stages.train.device import prepare, processes
from stages.train.rows import Tokens, example_stream, loss_tokens, pack
from stages.train.trainer import arguments, last_checkpoint, make_trainer, with_adapter

COLUMNS = ("step", "loss", "learning_rate")
AVERAGED = 5
DIGITS = 6


def stage(
    config: Config,
    *,
    base: Path = reads("base"),
    questions: Path = reads("dataset/questions"),
    passages: Path = reads("dataset/passages"),
    adapter: Path = writes("adapter"),
    curve: Path = writes("plots/train.csv"),
) -> dict[str, Any]:
    """Write adapter/ and the loss curve; return losses (means of the first and last five steps) and token counts."""
    settle_torch(config.threads)
    prepare(config.deepspeed)
    state = _state(config, previous(adapter).parent, [base, questions, passages])
    args = arguments(config, state)
    model = with_adapter(base, config.train, config.seed)
    rows = _rows(config, model, questions, passages)
    trainer = make_trainer(model, args, rows)
    trainer.train(resume_from_checkpoint=last_checkpoint(state))
    losses = _write_curve(trainer.state.log_history, curve, config.train.steps)
    trainer.save_model(str(state / "final"))
    numbers = _keep(state / "final", adapter)
    shutil.rmtree(state)
    carrying = loss_tokens(rows)
    return {
        "steps": config.train.steps,
        "rows": len(rows),
        "tokens": sum(len(row["input_ids"]) for row in rows),
        "loss_tokens": carrying,
        "adapter_parameters": numbers,
        "loss_first": _mean(losses[:AVERAGED]),
        "loss_last": _mean(losses[-AVERAGED:]),
    }


def _state(config: Config, build: Path, inputs: list[Path]) -> Path:
    """The folder of this run's checkpoints, named by all that it depends on; those of other runs are removed."""
    digest = hashlib.sha256(f"{config!r} {stage_digest('train')} {processes()}".encode())
    for path in inputs:
        digest.update(folder_sha256(path).encode())
    state = build / ".state" / "train" / digest.hexdigest()[:16]
    for other in state.parent.glob("*"):
        if other != state:
            shutil.rmtree(other)
    state.mkdir(parents=True, exist_ok=True)
    return state


def _rows(config: Config, model: Any, questions: Path, passages: Path) -> list[dict[str, Tokens]]:
    """All rows of the run. Models without positions (RWKV) carry a state along a row, so they get one example a row."""
    wanted = config.train
    together = "position_ids" in inspect.signature(model.get_base_model().forward).parameters
    number = wanted.steps * wanted.batch * wanted.accumulation * processes()
    stream = example_stream(questions, passages, wanted.questions, config.seed)
    pad = model.config.pad_token_id or 0
    rows = pack(stream, number, wanted.length, pad, together=together)
    if not together:
        rows = [{name: held for name, held in row.items() if name != "position_ids"} for row in rows]
    if not loss_tokens(rows):
        raise UserError(f"train.length: in rows of {wanted.length} tokens no answer is left; make it longer")
    return rows


def _write_curve(history: list[dict[str, Any]], path: Path, steps: int) -> list[float]:
    """Write one line a step and return the losses."""
    logged = [line for line in history if "loss" in line]
    assert len(logged) == steps, f"{len(logged)} of {steps} steps were logged"
    for line in logged:
        if not math.isfinite(line["loss"]):
            raise UserError(f"train.learning_rate: the loss is {line['loss']} at step {line['step']}; lower the rate")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(logged)
    return [line["loss"] for line in logged]


def _keep(final: Path, adapter: Path) -> int:
    """Keep the adapter's two files, free of sets and paths, and check its weights. Returns how many numbers it has."""
    adapter.mkdir(parents=True)
    shutil.copyfile(final / "adapter_model.safetensors", adapter / "adapter_model.safetensors")
    settings = json.loads((final / "adapter_config.json").read_text(encoding="utf-8"))
    settings = {key: sorted(value) if isinstance(value, list) else value for key, value in settings.items()}
    settings["base_model_name_or_path"] = "base"
    text = json.dumps(settings, indent=1, sort_keys=True)
    (adapter / "adapter_config.json").write_text(text + "\n", encoding="utf-8")
    return _check(adapter / "adapter_model.safetensors")


def _check(path: Path) -> int:
    from safetensors.torch import load_file

    weights = load_file(path)
    assert weights, "the adapter is empty"
    assert all(".lora_" in name for name in weights), "the adapter holds weights that are not its own"
    learnt = [name for name, held in weights.items() if ".lora_B." in name and held.norm() > 0]
    assert len(learnt) == len(weights) // 2, f"{len(weights) // 2 - len(learnt)} modules learnt nothing"
    return sum(held.numel() for held in weights.values())


def _mean(losses: list[float]) -> float:
    return round(sum(losses) / len(losses), DIGITS)
