"""Parameters from sentences, each given to the model that the sentence, its paragraph or its document speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stages.extract.facts import Document, Element, Parameter
from stages.extract.lexicon import Lexicon
from stages.extract.names import Mention
from stages.extract.numbers import Value, to_number
from stages.extract.quantities import BLOT, Found, elided, quantities, words
from stages.extract.sentences import sentences
from stages.extract.subjects import nearest_subject, specific

UNREAL = re.compile(
    r"\b(?:if|would|could|suppose|assum\w+|imagine|hypothetical\w*|for example|for instance|such as|say"
    r"|might|whether|at least|larger models|ablat\w+|experiments?|worse|(?:each|per|every) (?:GPU|device|node|rank|worker))\b|\?|\be\.g\.",
    re.IGNORECASE,
)
DENIED = re.compile(r"\b(?:not|never|no|without|cannot|neither|nor|instead of|rather than|than|unlike)\b|n't\b", re.IGNORECASE)
PARTLY = re.compile(
    r"\b(?:(?:final|second|(?:fi|ﬁ)rst|last|third|subsequent|annealing|cooldown) (?:training )?(?:stages?|phases?)|final|remaining|another|switch\w*"
    r"|stages?|each of the|subset|extra|additional\w*|until|consum\w+|checkpoint|intermediate checkpoints?|on each)\b",
    re.IGNORECASE,
)
TUNING = re.compile(r"\b(?:fi|ﬁ)ne-?\s?tun", re.IGNORECASE)
TRAINED = {"learning rate", "batch size", "epochs", "warm-up steps", "training steps", "training tokens", "weight decay", "optimizer",
           "learning rate schedule", "training sequence length"}  # fmt: skip
CLAUSE = re.compile(r"[;:]|,\s(?:but|while|whereas|instead|rather|which|since)\b|\s(?:but|while|whereas)\s")
COMPARED = re.compile(
    r"\b(?:than|unlike|compared (?:with|to)|different from|similar to|following|as|in contrast to|inherited from|based on"
    r"|contrary to|like|from|times)\s+(?:that of\s+|the\s+)?$",
    re.IGNORECASE,
)
ADJECTIVE = re.compile(
    r"(?:['’]s)?\s+(?:\w+\s+)?(?:line|family|series|report|paper|recipe|lineage|style|shape|teacher|tokenizer|vocabulary|config\w*)\b"
    r"|-(?:style|like|shaped?|based|class|derived|family)\b"
)
TOPIC = re.compile(r"\b(?:introduc|present|propos|releas|train|describ|of|in|for|to|by|into|on|up)\w*\s+(?:the\s+)?$|,\s*$", re.IGNORECASE)
RESPECTIVELY = re.compile(r"\brespectively\b")
USES = re.compile(
    r"\b(?:us(?:es?|ed|ing)|employ\w*|adopt\w*|utili[sz]\w*|appl(?:y|ies|ied)|trained (?:with|in|on|using)|optimi[sz]ed (?:with|by|using)"
    r"|is|are|was|were|with)\b",
    re.IGNORECASE,
)
OURS = re.compile(r"\b(?:[Ww]e|[Oo]ur|[Ii]t|[Ii]ts|[Tt]he model|[Tt]his model|[Tt]he network|[Tt]he (?:final|main) model)\b")
STRANGE = re.compile(
    r"related work|ablation|appendix|prior work|previous work|background|comparison|discussion|limitation|preliminar"
    r"|fine-?tun|post-?training|reinforcement|alignment|scaling law|evaluation|case stud|experiments on|downstream|distill|reward",
    re.IGNORECASE,
)
BASE = re.compile(r"\s+(?:base|theta|frequency|scaling)\b", re.IGNORECASE)
OPENS = 25  # characters within which a sentence names what it is about


@dataclass(frozen=True)
class Speaker:
    """Who a sentence without a name of its own speaks of, and whether its paragraph said so."""

    name: str = ""
    near: bool = False


def read_prose(element: Element, mentions: list[Mention], document: Document, lexicon: Lexicon) -> Iterator[Parameter]:
    """The parameters that the sentences of an element state."""
    text = element["text"]
    speaker = _context(element, document, lexicon)
    for start, end in sentences(text):
        named = [mention for mention in mentions if start <= mention.start < end and mention.kind == "model"]
        if end - start <= lexicon.limit and not UNREAL.search(text, start, end):
            yield from _stated(element, start, end, named, speaker, document, lexicon)
        speaker = _next(text, start, named, speaker, document)


def last_speaker(text: str, mentions: list[Mention], document: Document) -> str:
    """The model that a paragraph speaks of at its end; empty if it names none."""
    speaker = Speaker()
    for start, end in sentences(text):
        named = [mention for mention in mentions if start <= mention.start < end and mention.kind == "model"]
        speaker = _next(text, start, named, speaker, document)
    return speaker.name


def _context(element: Element, document: Document, lexicon: Lexicon) -> Speaker:
    headed = nearest_subject(element, document, lexicon)
    if headed and headed != document.subject.name:
        return Speaker(headed, True)
    strange = any(STRANGE.search(heading) for heading in (element["section"] or [])[1:])
    return Speaker(headed if document.subject.specific and not strange else "", False)


def _other(text: str, mention: Mention) -> bool:
    """Whether a model is named as something that another is compared with, or as an adjective: `a BERT-base shape`."""
    before = text[max(0, mention.start - 30) : mention.start]
    return bool(COMPARED.search(before) or ADJECTIVE.match(text, mention.end))


def _topical(text: str, start: int, mention: Mention, document: Document) -> bool:
    """Whether a sentence may be about a model that is not the document's: it opens with it, or a preposition leads to it."""
    if not document.subject.specific or mention.entity == document.subject.name or mention.start - start < OPENS:
        return True
    return bool(TOPIC.search(text[max(0, mention.start - 30) : mention.start]))


