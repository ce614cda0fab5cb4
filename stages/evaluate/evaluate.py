"""The stage function: both models over the held-out examples."""

from __future__ import annotations

import csv
import math
from collections import Counter
from pathlib import Path
from typing import Any

from stages.core.models import load_model, settle_torch
from stages.core.run import reads, writes
from stages.core.run.progress import track
from stages.core.table import Row
from stages.evaluate import Config
from stages.evaluate.measure import Loss, example_loss, greedy_answer, is_right
from stages.evaluate.sample import sample

COLUMNS = ("kind", "document", "tokens", "base_loss", "tuned_loss")
DIGITS = 6
PASSAGE, VALUE = "passage", "value"


def stage(
    config: Config,
    *,
    base: Path = reads("base"),
    adapter: Path = reads("adapter"),
    questions: Path = reads("dataset/questions"),
    passages: Path = reads("dataset/passages"),
    examples: Path = writes("plots/evaluation.csv"),
) -> dict[str, Any]:
    """Write one line an example and return losses, perplexities and shares of right answers, base and tuned."""
    settle_torch(config.threads)
    model = load_tuned(base, adapter)
    wanted = config.evaluation
    held = sample([questions, passages], wanted.examples)
    shown = track(held, total=len(held), what="evaluate", unit="examples")
    lines = [_line(model, example, wanted.length) for example in shown]
    _write(lines, examples)
    answers = [example for example in held if example["kind"] == VALUE][: wanted.answers]
    metrics = {"examples": len(lines), "tokens": sum(line["tokens"] for line in lines), "answers": len(answers)}
    metrics |= _losses(lines) | _answers(model, base, answers, wanted.answer_tokens)
    metrics["objective"] = metrics[wanted.metric]
    assert math.isfinite(metrics["heldout_loss"]), "the loss on held-out examples is not a number"
    return metrics


def load_tuned(base: Path, adapter: Path) -> Any:
    """The base model in float32 with the adapter; `disable_adapter()` gives the base model back for a while."""
    from peft import PeftModel

    return PeftModel.from_pretrained(load_model(base, "float32"), str(adapter)).eval()


def _line(model: Any, example: Row, length: int) -> dict[str, Any]:
    tuned = example_loss(model, example, length)
    with model.disable_adapter():
        base = example_loss(model, example, length)
    assert base.tokens == tuned.tokens > 0, "an example without a token to predict"
    return {
        "kind": example["kind"],
        "document": example["documents"][0],
        "tokens": tuned.tokens,
        "base_loss": round(base.total / base.tokens, DIGITS),
        "tuned_loss": round(tuned.total / tuned.tokens, DIGITS),
        "sums": (base, tuned),
    }


def _write(lines: list[dict[str, Any]], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def _losses(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Mean loss per token: over all, and by kind."""
    metrics: dict[str, Any] = {}
    groups = {"": lines} | {f"_{kind}": [line for line in lines if line["kind"] == kind] for kind in _kinds(lines)}
    for name, held in groups.items():
        base, tuned = (_mean([line["sums"][number] for line in held]) for number in (0, 1))
        metrics |= {f"heldout_loss{name}": round(tuned, DIGITS), f"heldout_loss_base{name}": round(base, DIGITS)}
    for name in ("heldout_loss", "heldout_loss_base"):
        metrics[name.replace("loss", "perplexity")] = round(math.exp(min(metrics[name], 700.0)), DIGITS)
    return metrics


def _kinds(lines: list[dict[str, Any]]) -> list[str]:
    return sorted(Counter(line["kind"] for line in lines))


def _mean(losses: list[Loss]) -> float:
    return sum(loss.total for loss in losses) / sum(loss.tokens for loss in losses)


def _answers(model: Any, base: Path, questions: list[Row], most: int) -> dict[str, Any]:
    """Shares of the value questions that each model answers with the right value; nothing where none is asked."""
    if not questions:
        return {}
    tuned = _right(model, base, questions, most)
    with model.disable_adapter():
        untuned = _right(model, base, questions, most)
    return {"answers_right": round(tuned, DIGITS), "answers_right_base": round(untuned, DIGITS)}


def _right(model: Any, base: Path, questions: list[Row], most: int) -> float:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    answers = ((greedy_answer(model, tokenizer, example, most), example["gold"]) for example in questions)
    return sum(is_right(answer, gold) for answer, gold in answers) / len(questions)
