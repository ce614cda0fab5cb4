"""Sentences worth quoting: cut from an element's text at their exact places, and put in order of what they tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

BOUNDARY = re.compile(r"[.!?][\"'”)\]]*(?=\s+[A-Z0-9\"“(\[])|\n\s*\n")
ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|al|[Ff]igs?|[Ee]qs?|[Ss]ec|[Tt]ab|vs|cf|approx|resp|etc|[Nn]o|Dr|[A-Z])\.$")
WORD = re.compile(r"[A-Za-z][A-Za-z-]{3,}")
ASIDE = r"\W{0,2}(?:\s?\([^)]*\)\s?)?"
IS = re.compile(ASIDE + r"(?:is|are|was|were)\s(?:an?|the)\b")
DOES = re.compile(ASIDE + r"(?:is|are|was|were|turns|replaces|uses|adds|has|normalises|multiplies)\s")
DEFINES = re.compile(r"\b(?:(?:is|are|was|were)\s+(?:an?|the|trained|used)|uses|replaces|consists|adds|stands for)\b")
UNFIT = re.compile(r"https?://|```|[|{}<>$\\]|\.\.\.|…|^\s*[-*#]")
LEANS = re.compile(r"(?:It|Its|They|Their|This|These|That|Those|Such|Both|Here|There|Then|So|But|And|Thus|Against)\b")
SUBJECT = 4  # characters before its subject, at most: "The "
NOTHING_NEW = 25  # distinct words from which on a sentence does not gain by another


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The places (start, end) of the sentences of a text, without white space around them."""
    start = 0
    for match in BOUNDARY.finditer(text):
        if match[0].strip() and ABBREVIATION.search(text[max(start, match.start() - 8) : match.start() + 1]):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        start += len(piece) - len(piece.lstrip())
        yield start, start + len(piece.strip())


def fit(sentence: str, shortest: int, longest: int) -> bool:
    """Whether a sentence can stand alone on a page: whole, prose, of a length between the two."""
    if not shortest <= len(sentence) <= longest or UNFIT.search(sentence):
        return False
    letters = sum(character.isalpha() or character.isspace() for character in sentence)
    return sentence[0].isupper() and sentence[-1] in '.!?"”)' and letters >= 0.75 * len(sentence)


def score(sentence: str, place: int, length: int) -> float:
    """How much a sentence tells of what is mentioned in it, `length` characters from `place` on."""
    words = len({word.lower() for word in WORD.findall(sentence)})
    defines, counts = DEFINES.search(sentence) is not None, re.search(r"\d", sentence) is not None
    subject, leans = place <= SUBJECT, LEANS.match(sentence) is not None
    end = place + length
    says = 18 if IS.match(sentence, end) else 10 if DOES.match(sentence, end) else 0
    told = min(words, NOTHING_NEW) / (1 if subject else 2)
    return told + 4 * defines + 3 * counts + subject * (5 + says) - place / 10 - 8 * leans
