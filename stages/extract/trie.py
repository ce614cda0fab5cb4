"""One regular expression for many words, as a prefix tree, so that the time does not grow with their number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Node = dict[str, Any]
SEPARATOR = r"[\s\-]"
END = ""


def any_of(words: Iterable[str]) -> str:
    """A pattern that matches any of `words`, the longest first; a space in a word matches any white space."""
    root: Node = {}
    for word in sorted(words):
        node = root
        for character in word:
            node = node.setdefault(r"\s" if character.isspace() else re.escape(character), {})
        node[END] = {}
    return _pattern(root) if root else r"(?!)"


def any_case(words: Iterable[str]) -> str:
    """Like `any_of`, in upper or lower case, with white space or a hyphen wherever a word has either."""
    spaced = {re.sub(r"[\s\-]+", " ", word) for word in words}
    return f"(?i:{any_of(spaced).replace(chr(92) + 's', SEPARATOR)})"


def _pattern(node: Node) -> str:
    branches = [head + _pattern(rest) for head, rest in sorted(node.items()) if head != END]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 and END not in node else f"(?:{'|'.join(branches)})"
    return f"{joined}?" if END in node else joined
