"""Sentences worth quoting: cut from an element's text at their exact places, and put in order of what they tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

BOUNDARY = re.compile(r"[.!?][\"'”)\]]*(?=\s+[A-Z0-9\"“(\[])|\n\s*\n")
ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|al|[Ff]igs?|[Ee]qs?|[Ss]ec|[Tt]ab|vs|cf|approx|resp|etc|[Nn]o|Dr|[A-Z])\.$")
WORD = re.compile(r"[A-Za-z][A-Za-z-]{3,}")
ASIDE = r"\W{0,2}(?:\s?\([^)]*\)\s?)?"
IS = re.compile(
    ASIDE
    + r"(?:is|are|was|were)\s(?!(?:\w+ly\s)?(?:\w+(?:ed|en|ing)|no|not|also|only|now|then|still|often|to|in|on|at|as"
    r"|of|for|under|from|by|with|up|meant|kept|set|cut|put|built|made|so|too|very|more|less|much)\b)"
)
HISTORY = r"has\s(?:since|been|become|also)"
DOES = re.compile(
    ASIDE + rf"(?:are|was|were|(?!(?:its|this|as|{HISTORY}|across|besides|towards|plus|versus)\b)[a-z]+[^\Wsu_]s)\s"
)
SHORT_FOR = re.compile(r"^[A-Z][\w ,-]{3,60} \($")
CLOSES = re.compile(r"[^()]*\)")
NUMBER = re.compile(r"(?<![\w.-])\d")
DEFINES = re.compile(r"\b(?:(?:is|are|was|were)\s+(?:an?|the|trained|used)|uses|replaces|consists|adds|stands for)\b")
UNFIT = re.compile(
    r"https?://|```|[|{}<>$\\]|\.\.\.|…|^\s*[-*#]|\(cid:|,\s(?:19|20)\d\d[a-z]?\.$|\barXiv preprint\b|\bet al\.$"
)
"""No prose: markup, what a page's fonts left, an entry of a list of references."""
CHATTER = re.compile(
    r"(?:Now|Next|First|Finally|Let us|Let['’]s)\b|.*\b(?:let['’]s|let us|take a look|you can (?:find|refer|see)"
    r"|please (?:see|follow|refer|check|visit|read))\b|.*[,;(]\s?see the\b",
    re.IGNORECASE,
)
"""Said to lead a reader on, not to tell anything: `Next, we need to`, `see the guide`."""
OF_ANOTHER = re.compile(
    r"(?:Against|Besides?|Unlike|Like|Relative to|Compared (?:to|with)|In contrast to|As (?:with|in))"
    r"\s[^,;]{1,60}?,?\s(?:it|they)\s"
)
"""At the start of a sentence: whoever is named there is set beside one that the sentence before names."""
LEANS = re.compile(
    r"(?:It|Its|Each|Neither|They|Their|This|These|That|Those|Such|Both|Here|There|Then|So|But|And|Thus|Against)\b"
)
BACK = re.compile(
    r"\b(?:in contrast|in addition|as a result|however|instead|likewise|moreover|furthermore|therefore|otherwise"
    r"|the (?:latter|former|same|other)|(?:as|\w+ed) above)\b"
    r"|\b(?:uses?|needs?|has|have|adds?|drops?|keeps?|replaces?|of|with|for|by|from|to) (?:it|them|this|these|those)\b"
    r"|\b(?:Figures?|Fig\.|Tables?|Equation|Eq\.|Algorithm|Listing)\s\(?\d",
    re.IGNORECASE,
)
LEADS = re.compile(r"(?:(?:The|An?)\s)?")
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
    if sentence.endswith("?") or CHATTER.match(sentence) or OF_ANOTHER.match(sentence):
        return False
    letters = sum(character.isalpha() or character.isspace() for character in sentence)
    return sentence[0].isupper() and sentence[-1] in '.!?"”)' and letters >= 0.75 * len(sentence)


def leads(sentence: str, place: int) -> bool:
    """Whether what stands at `place` leads the sentence: nothing but an article comes before it."""
    return LEADS.fullmatch(sentence, 0, place) is not None


def leans(sentence: str) -> bool:
    """Whether a sentence wants the one before it: `It is`, `in contrast`, `uses them`."""
    return LEANS.match(sentence) is not None or BACK.search(sentence) is not None


def tells(sentence: str, name: str) -> bool:
    """Whether a sentence says what the name is or does: `LoRA (Hu et al., 2021) adds two matrices.`"""
    place = sentence.casefold().find(name.casefold())
    if place < 0:
        return False
    place, end = _named(sentence, place, len(name))
    return leads(sentence, place) and bool(IS.match(sentence, end) or DOES.match(sentence, end))


def score(sentence: str, place: int, length: int) -> float:
    """How much a sentence tells of what is mentioned in it, `length` characters from `place` on."""
    words = len({word.lower() for word in WORD.findall(sentence)})
    defines, counts = DEFINES.search(sentence) is not None, NUMBER.search(sentence) is not None
    place, end = _named(sentence, place, length)
    subject = leads(sentence, place) and sentence[end : end + 1] != ":"
    says = 24 if IS.match(sentence, end) else 10 if DOES.match(sentence, end) else 0
    told = min(words, NOTHING_NEW) / (1 if subject else 2)
    return told + 4 * defines + 3 * counts + subject * (5 + says) - place / 10 - 8 * leans(sentence)


def _named(sentence: str, place: int, length: int) -> tuple[int, int]:
    """Where a name begins and ends, with what it is short for: `Low-rank adaptation (LoRA, 2021)`."""
    closes = CLOSES.match(sentence, place + length) if SHORT_FOR.match(sentence[:place]) else None
    return (0, closes.end()) if closes else (place, place + length)
