"""What a text speaks of: which known names, parameters and values stand where in it, the longest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unicodedata import normalize

import yaml

TOKEN = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*")
SILENT = {"v", "the"}  # tokens that names are written with and without


@dataclass(frozen=True)
class Said:
    """Something that a text says, and where."""

    what: str
    start: int
    end: int


@dataclass(frozen=True)
class Words:
    """The lists of words.yaml."""

    parameters: Mapping[str, list[str]]
    told: list[str]
    values: Mapping[str, list[str]]
    relations: Mapping[str, list[str]]
    parts: Mapping[str, list[str]]
    renamed: list[str]


@cache
def words() -> Words:
    return Words(**yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")))


class Finder:
    """Finds phrases in a text, whatever their case, hyphens and plural; of two that overlap the longer one."""

    def __init__(self, phrases: Mapping[str, Iterable[str]], *, in_order: bool) -> None:
        """`phrases` has the ways to say each thing; with `in_order` false their words may stand in any order."""
        self._in_order = in_order
        self._known: dict[tuple[str, ...], set[str]] = {}
        for what, ways in phrases.items():
            for way in ways:
                self._known.setdefault(self._key([token for token, _, _ in tokens(way)]), set()).add(what)
        self._known.pop((), None)
        self._most = max(map(len, self._known), default=0) + 1

    def __call__(self, text: str) -> list[Said]:
        """All that is said; a phrase of two things is said of both."""
        held = tokens(text)
        found, at = [], 0
        while at < len(held):
            for length in range(min(self._most, len(held) - at), 0, -1):
                part = held[at : at + length]
                whats = self._known.get(self._key([token for token, _, _ in part]), ())
                if whats and part[0][0] not in SILENT and part[-1][0] not in SILENT:
                    found += [Said(what, part[0][1], part[-1][2]) for what in sorted(whats)]
                    at += length - 1
                    break
            at += 1
        return found

    def _key(self, held: list[str]) -> tuple[str, ...]:
        plain = [token for token in held if token not in SILENT]
        return tuple(plain if self._in_order else sorted(plain))


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Runs of letters and numbers in lower case, without a plural s, with their places; a letter of formulas is one."""
    return [(_bare(normalize("NFKC", match[0]).lower()), *match.span()) for match in TOKEN.finditer(text)]


def spoken(text: str) -> list[str]:
    """The tokens of a text without those that names are written with and without."""
    return [token for token, _, _ in tokens(text) if token not in SILENT]


def reworded(text: str, known: Mapping[str, str]) -> str:
    """A text with other words in place of some, by the tokens of these."""
    for token, start, end in reversed(tokens(text)):
        if token in known:
            text = f"{text[:start]}{known[token].capitalize()}{text[end:]}"
    return text


def _bare(token: str) -> str:
    return token[:-1] if len(token) > 3 and token.endswith("s") and not token.endswith("ss") else token


def squeezed(text: str) -> str:
    """Letters and digits alone, in lower case."""
    return "".join(letter for letter in text.lower() if letter.isalnum())
