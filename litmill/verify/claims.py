"""Does a sentence or a row of a table say what its citations say? Each gives the reason against it, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from litmill.verify.evidence import Evidence, folded
from litmill.verify.numbers import DIGITS, numbers

TERM = re.compile(r"[\w.+-]*\w")
RENAMED = "formerly"
WORD = re.compile(r"[^\W\d_]+|[\d.]+")
DENIAL = re.compile(r"\b(?:not|no|never|none|without|neither|nor|cannot|unlike|except)\b|n't\b", re.IGNORECASE)
Citations = Sequence[Mapping[str, Any]]


def sentence(block: Mapping[str, Any], cited: Citations) -> str:
    """A sentence is its quote, white space aside."""
    return "" if _line(block["text"]) == _line(" ".join(one["quote"] for one in cited)) else "differs from its quote"


def written(page: Mapping[str, Any], block: Mapping[str, Any], cited: Citations, evidence: Evidence) -> str:
    """A model's sentence has the numbers of its quotes, denies only what they deny, and is mostly made of their words.

    Of the names of entities, it has those that its quotes or the page's title have.
    """
    said = " ; ".join(one["quote"] for one in cited)
    if numbers(block["text"]) - numbers(said):
        return "number not in its sources"
    if len(DENIAL.findall(block["text"])) > 0 and not DENIAL.search(said):
        return "denies what its sources do not"
    have, near = _words(said), _words(f"{said} {page['title']}")
    for name in evidence.entities.values():
        if f" {name.lower()} " in f" {' '.join(TERM.findall(block['text'])).lower()} " and not _words(name) <= near:
            return "source speaks of something else"
    own = _words(block["text"])
    return "" if 2 * len(own & near) >= len(own) and own & have else "words not in its sources"


def _words(text: str) -> set[str]:
    """Words of four letters and more by their first five, and all that have a digit."""
    return {word.lower()[:5] for word in TERM.findall(text) if len(word) > 3 or any(map(str.isdigit, word))}


def row(page: Mapping[str, Any], block: Mapping[str, Any], evidence: Evidence) -> Iterator[str]:
    """The reasons against the cells of a row, and against what they say together."""
    numbered = {one["number"]: one for one in page["citations"]}
    whose = next((cell["entity"] for cell in block["cells"] if cell["entity"]), "")
    for cell in block["cells"]:
        cited = [numbered[number] for number in cell["citations"]]
        if cell["parameter"]:
            yield value(cell, cited, evidence) or figures(cell, cited)
        elif cell["entity"]:
            yield _name(cell, evidence) or about(cell, cited, (whose, page["about"]), evidence)
        elif cited:
            yield about(cell, cited, (whose, page["about"]), evidence) or figures(cell, cited)
    values = {cell["entity"] for cell in block["cells"] if cell["parameter"]}
    yield _label(block["cells"], numbered, evidence)
    if values - {whose}:
        yield "values of two entities in one row"
    stated = [{cell["entity"], evidence.id(cell["text"])} for cell in block["cells"] if cell["parameter"]]
    if page["about"] in evidence.entities and any(page["about"] not in held for held in stated):
        yield "value of another entity than the page is about"


def _name(cell: Mapping[str, Any], evidence: Evidence) -> str:
    """A cell that names an entity reads as it is called."""
    return "" if evidence.entities.get(cell["entity"]) == cell["text"] else "not the name of an entity"


def _label(cells: Sequence[Mapping[str, Any]], numbered: Mapping[int, Any], evidence: Evidence) -> str:
    """What stands before the one value of a row is how its parameter is called, and how the value was got."""
    named = [cell for cell in cells if cell["parameter"]]
    if len(named) != 1 or cells[0]["entity"]:
        return ""
    name, _, detail = cells[0]["text"].partition(" (")
    if folded(cells[0]["text"]) == folded(named[0]["parameter"]):
        return ""
    ways = {fact.get("detail") for number in named[0]["citations"] for fact in evidence.at(numbered[number])}
    if folded(name) == folded(named[0]["parameter"]) and detail.removesuffix(")") in ways:
        return ""
    return "label of another parameter"


def value(cell: Mapping[str, Any], cited: Citations, evidence: Evidence) -> str:
    """Each place states this parameter of this entity, and one of them just this value.

    Beside a place that does, its document may be cited where it names the entity, and any where that was renamed.
    """
    exact = False
    stating: set[str] = set()
    naming: list[Mapping[str, Any]] = []
    for one in cited:
        said = [
            fact
            for fact in evidence.at(one)
            if fact["is"] == "parameters"
            and fact["name"] == cell["parameter"]
            and evidence.id(fact["subject"]) == cell["entity"]
        ]
        if said:
            stating.add(one["document"])
        else:
            naming.append(one)
        exact = exact or any(_is(cell["text"], fact) for fact in said)
    for one in naming:
        near = one["document"] in stating and _names(one, cell["entity"], evidence)
        if not near and not (stating and _renames(one, cell["entity"], evidence)):
            return "source does not state it"
    return "" if exact else "value of none of its sources"


def _names(place: Mapping[str, Any], entity: str, evidence: Evidence) -> bool:
    """Whether a place mentions the entity, or one whose name begins its name."""
    mentions = (fact for fact in evidence.at(place) if fact["is"] == "mentions")
    return any(_akin(entity, evidence.id(fact["entity"]), evidence) for fact in mentions)


def _renames(place: Mapping[str, Any], entity: str, evidence: Evidence) -> bool:
    """Whether a place says that the entity had another name, or that another did by a word that the entity has, too."""
    for fact in evidence.at(place):
        if fact["is"] == "relations" and fact["predicate"] == RENAMED:
            if evidence.id(fact["subject"]) == evidence.id(fact["object"]) == entity:
                return True
            new, old = (set(WORD.findall(fact[side])) for side in ("subject", "object"))
            added, gone, name = new - old, old - new, evidence.entities.get(entity, "")
            if len(added) == len(gone) == 1 and added <= set(WORD.findall(name)):
                before = (min(gone) if word in added else word for word in WORD.findall(name))
                if evidence.id("".join(before)) == entity:
                    return True
    return False


def _is(text: str, fact: Mapping[str, Any]) -> bool:
    """Whether a cell reads as a fact's value, with or without its unit, or has its number: 4,096 for 4096."""
    full = f"{fact['value']} {fact['unit'] or ''}"
    if _line(text) in (_line(fact["value"]), _line(full)):
        return True
    same = bool(numbers(text)) and numbers(text) == numbers(fact["value"])
    return same and DIGITS.sub("", text).split() in ([], DIGITS.sub("", full).split())


