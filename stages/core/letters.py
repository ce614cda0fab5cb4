"""Lower case as regular expressions see it: what a pattern found in any case is looked up by what it was made from."""

from __future__ import annotations

LIKE = {0x130: "i", 0x131: "i", 0x17F: "s"}  # İ, ı and ſ: a pattern's i and s match them, str.lower leaves them apart


def lowered(text: str) -> str:
    """`text` in lower case, as long as it was, each letter being one that `re.IGNORECASE` takes for it."""
    return text.translate(LIKE).lower()
