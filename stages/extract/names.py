"""Mentions: where a text names an entity, and which one, across spellings (LLaMA-2 7B, Llama 2 7B, llama-2-7b-hf)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from stages.core.letters import lowered
from stages.extract.facts import Own
from stages.extract.lexicon import Lexicon, fold

SIZE = r"(?:\d{1,2}[xX×])?\d{1,4}(?:\.\d{1,3})?[BMTbm](?![A-Za-z])(?:-?A\d{1,3}(?:\.\d{1,2})?[Bb]\b)?"
UNITS = r"(?:layers|heads|times|experts|tokens|parameters|million|billion|GPUs|steps|bits?)\b|[x%×]"
NUMBERED = r"(?:[vV]\d{1,2}(?:\.\d{1,2}){0,2}|[RK]\d(?:\.\d)?|\d{1,2}(?:\.\d{1,2})?)"
VERSION = rf"{NUMBERED}(?![\dA-Za-z]|[.,]\d|[\s-](?:{UNITS}))"
PIECE = re.compile(rf"(?P<size>{SIZE})|(?P<version>{VERSION})|(?P<word>\d?[A-Za-z]+\d?)")
ALONE = r"(?:(?<![A-Za-z]-)|(?<=[Mm]eta-))"
"""Before a family's name: Med-PaLM is another than PaLM, and Distill-Llama-8B than Llama 8B; Meta-Llama is Llama."""
LATE = ("Instruct", "Chat", "Thinking")
DROPPED = {"hf", "it", "pile"}  # marks of a file format or of the plain model, not of another model


@dataclass(frozen=True)
class Mention:
    """A name in a text: text[start:end] names `entity`."""

    entity: str
    kind: str
    start: int
    end: int
    family: str = ""
    version: str = ""
    size: str = ""


def find_mentions(text: str, lexicon: Lexicon, own: Own | None = None) -> list[Mention]:
    """All names in `text`, from left to right, none inside another; `own` are families that the document names."""
    if own is None:
        return _listed(text, lexicon)
    if text not in own.found:
        known, others = _listed(text, lexicon), own_mentions(text, own, lexicon.tail)
        own.found[text] = _joined(known, others) if others else known
    return own.found[text]


def _listed(text: str, lexicon: Lexicon) -> list[Mention]:
    found = []
    for match in _pattern(lexicon.exact, lexicon.folded, lexicon.family, lexicon.tail).finditer(text):
        if match["exact"] or match["folded"]:
            entity = _known(match["exact"] or match["folded"], lexicon)
            found.append(Mention(entity, lexicon.kinds[entity], match.start(), match.end()))
        else:
            found.append(_model(match, lexicon))
    return found


def own_mentions(text: str, own: Own, words: str) -> list[Mention]:
    """The names of models whose family only the document knows, however they are spelt."""
    found: list[Mention] = []
    if not own.families:
        return found
    named, (tail, numbered) = _families(tuple(own.families)), _tails(words)
    for match in named.finditer(text):
        behind = (numbered if match[0][0].islower() else tail).match(text, match.end())
        if behind:
            family = own.families[lowered(match[0])]
            version, others, size = pieces(behind[0])
            entity = display(family, version, others, size, own.joints)
            found.append(Mention(entity, "model", match.start(), behind.end(), family, version, size))
    return found


def _joined(known: list[Mention], own: list[Mention]) -> list[Mention]:
    """Both, in order; of two that overlap the longer, else the known one."""
    kept: list[Mention] = []
    for mention in sorted([*known, *own], key=lambda held: (held.start - held.end, held not in known)):
        if not any(mention.start < held.end and held.start < mention.end for held in kept):
            kept.append(mention)
    return sorted(kept, key=lambda held: held.start)


def _known(surface: str, lexicon: Lexicon) -> str:
    folded = fold(surface)
    return lexicon.names.get(folded) or lexicon.names[folded.removesuffix("s")]


def _model(match: re.Match[str], lexicon: Lexicon) -> Mention:
    family = lexicon.families[re.sub(r"\s", " ", lowered(match["family"] or match["id"]))]
    start = match.end("family") if match["family"] else match.end("id")
    version, words, size = pieces(match.string[start : match.end()])
    entity = display(family, version, words, size, lexicon.joints)
    return Mention(entity, "model", match.start(), match.end(), family, version, size)


def pieces(tail: str) -> tuple[str, list[str], str]:
    """Version, words and size in what follows a family's name; v0.1 stays v0.1, and 7b becomes 7B."""
    version, size, words = "", "", []
    for piece in PIECE.finditer(tail):
        if piece["size"]:
            size = size or piece["size"].upper().replace("X", "x").replace("×", "x")
        elif piece["version"]:
            version = version or piece["version"]
        elif piece["word"].lower() not in DROPPED:
            words.append(_word(piece["word"]))
    plain = bool(size) or (version[:1] in ("V", "R", "K") and bool(version))
    return version, [word for word in words if word != "Base" or not plain], size


def _word(word: str) -> str:
    if word == word.lower():
        return {"moe": "MoE"}.get(word, word.capitalize())
    return word.capitalize() if (word.isupper() and len(word) > 4) or word == "BASE" else word


def display(family: str, version: str, words: list[str], size: str, joints: dict[str, str]) -> str:
    """The canonical name: family, version, size, and what kind of model: Qwen2.5 Coder 7B Instruct, Mistral 7B v0.1."""
    joint = joints.get(family, "-" if version[:1] in "RKV" and version else " ")
    name, release = family, ""
    if version[:1] == "v" and family not in joints:
        release = version
    elif version:
        name = f"{family}{joint}{version.removeprefix('v') if joint == '-' else version}"
    late = [word for word in words if word in LATE]
    early = [word for word in words if word not in late]
    return " ".join(filter(None, [name, *early, size, release, *late]))


@lru_cache(maxsize=4)
def _pattern(exact: str, folded: str, family: str, words: str) -> re.Pattern[str]:
    tail = _tail(words)
    return re.compile(
        rf"(?<![\w.])(?:(?P<exact>{exact})s?|(?P<folded>{folded})s?|{ALONE}(?P<family>{family})(?!\sAI\b|\.cpp){tail}*"
        rf"|{ALONE}(?P<id>(?i:{family}))(?=[-_]?v?\d){tail}+)(?!\w|-[A-Z0-9]|-?\.\d)"
    )


@lru_cache(maxsize=256)
def _families(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.])(?:{'|'.join(sorted(names, key=len, reverse=True))})", re.IGNORECASE)


@lru_cache(maxsize=4)
def _tails(words: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What may follow a family's name, and what must where it is written small: a version or a size."""
    tail, end = _tail(words), r"(?!\w|-?\.\d)"
    return re.compile(rf"{tail}*{end}"), re.compile(rf"(?=[-_]?v?\d){tail}+{end}")


def _tail(words: str) -> str:
    return rf"(?:[\s\-_/]?(?:{SIZE}|{VERSION})|[\s\-_]?(?:{words})(?![A-Za-z]))"
