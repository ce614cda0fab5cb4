"""Names of parameters as headers, fields and flags spell them: `# KV Heads`, `num_kv_heads`, `Number of KV heads`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stages.core.knowledge import Names
    from stages.extract.lexicon import Lexicon

MARKUP = re.compile(r"[`*†‡§]|\[\d+\]|\\(?:textbf|text|mathrm|textit)\b|[{}$\\]")
BEHIND = re.compile(r"\s*\([^()]*\)\s*$|\s*\[[^\]]*\]\s*$")
WORD = re.compile(r"[^\W_]+(?:\.\d+)?")
NUMBER = re.compile(r"\bno(?:\.|\s+of\b)", re.IGNORECASE)  # elsewhere a `no` denies: `no weight tying`
SILENT = {"the", "of", "a", "number", "num", "nr", "n", "count", "our", "total", "peak", "maximum", "max", "in"}
SHOTS = re.compile(r"\b(\d+|zero|few|one|five)[- ]shots?\b|\bpass@\d+\b|\b(?:acc(?:uracy)?|em|cot)\b", re.IGNORECASE)


def fold_label(text: str) -> str:
    """What two spellings of a label share: its words in lower case and singular, without those that say nothing."""
    words = [word.lower() for word in WORD.findall(NUMBER.sub("", text))]
    told = [word for word in words if word not in SILENT] or words
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word for word in told)


def all_labels(knowledge: Names) -> dict[str, tuple[str, ...]]:
    """Parameters by folded label; a label that several have (FFN) is of the one whose value stands behind it."""
    labels: dict[str, tuple[str, ...]] = {}
    for name, parameter in knowledge.parameters.items():
        for held in [name, *parameter.labels, *parameter.prose, *parameter.fields]:
            folded = fold_label(held)
            if name not in labels.get(folded, ()):
                labels[folded] = (*labels.get(folded, ()), name)
    return labels


def label(cell: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The canonical parameters that a header, row label or key may name; empty: none."""
    return _label(" ".join(cell.split()), _Known(lexicon.labels))


class _Known:
    """The labels of a lexicon; one lexicon has one."""

    def __init__(self, labels: dict[str, tuple[str, ...]]) -> None:
        self.labels = labels

    def __hash__(self) -> int:
        return id(self.labels)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.labels is self.labels


@lru_cache(maxsize=65536)
def _label(cell: str, known: _Known) -> tuple[str, ...]:
    if not cell or len(cell) > 60:
        return ()
    bare = MARKUP.sub("", cell).strip(" :=–—-")
    if bare.lower() == "head":  # of a network, or half of `Head dimension`
        return ()
    while True:
        found = known.labels.get(fold_label(bare))
        if found:
            return found
        shorter = BEHIND.sub("", bare)
        if shorter == bare:
            break
        bare = shorter
    unshot = SHOTS.sub("", bare).strip(" ,;()%-")
    return known.labels.get(fold_label(unshot), ()) if unshot and unshot != bare else ()
