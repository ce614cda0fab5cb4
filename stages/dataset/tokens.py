"""Examples as tokens of the chosen model."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from stages.dataset.examples import Example


@cache
def encoder(base: str) -> Encoder:
    """The encoder of the model in the folder `base`; a process reads it once."""
    return Encoder(Path(base))


class Encoder:
    """Puts an example in the form that the model in `base` expects; a document's text never becomes a control token."""

    def __init__(self, base: Path) -> None:
        from tokenizers import Tokenizer

        self.form = json.loads((base / "prompt.json").read_text(encoding="utf-8"))
        self.tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        self.before, self.after, self.end = (self._control(self.form[part]) for part in ("before", "after", "end"))
        self.tokenizer.encode_special_tokens = True

    def row(self, example: Example) -> dict[str, Any]:
        """The example's stored form: tokens, and the first of them that carries loss (the very first cannot)."""
        prompt = [*self.before, *self._text(example.prompt), *self.after] if example.prompt else []
        tokens = [*prompt, *self._text(example.answer), *self.end]
        return {
            "kind": example.kind,
            "split": example.split,
            "prompt": example.prompt,
            "answer": example.answer,
            "gold": example.gold,
            "documents": list(example.documents),
            "tokens": tokens,
            "loss_from": max(1, len(prompt)),
        }

    def _control(self, text: str) -> list[int]:
        self.tokenizer.encode_special_tokens = False
        return self._text(text)

    def _text(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids
