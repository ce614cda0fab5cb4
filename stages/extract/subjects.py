"""Whose values: the one model that a name, a heading or a title speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stages.extract.facts import Document, Element, Subject
from stages.extract.lexicon import Lexicon
from stages.extract.names import Mention, display, find_mentions


def models_in(text: str, lexicon: Lexicon) -> Iterator[Mention]:
    """The models named in `text`."""
    return (mention for mention in find_mentions(text, lexicon) if mention.kind == "model")


def model_of(text: str, lexicon: Lexicon) -> Mention | None:
    """The only model named in `text`; None if it names none, or several."""
    found = {mention.entity: mention for mention in reversed(list(models_in(text, lexicon)))}
    return next(iter(found.values())) if len(found) == 1 else None


def specific(mention: Mention) -> bool:
    """Whether a name says which model of a family is meant."""
    return bool(mention.version or mention.size or mention.entity != mention.family)


def subject_of(document: Document, lexicon: Lexicon, name: str) -> Subject:
    """What a document is about: the model that its front matter (`name`) or its title names."""
    for text in filter(None, [name, document.title]):
        model = model_of(text, lexicon)
        if model and (specific(model) or text.strip() == text[model.start : model.end]):
            return Subject(model.entity, bool(specific(model)))
    return Subject(name, bool(name))


def nearest_subject(element: Element, document: Document, lexicon: Lexicon) -> str:
    """The model of the innermost heading that names any, else the document's subject; empty in doubt."""
    for heading in reversed(element["section"] or []):
        found = list(models_in(heading, lexicon))
        if heading != document.title and found:
            model = model_of(heading, lexicon)
            return model.entity if model else ""
    return document.subject.name


def with_size(subject: str, size: str, lexicon: Lexicon) -> str:
    """The model of the same version that has another size: Qwen2 and 7B to Qwen2 7B."""
    model = model_of(subject, lexicon)
    if not model:
        return f"{subject} {size}"
    tail = subject.removeprefix(model.family)
    words = [word for word in tail.replace("-", " ").split() if word.isalpha()]
    return replace(model, entity=display(model.family, model.version, words, size, lexicon.joints)).entity