def _next(text: str, start: int, named: list[Mention], speaker: Speaker, document: Document) -> Speaker:
    """The model that a sentence is about is the one that the next one may call `it`."""
    about = [mention for mention in named if not _other(text, mention)]
    models = {mention.entity: mention for mention in about}
    if len(models) == 1:
        name, mention = next(iter(models.items()))
        if not _topical(text, start, mention, document):
            return speaker
        return Speaker(name, True) if specific(mention) or name == document.subject.name else Speaker()
    return Speaker() if len(models) > 1 else speaker


def _stated(
    element: Element, start: int, end: int, named: list[Mention], speaker: Speaker, document: Document, lexicon: Lexicon
) -> Iterator[Parameter]:
    sentence = element["text"][start:end]
    models = [Mention(m.entity, m.kind, m.start - start, m.end - start, m.family, m.version, m.size) for m in named]
    found = quantities(_masked(sentence, models), lexicon)
    found += elided(_masked(sentence, models), found, lexicon)
    subjects = _respectively(sentence, found, models) or {}
    once: dict[tuple[str, str], set[Value]] = {}
    facts: list[tuple[str, Found]] = []
    for one in found:
        clause = _clause(sentence, one)
        if DENIED.search(sentence, clause, one.at) or PARTLY.search(sentence, clause, one.end):
            continue
        subject = subjects.get(one.at) or _subject(sentence, one, models, speaker, document)
        if subject and _fits(subject, one, sentence, speaker, models, lexicon):
            facts.append((subject, one))
    facts += _words(sentence, models, speaker, document, lexicon)
    for subject, one in facts:
        once.setdefault((subject, one.name), set()).add(one.value)
    for subject, one in facts:
        if len(once[subject, one.name]) == 1:
            once[subject, one.name].add(Value("", None))
            unit = lexicon.parameters[one.name].unit or None
            yield Parameter(subject, one.name, one.value.text, one.value.number, unit, element["id"], sentence, start, end)


def _masked(sentence: str, models: list[Mention]) -> str:
    """The sentence with the names of models blotted out, so that no digit of a name is a value."""
    for model in models:
        sentence = sentence[: model.start] + BLOT * (model.end - model.start) + sentence[model.end :]
    return sentence


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
    own = [model for model in models if not _other(sentence, model)]
    before = [model for model in models if model.end <= one.at]
    if not models:
        return speaker.name
    if len(names) == 1:
        chosen = models[0]
        if not own:
            return _after_other(sentence, one, chosen) or (speaker.name if OURS.search(sentence) else "")
        chosen = own[0]
        if not _topical(sentence, 0, chosen, document) and one.at < chosen.start:
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
    if one.name in TRAINED and TUNING.search(sentence) and not re.search(rf"[\s-](?:{lexicon.tail})(?![A-Za-z])", subject):
        return False
    if one.name in ("parameters", "active parameters"):
        return bool(models or speaker.near) and (one.name != "parameters" or near_size(subject, one.value))
    return True


def _words(sentence: str, models: list[Mention], speaker: Speaker, document: Document, lexicon: Lexicon) -> list[tuple[str, Found]]:
    """Values that are words: AdamW, RMSNorm. Without a model's name near, only of what `we` or `it` use."""
    found = []
    for one in words(sentence, lexicon):
        clause = _clause(sentence, one)
        if DENIED.search(sentence, clause, one.at) or (one.name == "licence" and not re.search(r"licen[sc]|under|terms", sentence)):
            continue
        if any(model.start <= one.at < model.end for model in models) or BASE.match(sentence, one.end):
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
