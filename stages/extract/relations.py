"""Relations between two names in a sentence, where what stands between them says which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from stages.extract.facts import Document, Element, Relation
from stages.extract.lexicon import Lexicon
from stages.extract.names import Mention
from stages.extract.sentences import sentences
from stages.extract.subjects import models_in

THING = {"approach", "component"}
ADVERB = r"(?:\s(?:also|both|all|now|mostly|only|commonly|usually|still|often|directly))?"
ARTICLE = r"(?:\s(?:the|a|an|its|their|plain|standard|about|roughly))*"
CITED = r"(?:\s\([^()]*\))?"
AND = re.compile(rf"{CITED}\s*(?:,|,?\sand|,?\sor)\s*(?:the\s|a\s|an\s)?")
IT = re.compile(r"^(?P<subject>It)\b|\b(?:use[sd]?|adopts?) (?P<object>it)\b")
DENIED = re.compile(
    r"\b(?:not|cannot|no|never|without|neither|nor|if|would|could|unlike|instead|rather|whether|such as|statement)\b"
    r"|n't\b|\?",
    re.IGNORECASE,
)


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
    noun = r"(?:\s(?:models?|family|attention|training|layers?|kernels?|library))?(?:\sabove|\sfrom\s[A-Z]\w+)?"
    between = rf"{noun}{CITED},?{ADVERB}\s(?:{words}){ARTICLE}\s"
    return Pattern(predicate, re.compile(between), frozenset(left), frozenset(right), reverse)


MODEL, ANY = {"model"}, {"model", "approach", "component", "library", "hardware"}
DECODER = r"(?:an? )?(?:[\w-]+ ){0,3}(?:decoders?|models?|[Tt]ransformers?)"
INTRODUCED = r"(?:was|were) introduced (?:with|in|by) [^.;:]{1,60}? and "
EARLIER = r"(?:old|former|previous|earlier|original)"
FORMERLY = r"(?:formerly|previously|originally) (?:known as|called|named)|formerly"
PATTERNS = (
    _pattern(
        "uses",
        r"use[sd]?|employs?|adopts?|combines?|keeps?|relies on|rely on|is built (?:on|from)",
        MODEL | THING,
        THING,
    ),
    _pattern("uses", rf"(?:is|are) {DECODER} with|has|have|adds?|(?:(?:is|was|were) )?trained with", MODEL, THING),
    _pattern(
        "uses",
        rf"(?:{INTRODUCED})?(?:is|are|was|were) used (?:by|in)|is found in|is the \w+ of",
        THING,
        MODEL,
        reverse=True,
    ),
    _pattern(
        "variant of",
        r"(?:is|are) (?:a|an) (?:\w+ )?(?:variant|extension|version|form|case) of|extends?|generalises|builds on",
        MODEL | THING,
        MODEL | THING,
    ),
    _pattern("variant of", r"(?:is|was) (?:fine-?tuned|distilled|initiali[sz]ed) from|is based on", MODEL, MODEL),
    _pattern("formerly", rf"{FORMERLY}|\({FORMERLY}", MODEL, MODEL),
    _pattern(
        "formerly",
        r"(?:is|was|were) (?:first |originally |initially |previously )?(?:released|published|announced|known)"
        r" (?:under the name|as)(?: of)?",
        MODEL,
        MODEL,
    ),
    _pattern(
        "formerly", rf"(?:by|under) (?:its|the|their) {EARLIER} name,?|whose {EARLIER} name (?:is|was)", MODEL, MODEL
    ),
    _pattern("formerly", rf"(?:is|was) (?:the|an) {EARLIER} name (?:of|for)", MODEL, MODEL, reverse=True),
    _pattern(
        "formerly", r"(?:is|was|were) renamed(?: to| as)?|now (?:called|known as|named)", MODEL, MODEL, reverse=True
    ),
    _pattern("trained on", r"(?:(?:is|was|were|are) )?(?:pre-?)?trained on", MODEL, {"dataset", "hardware"}),
    _pattern("evaluated on", r"(?:(?:is|was|were|are) )?(?:evaluated|tested|measured) on", MODEL | THING, {"dataset"}),
    _pattern("evaluated on", r"(?:scores?|reaches?|achieves?|gets?) \d+(?:\.\d+)?\s?%? on", MODEL, {"dataset"}),
    _pattern(
        "implemented in",
        r"(?:is|are) (?:implemented|available|supported|provided) (?:in|by)",
        MODEL | THING,
        {"library"},
    ),
    _pattern(
        "implemented in", r"implements?|supports?|offers?|provides?|ships?", {"library"}, MODEL | THING, reverse=True
    ),
    _pattern("works with", r"works? with|(?:is|are) compatible with|(?:is|can be|are) combined with", ANY, ANY),
    _pattern("works with", r"recommends?", MODEL, THING),
    _pattern("works with", r"supports?|runs? on", THING | {"library"}, {"hardware", "library"}),
    _pattern("conflicts with", r"conflicts? with|(?:is|are) incompatible with", ANY, ANY),
    _pattern("compared with", r"(?:is|are|was|were) (?:compared|contrasted) (?:with|to)|outperforms?|beats", ANY, ANY),
)
REFUSALS = _pattern(
    "conflicts with",
    r"(?:does|do|can) ?not (?:work with|support|(?:be )?combined? with)|cannot be (?:used|combined) with",
    ANY,
    ANY,
)


def read_relations(
    element: Element, mentions: list[Mention], document: Document, lexicon: Lexicon
) -> Iterator[Relation]:
    """The relations that the sentences of an element state, lists such as `A, B and C` unfolded.

    `it` is what the sentence before begins with, and then the quote is both sentences; in the first sentence of an
    element, it is the model that the document is about.
    """
    text, last, before = element["text"], None, 0
    for start, end in sentences(text):
        named = [mention for mention in mentions if start <= mention.start and mention.end <= end]
        told = next((mention for mention in named if mention.start - start <= len("The ")), None)
        it = IT.search(text[start:end])
        said = last or (_topic(document, lexicon) if start == 0 else None)
        quoted = start
        if it and said and end - start <= lexicon.limit:
            place = replace(said, start=start + it.start(it.lastgroup or 0), end=start + it.end(it.lastgroup or 0))
            named = sorted([*named, place], key=lambda mention: mention.start)
            quoted = before if last else start
        if end - start <= lexicon.limit:
            for subject, predicate, other in _stated(text, start, end, named):
                yield Relation(subject, predicate, other, element["id"], text[quoted:end], quoted, end)
        last, before = told or (said if it and it.lastgroup == "subject" else None), start if told else quoted


def _topic(document: Document, lexicon: Lexicon) -> Mention | None:
    return next(models_in(document.subject.name, document, lexicon), None) if document.subject.specific else None


def _stated(text: str, start: int, end: int, named: list[Mention]) -> Iterator[tuple[str, str, str]]:
    if len(named) < 2:
        return
    for pattern in (REFUSALS,) if DENIED.search(text, start, end) else PATTERNS:
        for left, right in _pairs(text, named, pattern):
            subject, other = (right, left) if pattern.reverse else (left, right)
            if subject != other:
                yield subject, pattern.predicate, other


def _pairs(text: str, named: list[Mention], pattern: Pattern) -> Iterator[tuple[str, str]]:
    """The names on both sides of the pattern's words; the words may hold one other name, as in `introduced with`."""
    for at, left in enumerate(named):
        for to, right in enumerate(named[at + 1 : at + 3], start=at + 1):
            fits = left.kind in pattern.left and right.kind in pattern.right
            if fits and pattern.words.fullmatch(text, left.end, right.start):
                yield from product(_listed(text, named[: at + 1][::-1]), _listed(text, named[to:]))


def _listed(text: str, mentions: list[Mention]) -> list[str]:
    """The first mention and those that follow it in a list of one kind."""
    found = [mentions[0]]
    for mention in mentions[1:]:
        first, second = sorted((found[-1], mention), key=lambda held: held.start)
        if mention.kind != found[0].kind or not AND.fullmatch(text, first.end, second.start):
            break
        found.append(mention)
    return [mention.entity for mention in found]
