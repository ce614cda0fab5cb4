"""What is measured on one example: the loss of its answer, and whether the model's own answer is right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from stages.core.table import Row


@dataclass(frozen=True)
class Loss:
    """Sum of the negative log-likelihoods (natural logarithm) over `tokens` tokens."""

    total: float
    tokens: int


def example_loss(model: Any, example: Row, length: int) -> Loss:
    """The loss of the tokens that carry it, given all before them. An example is computed alone.

    One longer than `length` loses the beginning of its prompt, so that some of its answer is always seen.
    """
    import torch
    from torch.nn.functional import cross_entropy

    start = example["loss_from"]
    first = max(0, min(start - length // 2, len(example["tokens"]) - length))
    tokens = torch.tensor([example["tokens"][first : first + length]])
    start = max(1, start - first)
    with torch.no_grad():
        logits = model(input_ids=tokens, use_cache=False).logits[0, start - 1 : -1].float()
    total = cross_entropy(logits, tokens[0, start:], reduction="sum")
    return Loss(float(total), tokens.shape[1] - start)


def greedy_answer(model: Any, tokenizer: Any, example: Row, most: int) -> str:
    """The text, at most `most` tokens, that the model finds likeliest after the example's prompt, token by token."""
    import torch

    prompt = torch.tensor([example["tokens"][: example["loss_from"]]])
    wanted = {"max_new_tokens": most, "do_sample": False, "num_beams": 1}
    with torch.no_grad():
        written = model.generate(input_ids=prompt, attention_mask=torch.ones_like(prompt), **wanted)
    return tokenizer.decode(written[0, prompt.shape[1] :].tolist())


def is_right(answer: str, gold: str) -> bool:
    """Whether `answer` begins with the value `gold`, and not with a longer word or number that begins like it."""
    return re.match(re.escape(gold.casefold()) + r"(?![\w]|[.,]\d)", answer.strip().casefold()) is not None