def about(cell: Mapping[str, Any], cited: Citations, near: tuple[str, str], evidence: Evidence) -> str:
    """Each place is the cell itself, or speaks of the row's entity (or of the one that the cell names).

    Beside such a place, another may say that one of them, or what the page is about, was renamed.
    """
    whose, subject = near
    wanted = {name for name in (whose, cell["entity"]) if name}
    for one in cited:
        if _line(one["quote"]) == _line(cell["text"]):
            continue
        if len(cited) > 1 and any(_renames(one, name, evidence) for name in {*wanted, subject}):
            continue
        said = {evidence.id(name) for fact in evidence.at(one) for name in _named(fact)}
        if not any(_akin(name, held, evidence) for name in wanted for held in said):
            return "source speaks of something else"
    return ""


def _named(fact: Mapping[str, Any]) -> list[str]:
    return [fact[role] for role in ("entity", "subject", "object") if fact.get(role)]


def _akin(entity: str, other: str, evidence: Evidence) -> bool:
    """Whether `other` is the entity, or its name begins the entity's: Llama 2 for Llama 2 13B."""
    name, start = evidence.entities.get(entity, ""), evidence.entities.get(other, "")
    return entity == other or (bool(start) and f"{name} ".startswith(f"{start} "))


def figures(cell: Mapping[str, Any], cited: Citations) -> str:
    """Every number of a cited cell is in its quotes."""
    missing = numbers(cell["text"]) - numbers(" ; ".join(one["quote"] for one in cited))
    return "number not in its sources" if missing else ""


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
