"""Parameters from sentences, each given to the model that the sentence, its paragraph or its document speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stages.extract.cues import (
    ACTIVE,
    BASE,
    CLAUSE,
    DEFINED,
    DENIED,
    FOR_MODULE,
    GENERAL,
    LOCAL,
    OF_MODULE,
    OTHERS,
    OURS,
    PARTLY,
    PARTS,
    PRETRAINED,
    RESPECTIVELY,
    SEVERAL,
    SHAPED,
    SHARE,
    SHOWN,
    SIZES,
    TOGETHER,
    TRAINED,
    TUNED,
    TUNING,
    UNREAL,
    USES,
)
from stages.extract.facts import Document, Element, Parameter
from stages.extract.lexicon import Lexicon
from stages.extract.names import SIZE, VERSION, Mention
from stages.extract.numbers import Value, to_number
from stages.extract.quantities import BLOT, Found, elided, quantities, words
from stages.extract.sentences import sentences
from stages.extract.speakers import Speaker, compared, context, next_speaker, topical
from stages.extract.subjects import specific, with_size
from stages.extract.values import shots

LISTING = re.compile(r"\|\s*:?-{2,}:?\s*\||(?:\|[^|\n]*){6}")
"""What is left of a table, or of columns of figures, that was taken for prose."""
ATTENTION = re.compile(r"[Aa]ttention|[Aa]ttending|\bM[HQL]A\b|\bGQA\b|\bSWA\b")
NEAR = 30  # characters behind a kind of attention within which it is said to be one: multi-head queries are none
TORN = re.compile(rf"{VERSION}[ -]{SIZE}\b")
"""At the start of a paragraph, what remains of a model's name: `1-21B on ARC-C amounts`."""


def read_prose(element: Element, mentions: list[Mention], document: Document, lexicon: Lexicon) -> Iterator[Parameter]:
    """The parameters that the sentences of an element state, but for one whose beginning is on another page."""
    text = element["text"]
    speaker = context(element, document, lexicon)
    for start, end in sentences(text):
        if not start and TORN.match(text):
            continue
        named = [mention for mention in mentions if start <= mention.start < end and mention.kind == "model"]
        meant = named or (speaker.name and not SEVERAL.match(text, start))
        if meant and end - start <= lexicon.limit:
            yield from _stated(element, start, end, named, speaker, document, lexicon)
        speaker = next_speaker(text, start, named, speaker, document)


def _stated(
    element: Element, start: int, end: int, named: list[Mention], speaker: Speaker, document: Document, lexicon: Lexicon
) -> Iterator[Parameter]:
    sentence = element["text"][start:end]
    models = [Mention(m.entity, m.kind, m.start - start, m.end - start, m.family, m.version, m.size) for m in named]
    models = sorted([*models, *_sizes(sentence, models, speaker, document, lexicon)], key=lambda model: model.start)
    facts = [
        *_numbers(sentence, models, speaker, document, lexicon),
        *_words(sentence, models, speaker, document, lexicon),
    ]
    if not facts or UNREAL.search(sentence) or LISTING.search(sentence):
        return
    if not models and (GENERAL.search(sentence) or DEFINED.match(sentence)):
        return
    once: dict[tuple[str, str], set[Value]] = {}
    for subject, one in facts:
        once.setdefault((subject, one.name), set()).add(one.value)
    for (subject, name), values in once.items():
        if len(values) == 1:
            (value,), meaning = values, lexicon.parameters[name]
            place = (element["id"], sentence, start, end, shots(sentence, meaning))
            yield Parameter(subject, name, value.text, value.number, meaning.unit or None, *place)


def _numbers(
    sentence: str, models: list[Mention], speaker: Speaker, document: Document, lexicon: Lexicon
) -> list[tuple[str, Found]]:
    masked = _masked(sentence, models)
    found = quantities(masked, lexicon)
    found += elided(masked, found, lexicon) if len(models) > 1 else []
    subjects = _respectively(sentence, found, models)
    facts = []
    for one in found:
        clause = _clause(sentence, one)
        if DENIED.search(sentence, clause, one.at) or PARTLY.search(sentence, clause, one.end):
            continue
        if _of_others(sentence, clause, one):
            continue
        subject = subjects.get(one.at) or _subject(sentence, one, models, speaker, document)
        if subject and _fits(subject, one, sentence, speaker, models, lexicon):
            facts.append((subject, one))
    return facts


def _sizes(
    sentence: str, models: list[Mention], speaker: Speaker, document: Document, lexicon: Lexicon
) -> list[Mention]:
    """Sizes that stand for models of the family that is spoken of: `7B and 13B have 32 and 40 layers, respectively`."""
    base = models[0].entity if models else speaker.name
    if not base or not SIZES.search(sentence):
        return []
    taken = [range(model.start, model.end) for model in models]
    found = []
    for match in SIZES.finditer(sentence):
        if not any(match.start("size") in place for place in taken):
            entity = with_size(base, match["size"], document, lexicon)
            found.append(Mention(entity, "model", match.start("size"), match.end("size"), size=match["size"]))
    return found


def _masked(sentence: str, models: list[Mention]) -> str:
    """The sentence with the names of models blotted out, so that no digit of a name is a value."""
    for model in models:
        sentence = sentence[: model.start] + BLOT * (model.end - model.start) + sentence[model.end :]
    return sentence


