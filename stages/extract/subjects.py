"""Whose values: the one model that a name, a heading or a title speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from stages.extract.facts import Document, Element, Subject
from stages.extract.labels import label
from stages.extract.lexicon import Lexicon
from stages.extract.names import Mention, display, find_mentions

SHAPE = {
    "layers",
    "hidden size",
    "heads",
    "parameters",
    "feed-forward size",
    "vocabulary",
    "context length",
    "attention",
    "normalisation",
}
ENOUGH = 3  # so many rows of SHAPE in a table of label and value say that the document describes one model
NO_NAME = re.compile(
    r"\b(?:of|the|for|to|and|how|an?|with|in|on|is|are|from|model card|guide|tutorial|overview|readme|configuration)\b"
    r"|^(?:(?:pre-?)?train|fine-?tun|evaluat|quanti[sz]|convert|deploy|serv|run|us|install|load|test|build)(?:e|ing|ning)?\b",
    re.IGNORECASE,
)
WHOLE = re.compile(r"\s*(?:\(.*\))?")  # behind the only name of a title: LoRA (Low-Rank Adaptation)
HEADED = re.compile(r"^(?P<name>[^:]{2,40}?)(?:\s*:|\s+technical report\b|\s+model card\b)", re.IGNORECASE)


def models_in(text: str, document: Document, lexicon: Lexicon) -> Iterator[Mention]:
    """The models named in `text`."""
    return (mention for mention in find_mentions(text, lexicon, document.own) if mention.kind == "model")


def model_of(text: str, document: Document, lexicon: Lexicon) -> Mention | None:
    """The only model named in `text`; None if it names none, or several."""
    found = {mention.entity: mention for mention in reversed(list(models_in(text, document, lexicon)))}
    return next(iter(found.values())) if len(found) == 1 else None


def specific(mention: Mention) -> bool:
    """Whether a name says which model of a family is meant."""
    return bool(mention.version or mention.size or mention.entity != mention.family)


def subject_of(document: Document, lexicon: Lexicon, name: str) -> Subject:
    """What a document is about: the model that its front matter (`name`) or its title names.

    A short title that names no known model is a name itself where a table describes the shape of one model.
    """
    for text in filter(None, [name, document.title]):
        model = model_of(text, document, lexicon)
        if model and (specific(model) or _is_named(text, model)):
            if text == document.title and _is_whole(text, model, document, lexicon):
                break
            return Subject(model.entity, True)
    if name:
        return Subject(name, True, _front(document, name))
    title = document.title.strip()
    if may_name(title, lexicon) and _describes(document, lexicon):
        return Subject(title, True)
    return _introduced(document, lexicon)


def _front(document: Document, name: str) -> tuple[str, int, int] | None:
    """Where the front matter names the model."""
    for element in document.elements:
        if element["type"] == "FrontMatter" and (start := element["text"].find(name)) >= 0:
            return element["id"], start, start + len(name)
    return None


def _is_named(text: str, model: Mention) -> bool:
    """Whether the text is the model's name, or begins with it before a colon."""
    headed = HEADED.match(text)
    return text[model.start : model.end] in (text.strip(), headed["name"] if headed else "")


def may_name(title: str, lexicon: Lexicon) -> bool:
    """Whether a title may be a model's name: it is short, and neither a sentence nor the name of something else."""
    if not 0 < len(title) <= 40 or len(title.split()) > 5 or NO_NAME.search(title):
        return False
    found = find_mentions(title, lexicon)[:1]
    other = any(held.kind != "model" and not held.start and WHOLE.fullmatch(title[held.end :]) for held in found)
    return not other and not all(word in lexicon.ordinary for word in title.lower().split())


def _is_whole(title: str, model: Mention, document: Document, lexicon: Lexicon) -> bool:
    """Whether a title of one model's table holds more of a name than is known: ERNIE 3.0 Base (Chinese)."""
    rest = (title[: model.start] + title[model.end :]).strip()
    return (
        bool(re.fullmatch(r"\([\w\s-]+\)|[\w.-]+", rest))
        and not NO_NAME.search(title)
        and _describes(document, lexicon)
    )


def _describes(document: Document, lexicon: Lexicon) -> bool:
    for element in document.elements:
        if element["type"] == "Table":
            lines = [line.split(" | ") for line in element["text"].split("\n")]
            named = {name for line in lines if len(line) == 2 for name in label(line[0], lexicon)}
            if len(named & SHAPE) >= ENOUGH or (len(lines[0]) == 2 and named & {"parameters"}):
                return True
    return False


def _introduced(document: Document, lexicon: Lexicon) -> Subject:
    """The model that a paper introduces in so many words: `we propose a new network architecture, the Transformer`."""
    from stages.extract.families import INTRODUCED

    for element in document.elements[:40]:
        for match in INTRODUCED.finditer(element["text"]):
            model = model_of(match["family"], document, lexicon)
            return Subject(model.entity if model else match["family"], True, (element["id"], *match.span("family")))
    return Subject()


def nearest_subject(element: Element, document: Document, lexicon: Lexicon) -> str:
    """The model of the innermost heading that names any, else the document's subject; empty in doubt."""
    for heading in reversed(element["section"] or []):
        found = list(models_in(heading, document, lexicon))
        if heading != document.title and found:
            model = model_of(heading, document, lexicon)
            return model.entity if model else ""
    return document.subject.name


def with_size(subject: str, size: str, document: Document, lexicon: Lexicon) -> str:
    """The model of the same version that has another size: Qwen2 and 7B to Qwen2 7B."""
    model = model_of(subject, document, lexicon)
    if not model:
        return f"{subject} {size}"
    tail = subject.removeprefix(model.family)
    words = [word for word in tail.replace("-", " ").split() if word.isalpha()]
    joints = {**lexicon.joints, **document.own.joints}
    return replace(model, entity=display(model.family, model.version, words, size, joints)).entity
