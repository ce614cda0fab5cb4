"""Relations between two names in a sentence, where what stands between them says which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stages.extract.facts import Element, Relation
from stages.extract.lexicon import Lexicon
from stages.extract.names import Mention
from stages.extract.sentences import sentences

THING = {"approach", "component"}
ADVERB = r"(?:\s(?:also|both|all|now|mostly|only|commonly|usually|still|often|directly))?"
ARTICLE = r"(?:\s(?:the|a|an|its|their|plain|standard|about|roughly))*"
AND = re.compile(r"\s*(?:,|,?\sand|,?\sor)\s*(?:the\s|a\s|an\s)?")
DENIED = re.compile(r"\b(?:not|no|never|without|neither|nor|if|would|could|unlike|instead|rather|whether)\b|n't\b|\?", re.IGNORECASE)


@dataclass(frozen=True)
class Pattern:
    """Words between a name of one of the kinds `left` and one of the kinds `right` that state `predicate`.

    With `reverse`, the name on the right is the subject.
    """

    predicate: str
    words: re.Pattern[str]
    left: frozenset[str]
    right: frozenset[str]
    reverse: bool = False


def _pattern(predicate: str, words: str, left: set[str], right: set[str], *, reverse: bool = False) -> Pattern:
    between = rf"(?:\s(?:models?|family|attention|training|layers?|kernels?))?(?:\s\([^()]*\))?,?{ADVERB}\s(?:{words}){ARTICLE}\s"
    return Pattern(predicate, re.compile(between), frozenset(left), frozenset(right), reverse)


MODEL, ANY = {"model"}, {"model", "approach", "component", "library", "hardware"}
PATTERNS = (
    _pattern("uses", r"uses?|employs?|adopts?|combines?|relies on|rely on|keeps?|is built (?:on|from)", MODEL | THING, THING),
    _pattern("uses", r"(?:is|are|was|were) used (?:by|in)|is found in", THING, MODEL, reverse=True),
    _pattern(
        "variant of",
        r"(?:is|are) (?:a|an) (?:\w+ )?(?:variant|extension|version|form|case|modification) of|extends?|generalises|builds on",
        MODEL | THING,
        MODEL | THING,
    ),
    _pattern("variant of", r"(?:is|was) (?:fine-?tuned|distilled|initiali[sz]ed) from|is based on", MODEL, MODEL),
    _pattern("trained on", r"(?:(?:is|was|were|are) )?(?:pre-?)?trained on", MODEL, {"dataset", "hardware"}),
    _pattern("evaluated on", r"(?:(?:is|was|were|are) )?(?:evaluated|tested|measured) on", MODEL | THING, {"dataset"}),
    _pattern("evaluated on", r"(?:scores?|reaches?|achieves?|gets?) \d+(?:\.\d+)?\s?%? on", MODEL, {"dataset"}),
    _pattern("implemented in", r"(?:is|are) (?:implemented|available|supported|provided) (?:in|by)", MODEL | THING, {"library"}),
    _pattern("implemented in", r"implements?|supports?|offers?|provides?|ships?", {"library"}, MODEL | THING, reverse=True),
    _pattern("works with", r"works? with|(?:is|are) compatible with|(?:is|can be|are) combined with", ANY, ANY),
    _pattern("works with", r"supports?|runs? on", THING | {"library"}, {"hardware", "library"}),
    _pattern("conflicts with", r"conflicts? with|(?:is|are) incompatible with", ANY, ANY),
    _pattern("compared with", r"(?:is|are|was|were) (?:compared|contrasted) (?:with|to)|outperforms?|beats", ANY, ANY),
)
REFUSALS = _pattern(
    "conflicts with", r"(?:does|do|can) ?not (?:work with|support|(?:be )?combined? with)|cannot be (?:used|combined) with", ANY, ANY
)


def read_relations(element: Element, mentions: list[Mention], lexicon: Lexicon) -> Iterator[Relation]:
    """The relations that the sentences of an element state, lists such as `A, B and C` unfolded."""
    text = element["text"]
    for start, end in sentences(text):
        named = [mention for mention in mentions if start <= mention.start and mention.end <= end]
        if len(named) < 2 or end - start > lexicon.limit:
            continue
        denied = DENIED.search(text, start, end)
        for pattern in (REFUSALS,) if denied else PATTERNS:
            for left, right in _pairs(text, named, pattern):
                subject, other = (right, left) if pattern.reverse else (left, right)
                if subject != other:
                    yield Relation(subject, pattern.predicate, other, element["id"], text[start:end], start, end)


def _pairs(text: str, named: list[Mention], pattern: Pattern) -> Iterator[tuple[str, str]]:
    for at, (left, right) in enumerate(zip(named, named[1:], strict=False)):
        if left.kind in pattern.left and right.kind in pattern.right:
            if pattern.words.fullmatch(text, left.end, right.start):
                for one in _listed(text, named[: at + 1][::-1]):
                    for other in _listed(text, named[at + 1 :]):
                        yield one, other


def _listed(text: str, mentions: list[Mention]) -> list[str]:
    """The first mention and those that follow it in a list of one kind."""
    found = [mentions[0]]
    for mention in mentions[1:]:
        first, second = sorted((found[-1], mention), key=lambda held: held.start)
        if mention.kind != found[0].kind or not AND.fullmatch(text, first.end, second.start):
            break
        found.append(mention)
    return [mention.entity for mention in found]
