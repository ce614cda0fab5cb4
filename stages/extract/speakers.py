"""Of which model a sentence speaks that names none: of the one that its paragraph, heading or document is about."""

from __future__ import annotations

from dataclasses import dataclass

from stages.extract.cues import ADJECTIVE, COMPARED, STRANGE, TOPIC
from stages.extract.facts import Document, Element
from stages.extract.lexicon import Lexicon
from stages.extract.names import Mention
from stages.extract.sentences import sentences
from stages.extract.subjects import nearest_subject, specific

OPENS = 25  # characters within which a sentence names what it is about


@dataclass(frozen=True)
class Speaker:
    """Who a sentence without a name of its own speaks of, and whether its paragraph said so."""

    name: str = ""
    near: bool = False


def context(element: Element, document: Document, lexicon: Lexicon) -> Speaker:
    headed = nearest_subject(element, document, lexicon)
    if headed and headed != document.subject.name:
        return Speaker(headed, True)
    strange = any(STRANGE.search(heading) for heading in (element["section"] or [])[1:])
    return Speaker(headed if document.subject.specific and not strange else "", False)


def last_speaker(text: str, mentions: list[Mention], document: Document) -> str:
    """The model that a paragraph speaks of at its end; empty if it names none."""
    speaker = Speaker()
    for start, end in sentences(text):
        named = [mention for mention in mentions if start <= mention.start < end and mention.kind == "model"]
        speaker = next_speaker(text, start, named, speaker, document)
    return speaker.name


def next_speaker(text: str, start: int, named: list[Mention], speaker: Speaker, document: Document) -> Speaker:
    """The model that a sentence is about is the one that the next one may call `it`."""
    about = [mention for mention in named if not compared(text, mention)]
    models = {mention.entity: mention for mention in reversed(about)}
    if len(models) == 1:
        name, mention = next(iter(models.items()))
        if not topical(text, start, mention, document):
            return speaker
        return Speaker(name, True) if specific(mention) or name == document.subject.name else Speaker()
    return Speaker() if len(models) > 1 else speaker


def compared(text: str, mention: Mention) -> bool:
    """Whether a model is named as something that another is compared with, or as an adjective: `a BERT-base shape`."""
    before = text[max(0, mention.start - 30) : mention.start]
    return bool(COMPARED.search(before) or ADJECTIVE.match(text, mention.end))


def topical(text: str, start: int, mention: Mention, document: Document) -> bool:
    """Whether a sentence may be about another model than the document is: it opens with it, or leads up to it."""
    if not document.subject.specific or mention.entity == document.subject.name or mention.start - start < OPENS:
        return True
    return bool(TOPIC.search(text[max(0, mention.start - 30) : mention.start]))
