"""What a parser says of a document that it does not take."""

from __future__ import annotations


class Refused(Exception):
    """A document that must not or cannot be parsed: `reason` in a few words, and one line of detail."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