def _of_others(sentence: str, clause: int, one: Found) -> bool:
    """Whether a value is of something else: the bits of a cache, the tokens of a batch, the size of what is beaten."""
    if one.name in SHAPED and (OF_MODULE.search(sentence[: one.at]) or FOR_MODULE.match(sentence, one.end)):
        return True
    if one.name == "experts" and ACTIVE.match(sentence, one.end) and not sentence[: one.at].endswith("of "):
        return True
    others = OTHERS.get(one.name)
    after = CLAUSE.search(sentence, one.end) if one.name in PARTS else None
    end = after.start() if after else len(sentence) if one.name in PARTS else one.end
    return bool(others and (others.search(sentence, clause, end) or SHARE.match(sentence, one.end)))


def _clause(sentence: str, one: Found) -> int:
    """Where the clause of a value begins."""
    ends = [match.end() for match in CLAUSE.finditer(sentence, 0, min(one.start, one.at))]
    return ends[-1] if ends else 0


def _respectively(sentence: str, found: list[Found], models: list[Mention]) -> dict[int, str]:
    """`7B and 13B have 32 and 40 layers, respectively` is read only where each model has a value of its own."""
    if not RESPECTIVELY.search(sentence) or not found or len(found) != len(models):
        return {}
    return {one.at: model.entity for one, model in zip(found, models, strict=True)}


def _subject(sentence: str, one: Found, models: list[Mention], speaker: Speaker, document: Document) -> str:
    """The model that a value belongs to: the only one named, else the last one named before the value."""
    names = {model.entity for model in models}
    own = [model for model in models if not compared(sentence, model)]
    before = [model for model in models if model.end <= one.at]
    if not models:
        return speaker.name
    if len(names) == 1:
        chosen = models[0]
        if not own:
            return _after_other(sentence, one, chosen) or (speaker.name if OURS.search(sentence) else "")
        chosen = own[0]
        if not topical(sentence, 0, chosen, document) and one.at < chosen.start:
            return ""
    elif len(before) > 1 and TOGETHER.fullmatch(sentence, before[-2].end, before[-1].start):
        return ""
    elif before and (before[-1] in own or _relative(sentence, before[-1], one)):
        chosen = before[-1]
    elif len({model.entity for model in own}) == 1:
        chosen = own[0]
    else:
        return ""
    return chosen.entity if specific(chosen) or chosen.entity == document.subject.name else ""


def _relative(sentence: str, model: Mention, one: Found) -> bool:
    """Whether what stands between a compared model and a value belongs to the model: `O, which has 48 layers,`."""
    return bool(re.match(r"\s*(?:,\s*(?:which|whose|that)\b|\s+(?:with|has)\b|\s*\()", sentence[model.end :])) and (
        "," not in sentence[model.end : one.at].lstrip(", ")
    )


def _after_other(sentence: str, one: Found, model: Mention) -> str:
    return model.entity if model.end <= one.at and _relative(sentence, model, one) and specific(model) else ""


def _fits(subject: str, one: Found, sentence: str, speaker: Speaker, models: list[Mention], lexicon: Lexicon) -> bool:
    """Whether a value may be this model's: sizes agree with names, and what tunes a model is not what trained it."""
    if one.name in TRAINED and TUNING.search(sentence) and not TUNED.search(subject):
        return False
    if one.name == "hardware" and (SHOWN.search(sentence) or not PRETRAINED.search(sentence)):
        return False
    if one.name == "batch size" and LOCAL.search(sentence):
        return False
    if one.name in ("parameters", "active parameters", "trainable parameters"):
        return bool(models or speaker.near) and (one.name != "parameters" or near_size(subject, one.value))
    return True


def _words(
    sentence: str, models: list[Mention], speaker: Speaker, document: Document, lexicon: Lexicon
) -> list[tuple[str, Found]]:
    """Values that are words: AdamW, RMSNorm. Without a model's name near, only of what `we` or `it` use."""
    found = []
    for one in words(sentence, lexicon) if models or OURS.search(sentence) else ():
        clause = _clause(sentence, one)
        if DENIED.search(sentence, clause, one.at) or (
            one.name == "licence" and not re.search(r"licen[sc]|under|terms", sentence)
        ):
            continue
        if any(model.start <= one.at < model.end for model in models) or BASE.match(sentence, one.end):
            continue
        if _of_others(sentence, clause, one):
            continue
        if one.name == "attention" and not ATTENTION.search(sentence, one.at, one.end + NEAR):
            continue
        subject = _subject(sentence, one, models, speaker, document)
        said = models or (OURS.search(sentence) and USES.search(sentence, 0, one.at))
        if subject and said and _fits(subject, one, sentence, speaker, models, lexicon):
            found.append((subject, one))
    return found


def near_size(subject: str, value: Value) -> bool:
    """Whether a number of parameters agrees with the size in a model's name, within a factor of 1.5, if it has one."""
    named = re.search(r"(?<![\dx.])\d+(?:\.\d+)?[BM]\b", subject)
    size = to_number(named[0]) if named else None
    return size is None or value.number is None or size / 1.5 <= value.number <= size * 1.5
