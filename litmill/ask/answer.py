"""Answers: the values and relations that a question asks for, and what of it the corpus does not say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from litmill.ask.known import Known, Record, read_known
from litmill.ask.question import understand
from stages.core.run.errors import UserError
from stages.core.spelling import fold
from stages.extract.names import Mention

USES = re.compile(r"\b(?:us(?:es?|ed|ing)|employ\w*|with|ha(?:s|ve|ving)|built (?:on|with)|adopt\w*)\b", re.IGNORECASE)
ALIKE_SHOWN = 8


@dataclass(frozen=True)
class Source:
    """The words that say something, and where they stand."""

    document: str
    element: str
    quote: str


@dataclass(frozen=True)
class Said:
    """`subject` has `value` as its `name`: a parameter, or the other side of a relation. `rank` 1 is the best value."""

    subject: str
    name: str
    value: str
    unit: str
    rank: int
    sources: list[Source]
    detail: str = ""
    """How a result was got, such as 5-shot; empty: not said."""
    disputed: bool = False
    """Whether another value disagrees with it."""


@dataclass(frozen=True)
class Answer:
    """What the corpus says, what it does not say, and names near to those asked for."""

    said: list[Said] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    see: list[str] = field(default_factory=list)


def answer(text: str) -> Answer:
    """Answer a question from build/knowledge/. Raises UserError where it is not understood."""
    known = read_known()
    question = understand(text, known)
    result = Answer()
    if question.subjects and question.others and not question.parameters:
        for subject in question.subjects:
            _between(subject, question.others, known, result)
    elif question.subjects:
        for subject in question.subjects:
            _of_model(subject, question.parameters, known, result)
    elif question.parameters:
        raise UserError(f"{text!r} asks for {', '.join(question.parameters)} of no model; name one")
    else:
        for other in question.others:
            _users(other, bool(USES.search(text)), known, result)
    return result


def _of_model(mention: Mention, parameters: list[str], known: Known, result: Answer) -> None:
    """The parameters of a model, or of all models of a family; without `parameters`, all there are.

    What is not said of a name as it was asked for is looked up of the names that go on from it.
    """
    keys = _keys(mention, known)
    if not keys:
        result.unsaid.append(f"anything about {mention.entity}")
        result.see.extend(_alike(mention, known))
        return
    held = [(key, value) for key in keys for value in known.values[key]]
    for name in parameters or list(dict.fromkeys(value["name"] for _, value in held)):
        found = [said for key in keys for said in _values(key, name, known)]
        found = found or [said for key in _narrower(mention, known) for said in _values(key, name, known)]
        result.said.extend(found)
        if not found:
            result.unsaid.append(f"{name} of {mention.entity}")
    if not parameters:
        relations = [one for one in known.relations if one["subject"] in keys]
        result.said.extend(_relation(one, known) for one in relations)
        if not held and not relations:
            result.unsaid.append(f"any parameter of {mention.entity}")
    if any(name.endswith(mention.entity) for name in result.unsaid):
        result.see.extend(_alike(mention, known, parameters))


def _keys(mention: Mention, known: Known) -> list[str]:
    """The entity of a name; of a bare family, all its models."""
    key = known.ids.get(fold(mention.entity))
    bare = bool(mention.family) and not mention.version and not mention.size and mention.entity == mention.family
    others = known.members(mention.family) if bare else []
    return list(dict.fromkeys([*([key] if key else []), *others]))


def _narrower(mention: Mention, known: Known) -> list[str]:
    """Models whose names go on where this one ends: Mistral 7B v0.1 for Mistral 7B, Llama 2 13B for Llama 2."""
    begins = f"{mention.entity} ".casefold()
    return [key for key in known.members(mention.family or "") if known.name(key).casefold().startswith(begins)]


def _alike(mention: Mention, known: Known, parameters: list[str] | None = None) -> list[str]:
    """Models of the same family, those that begin alike first; with `parameters`, only models that have one of them."""
    family = mention.family or (known.entities[known.ids[fold(mention.entity)]]["family"])
    names = [
        known.name(key)
        for key in known.members(family)
        if not parameters or any(value["name"] in parameters for value in known.values[key])
    ]
    near = sorted(names, key=lambda name: (not fold(name).startswith(fold(mention.entity)), name))
    return [name for name in near if name != mention.entity][:ALIKE_SHOWN]


def _values(key: str, name: str, known: Known) -> list[Said]:
    held = [value for value in known.values[key] if value["name"] == name]
    return [
        Said(
            known.name(key),
            name,
            value["value"],
            value["unit"] or "",
            rank,
            _sources(value),
            value["detail"] or "",
            value["disputed"],
        )
        for rank, value in enumerate(held, start=1)
    ]


def _between(subject: Mention, others: list[Mention], known: Known, result: Answer) -> None:
    """What is said of a model and another entity: `does Llama 2 7B use RoPE`."""
    keys = _keys(subject, known)
    for other in others:
        wanted = fold(other.entity)
        found = [said for said in _with(other, known) if said.subject in {known.name(key) for key in keys}]
        result.said.extend(found)
        if not found:
            result.unsaid.append(
                f"that {subject.entity} has to do with {known.name(known.ids[wanted])}"
                if wanted in known.ids
                else f"anything about {other.entity}"
            )


def _users(other: Mention, uses: bool, known: Known, result: Answer) -> None:
    """Who uses a component (`uses`), or all that is said of it."""
    found = [said for said in _with(other, known, as_object=uses) if not uses or said.name == "uses"]
    result.said.extend(found)
    if not found:
        result.unsaid.append(f"which models use {other.entity}" if uses else f"anything about {other.entity}")


def _with(other: Mention, known: Known, *, as_object: bool = False) -> list[Said]:
    """Relations on either side of which an entity stands, or as whose object, and parameters with it as their value."""
    key, wanted = known.ids.get(fold(other.entity)), fold(other.entity)
    sides = ("object",) if as_object else ("subject", "object")
    relations = [one for one in known.relations if key and key in [one[side] for side in sides]]
    found = [_relation(one, known) for one in relations]
    have = {said.subject for said in found if said.name == "uses"}
    for value in known.parameters:
        name = known.name(value["entity"])
        if fold(value["value"]) == wanted and name not in have:
            found.append(Said(name, "uses", other.entity, "", 1, _sources(value)))
    return sorted(found, key=lambda said: (said.name, said.subject, said.value))


def _relation(one: Record, known: Known) -> Said:
    return Said(known.name(one["subject"]), one["predicate"], known.name(one["object"]), "", 1, _sources(one))


def _sources(record: Record) -> list[Source]:
    return [Source(one["document"], one["element"], one["quote"]) for one in record["sources"]]
