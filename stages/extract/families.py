"""Families of models that no list names, found by how a document speaks of them: Kestrel-2 7B; we introduce Moonlight.

They count in their own document only, so that facts stay a function of one document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from stages.core.letters import lowered
from stages.extract.facts import Element, Own
from stages.extract.lexicon import Lexicon, fold
from stages.extract.names import SIZE, VERSION, own_mentions

SIZED = re.compile(
    rf"(?<![\w.])(?P<family>[A-Z][A-Za-z]*[a-z][A-Za-z]*|[A-Z]{{3,}})(?:(?P<joint>[\s-]?)(?P<version>v?{VERSION}))?(?:[\s-]v?{VERSION})?"
    rf"(?P<gap>[\s-]){SIZE}(?![\w])(?P<release>[\s-]v\d)?"
)
SLUG = re.compile(rf"(?<![\w.-])(?P<family>[a-z]{{4,}})-?(?P<version>v?\d{{1,2}}(?:\.\d)?-)?(?<=-){SIZE}(?![\w])")
INTRODUCED = re.compile(
    r"\b[Ww]e\s+(?:introduce|present|propose|release|describe|develop|open-source)\w*\s+(?:[^.;:]{0,80}?(?:called|named|,\s*the|termed)\s+)?"
    r"(?P<family>[A-Z][A-Za-z]*[a-z][A-Za-z]+|[A-Z]{3,})(?=\s?[,.(:]|\s+(?:which|that)\b|\s+[-–—])"
)
DIGIT = re.compile(r"\d[BMTbmt]\b")


def own_families(elements: list[Element], title: str, name: str, lexicon: Lexicon) -> Own:
    """The families that only this document knows; `name` is what its front matter calls the model."""
    counts: Counter[str] = Counter()
    joints: dict[str, str] = {}
    for weight, text in _texts(elements, title, name):
        for family, joint in _unlisted(text, lexicon):
            counts[family] += weight
            joints.setdefault(family, joint)
    families = {lowered(family): family for family, count in sorted(counts.items()) if count > 1}
    return Own(families, {family: joints[family] for family in families.values() if joints[family] != " "})


def sized_model(name: str, lexicon: Lexicon) -> str:
    """The model that a whole name of a family and a size means, though no list has the family; empty if it is none."""
    for family, joint in _unlisted(name, lexicon):
        own = Own({lowered(family): family}, {family: joint} if joint != " " else {})
        for mention in own_mentions(name, own, lexicon.tail):
            if mention.size and (mention.start, mention.end) == (0, len(name)):
                return mention.entity
    return ""


def _unlisted(text: str, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """The families in a text that no list has, each with what stands between it and its version.

    A word that tells kinds of a model apart is none: World, Coder.
    """
    for family, joint in _candidates(text):
        listed = family.lower() in lexicon.families or fold(family) in lexicon.names
        if not listed and family.lower() not in lexicon.ordinary and not re.fullmatch(lexicon.tail, family):
            yield family, joint


def _texts(elements: list[Element], title: str, name: str) -> Iterator[tuple[int, str]]:
    """What is looked at, and how much a name in it counts: one in a title is enough, others must come twice."""
    yield 2, name
    yield 2, title
    for element in elements:
        yield 2 if element["type"] in ("Title", "FrontMatter", "Table") else 1, element["text"]


def _candidates(text: str) -> Iterator[tuple[str, str]]:
    for match in SIZED.finditer(text) if DIGIT.search(text) else ():
        joint = match["joint"] if match["version"] else " "
        sure = bool(match["version"] or match["release"] or match["gap"] == "-")
        yield from [(match["family"], joint or "")] * (2 if sure else 1)
    for match in SLUG.finditer(text) if DIGIT.search(text) else ():
        yield from [(match["family"].capitalize(), "-" if match["version"] else " ")] * 2
    for match in INTRODUCED.finditer(text):
        yield from [(match["family"], " ")] * 2
