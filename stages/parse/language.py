"""The language of a document, by py3langid: a table of letter sequences in its package, with no chance in it."""

from __future__ import annotations

from itertools import islice
from typing import Any

PROSE = ("NarrativeText", "ListItem")
LEAST, MOST = 60, 4000  # letters that are enough to tell, and that are looked at


def language(elements: list[dict[str, Any]]) -> str | None:
    """ISO 639-1 code of the language of the running text; None where there is too little of it."""
    text = " ".join(element["text"] for element in elements if element["type"] in PROSE)[:MOST]
    if sum(1 for _ in islice(filter(str.isalpha, text), LEAST)) < LEAST:
        return None
    import py3langid

    return str(py3langid.classify(text)[0])
