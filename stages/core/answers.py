"""Answers that were given before, in Litmill's cache folder: a question with the same model is asked once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from typing import Any

from stages.core.run.cache import cache_folder


def remembered(question: dict[str, Any], ask: Callable[[], str], good: Callable[[str], bool]) -> str:
    """The answer to `question` (all that it depends on: no key, no address), asked for if none is kept.

    Only one that is `good` is kept.
    """
    key = hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()
    path = cache_folder() / "answers" / key[:2] / f"{key}.txt"
    if path.exists():
        return path.read_text(encoding="utf-8")
    answer = ask()
    if not good(answer):
        return answer
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(answer, encoding="utf-8")
    part.replace(path)
    return answer
