"""What one document draws from: its family of models, what it claims of them, and how it writes names and values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from benchmarks.truth.blocks import Mention, Name, Text, Trap
from benchmarks.truth.dice import Dice, dice
from benchmarks.truth.facts import Fact, Family, Model, another, family
from benchmarks.truth.names import spellings
from benchmarks.truth.parameters import PARAMETERS, RESULTS, SHOTS
from benchmarks.truth.spelling import normal, spell

VOWEL = re.compile(r"[aeio]|FFN|MLP|LR")
SLOT = re.compile(r"\{(?P<kind>[A-Za-z]+)(?::(?P<name>[^}]+))?\}")


@dataclass
class Scene:
    """One document's world. `overrides` are values that it claims against the table of facts, `edits` come later."""

    seed: int
    part: str
    number: int
    own: Dice
    family: Family
    lead: Model
    others: list[Model]
    """Models of other families that it compares with."""
    neighbours: list[Family]
    """Their families."""
    former: bool
    overrides: dict[tuple[str, str], Fact] = field(default_factory=dict)
    edits: dict[tuple[str, str], Fact] = field(default_factory=dict)

    @property
    def group(self) -> list[Model]:
        """The plain models of the lead's version."""
        return [model for model in self.family.plain if model.version == self.lead.version]

    def claim(self, model: Model, parameter: str) -> Fact:
        place = (model.name, parameter)
        return self.edits.get(place) or self.overrides.get(place) or model.values[parameter]

    def mention(self, model: Model, parameter: str, raw: str, surface: str, detail: str = "") -> Mention:
        value = self.claim(model, parameter)
        agrees = value == model.values[parameter]
        return Mention(model.name, parameter, normal(value), PARAMETERS[parameter].unit, raw, surface, agrees, detail)

    def spelled(self, model: Model, parameter: str) -> str:
        return spell(PARAMETERS[parameter], self.claim(model, parameter), self.part, self.own.random())

    def surface(self, model: Model, *, plain: bool = False) -> tuple[str, str]:
        """A way to write the model's name here, and how it differs: official, spelling or former."""
        draw, turn = self.own.random(), self.own.random()
        named = self.family.style
        if self.former and model in self.family.models:
            return named.name(model.version, model.size, model.variant, former=True), "former"
        if plain or draw < 0.75 or model not in self.family.models:
            return model.name, "official"
        ways = [way for way in spellings(model.name, named.owner, self.part) if "/" not in way]
        return (ways[int(turn * len(ways))], "spelling") if ways else (model.name, "official")

    def add_name(self, text: Text, model: Model, *, plain: bool = False) -> str:
        surface, how = self.surface(model, plain=plain)
        text.add(surface, Name(model.name, surface, how))
        return surface


def make_scene(seed: int, part: str, number: int) -> Scene:
    """The world of document `number`; early families are spoken of by more documents, as in real literature."""
    own = dice(seed, part, "document", number)
    chosen = family(seed, part, own.between(0, number // 6))
    lead = own.pick(chosen.plain)
    near = {own.between(0, number // 6): own.random() for _ in range(3)}
    near.pop(chosen.index, None)
    neighbours = [family(seed, part, index) for index in near]
    others = [held.plain[int(draw * len(held.plain))] for held, draw in zip(neighbours, near.values(), strict=True)]
    former = bool(chosen.style.former) and own.chance(0.2)
    scene = Scene(seed, part, number, own, chosen, lead, others, neighbours, former)
    if own.chance(0.15):
        model = own.pick(scene.group)
        parameter = own.pick(
            ("layers", "training tokens", "learning rate", "vocabulary", "context length", *RESULTS[:2])
        )
        other_value = another(parameter, model.values[parameter], own.random())
        assert other_value is not None
        scene.overrides[model.name, parameter] = other_value
    return scene


def fill(template: str, scene: Scene, model: Model, parameter: str = "", *, named: bool = True) -> Text:
    """A sentence from a template.

    {M} the model's name, {O} another model's; {v:layers} its value, {o:layers} the other's, {n:layers} how the
    parameter is called; {V}, {N}, {U} value, name and unit of `parameter`; {S} shots; {f:words} a flag said in words;
    {t:layers} a wrong value, which is a trap and no fact.
    """
    text, at, surface = Text(), 0, "" if named else "it"
    other = scene.others[0] if scene.others else None
    for slot in SLOT.finditer(template):
        text.add(template[at : slot.start()])
        at, kind, name = slot.end(), slot["kind"], slot["name"] or parameter
        if kind == "M":
            surface = scene.add_name(text, model)
        elif kind == "O":
            assert other is not None
            text.add(other.name, Name(other.name, other.name, "official"))
        elif kind in ("v", "V"):
            raw = scene.spelled(model, name)
            text.add(raw, scene.mention(model, name, raw, surface, shots(name) if "{S}" in template else ""))
        elif kind == "o":
            assert other is not None
            raw = scene.spelled(other, name)
            text.add(raw, scene.mention(other, name, raw, other.name))
        elif kind in ("n", "N"):
            noun = PARAMETERS[name].noun(scene.part, scene.own.random())
            if VOWEL.match(noun):
                text.turn_a_into_an()
            text.add(noun)
        elif kind == "U":
            text.add({"tokens": " tokens", "steps": " steps"}.get(PARAMETERS[name].unit, ""))
        elif kind == "S":
            text.add(shots(name))
        elif kind == "f":
            text.add(name, scene.mention(model, parameter, name, surface))
        else:
            assert kind == "t", template
            _trap(text, scene, model, name)
    text.add(template[at:])
    for mark in text.marks:
        if isinstance(mark, Mention) and mark.model == model.name and not mark.surface:
            mark.surface = surface  # the name comes after the value
    return text


def _trap(text: Text, scene: Scene, model: Model, parameter: str) -> None:
    value = another(parameter, model.values[parameter], scene.own.random())
    assert value is not None
    raw = spell(PARAMETERS[parameter], value, scene.part, scene.own.random())
    text.add(raw, Trap(model.name, parameter, normal(value), raw, "not said of the model"))


def shots(parameter: str) -> str:
    """How many examples a benchmark is run with, here as in most papers."""
    return f"{SHOTS[parameter]}-shot"
