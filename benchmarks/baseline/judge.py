"""What an article says, against what its documents are known to say: by code, with planted facts or gold, no taste.

A place that states a fact is a row of the generator's table `mentions`, or of gold. A claim of an article (a sentence,
or a cell of a table with what its row is about) tells such a fact if it names model, parameter and value and cites the
place's document with a quote that has the value. It is wrong if

- `litmill verify` has something against it: its quote is not there, or does not have its numbers, names or words;
- it was worded anew and gives a model, for a parameter of which the model's values are known, a number that is none;
- it is quoted, names no model, stands in the article on a family, and the document says it of another family's model.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.truth.corpus import read_truth
from benchmarks.truth.parameters import PARAMETERS
from benchmarks.truth.score.parameters import model_key
from litmill.verify.evidence import Evidence
from litmill.verify.numbers import lengths, numbers
from litmill.verify.pages import CLAIMS, faults_of
from stages.score.gold import canonical_names, read_gold, spaced
from tests.knowledge import shipped

IT = ("", "it")  # how a place names a model that it does not name
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
POWER = re.compile(r"(\d+(?:\.\d+)?)\s?[×x·*]\s?10\^?\{?[-−–⁻]([\d⁰¹²³⁴⁵⁶⁷⁸⁹]+)\}?")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """A place in a document that states a fact."""

    document: str
    quote: str
    model: str
    surface: str
    parameter: str
    value: str
    raw: str

    @property
    def fact(self) -> tuple[str, str, str]:
        return self.model, self.parameter, self.value

    @cached_property
    def numbers(self) -> set[str]:
        return amounts(self.raw) | amounts(self.value)


@dataclass(frozen=True)
class Claim:
    """What an article says in one place: a text that quotes or words its documents, or a cell with what it is about."""

    text: str
    cited: Sequence[Row]
    quoted: bool = False
    about: str = ""
    parameter: str = ""


class Truth:
    """The facts that documents are known to state, and the names of models and parameters."""

    def __init__(
        self, places: Sequence[Place], surfaces: Mapping[str, str], labels: Mapping[str, Iterable[str]]
    ) -> None:
        self.places, self._surfaces = places, {folded(name): model for name, model in surfaces.items()}
        self._keys = {model_key(name): model for name, model in [*surfaces.items(), *((m, m) for m in self.models)]}
        self._names = _any_of([*self._surfaces, *map(folded, self.models)])
        self._labels = {name: _any_of([*map(folded, held), folded(name)]) for name, held in labels.items()}
        self._by_document: dict[str, list[Place]] = defaultdict(list)
        self._known: dict[str, set[str]] = defaultdict(set)
        self._pairs = {(place.model, place.parameter) for place in places}
        for place in places:
            self._by_document[place.document].append(place)
            self._known[place.model] |= place.numbers

    @cached_property
    def models(self) -> set[str]:
        return {place.model for place in self.places}

    def wanted(self, topic: str) -> set[tuple[str, str, str]]:
        """The facts of a topic: of the models of a family, or of those that have a part or an approach."""
        return {
            place.fact
            for place in self.places
            if place.model.casefold().startswith(topic.casefold()) or place.value.casefold() == topic.casefold()
        }

    def told(self, claim: Claim) -> set[tuple[str, str, str]]:
        """The facts that a claim tells and that what it cites states."""
        return {place.fact for place in self._cited(claim) if self._tells(claim, place)}

    def _cited(self, claim: Claim) -> Iterator[Place]:
        for cited in claim.cited:
            quote = folded(cited["quote"])
            yield from (place for place in self._by_document[cited["document"]] if folded(place.raw) in quote)

    def _tells(self, claim: Claim, place: Place) -> bool:
        text = folded(claim.text)
        value = _holds(text, place.raw) or _holds(text, place.value) or bool(place.numbers & amounts(claim.text))
        if not value or place.model not in self.named(claim):
            return False
        word = not place.numbers
        return (
            word
            or self._speaks_of(claim, place.parameter)
            or (len(place.quote) > len(place.raw) and folded(place.quote) in text)
        )

    def _speaks_of(self, claim: Claim, parameter: str) -> bool:
        return claim.parameter == parameter or bool(self._labels[parameter].search(folded(claim.text)))

    def named(self, claim: Claim) -> set[str]:
        """The models that a claim names; a name within a longer one is not named."""
        names = [claim.about] if claim.about else self._names.findall(folded(claim.text))
        found = {self._surfaces.get(folded(name)) or self._keys.get(model_key(name)) for name in names}
        return {name for name in found if name}

    def wrong(self, claim: Claim, topic: str, family: bool) -> str:
        """What is wrong with a claim that its quotes bear out; empty: nothing."""
        named = self.named(claim)
        if claim.quoted:
            strangers = {
                place.model
                for place in self._cited(claim)
                if place.surface in IT
                and len(place.quote) > len(place.raw)
                and folded(place.quote) in folded(claim.text)
                if not place.model.casefold().startswith(topic.casefold())
            }
            return f"said of {', '.join(sorted(strangers))}" if family and strangers and not named else ""
        bare = self._names.sub(" ", " ".join(claim.text.split()))
        for model in named:
            known = [name for name in self._labels if (model, name) in self._pairs]
            # a cell says of what parameter it is: a sequence length of 4K tokens is no number of training tokens
            spoken = [
                name for name in known if (name == claim.parameter if claim.parameter else self._speaks_of(claim, name))
            ]
            lost = [one for one in sorted(numbers(powers(bare))) if not {one, longer(one)} & self._known[model]]
            if spoken and lost:
                return f"{model}: {', '.join(lost)} is no value of its {spoken[0]}"
        return ""


def claims(page: Row, names: Mapping[str, str]) -> Iterator[tuple[int, Claim]]:
    """The claims of a page with sources, each with the number of its block."""
    for number, block in enumerate(page["blocks"]):
        if block["kind"] in CLAIMS and block["citations"]:
            yield from ((number, claim) for claim in _claims(page, block, names))


def _claims(page: Row, block: Row, names: Mapping[str, str]) -> Iterator[Claim]:
    cited = {one["number"]: one for one in page["citations"]}
    if block["kind"] != "row":
        yield Claim(block["text"], [cited[number] for number in block["citations"]], block["kind"] == "sentence")
    values = [cell for cell in block["cells"] if cell["parameter"]]
    for cell in values:
        held = [cited[number] for number in cell["citations"]]
        yield Claim(cell["text"], held, about=names[cell["entity"]], parameter=cell["parameter"])
    if block["kind"] == "row" and not values:
        about = next((names[cell["entity"]] for cell in block["cells"] if cell["entity"]), "")
        text = " | ".join([page["title"], *(cell["text"] for cell in block["cells"])])
        yield Claim(text, [cited[number] for number in block["citations"]], about=about)


def judge(page: Row, topic: str, truth: Truth, evidence: Evidence) -> dict[str, Any]:
    """Counts of one article, and every wrong claim with its reason."""
    faults: dict[int, str] = {fault.block: fault.reason for fault in faults_of(page, evidence)}
    held = list(claims(page, evidence.entities))
    wrong = [
        (claim.text, reason)
        for number, claim in held
        if (reason := faults.get(number) or truth.wrong(claim, topic, page["group"] == "families"))
    ]
    bad = {text for text, _ in wrong}
    told = {fact for _, claim in held if claim.text not in bad for fact in truth.told(claim)}
    wanted = truth.wanted(topic)
    return {
        "claims": len(held),
        "sound": len(held) - len(wrong),
        "naming": sum(folded(topic) in folded(f"{claim.text} {claim.about}") for _, claim in held),
        "facts": len(told),
        "facts_of_topic": len(told & wanted),
        "of": len(wanted),
        "wrong": len(wrong),
        "wrong_claims": wrong,
    }


def planted(folder: Path) -> Truth:
    """The truth of generated documents."""
    places = [
        Place(**{name: row[name] for name in ("document", "quote", "model", "surface", "parameter", "value", "raw")})
        for row in read_truth(folder, "mentions")
    ]
    surfaces = {row["surface"]: row["model"] for row in read_truth(folder, "names")}
    labels = {name: [*held.labels, *held.nouns, held.field or name] for name, held in PARAMETERS.items()}
    return Truth(places, surfaces, labels)


def gold(path: Path) -> Truth:
    """The rows of a gold table."""
    known = shipped().parameters
    canonical = canonical_names(known)
    places = [
        Place(row.document, row.quote, row.model, row.model, canonical[spaced(row.parameter)], row.value, row.value)
        for row in read_gold(path)
        if spaced(row.parameter) in canonical
    ]
    labels = {name: [*known[name].labels, *known[name].fields] for name in {place.parameter for place in places}}
    return Truth(places, {place.model: place.model for place in places}, labels)


def powers(text: str) -> str:
    """A text with 2.4 × 10^-4 as 2.4e-4."""
    return POWER.sub(lambda found: f"{found[1]}e-{found[2].translate(RAISED)}", text)


def longer(number: str) -> str:
    """A number of thousands as one of 1,024 each: 4K is 4,096."""
    return f"{float(number) * 1.024:.12g}"


def amounts(text: str) -> set[str]:
    """The numbers of a text by value; thousands of a length may be those of 1,024."""
    return numbers(powers(text)) | lengths(text)


def folded(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


def _holds(text: str, value: str) -> bool:
    """Whether a text has a value that is a word."""
    return bool(value) and not value.isdecimal() and folded(value) in text


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Any of the names, as whole words, the longest first."""
    held = "|".join(re.escape(name) for name in sorted(set(names), key=lambda name: (-len(name), name)))
    return re.compile(rf"(?<![\w.])(?:{held})(?!\w)", re.IGNORECASE)
