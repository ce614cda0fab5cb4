"""Paragraphs: sentences that state chosen facts of a model, among filler, traps and numbers that mean nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from benchmarks.truth import sentences as say
from benchmarks.truth.blocks import Block, Name, Text
from benchmarks.truth.dice import of_part
from benchmarks.truth.facts import Model
from benchmarks.truth.filler import filler
from benchmarks.truth.parameters import PARAMETERS, RESULTS
from benchmarks.truth.scene import SLOT, Scene, fill

COUNTED = ("layers", "heads", "key-value heads", "experts", "active experts", "parameters")


def paragraph(
    scene: Scene, topic: str, model: Model | None = None, facts: Iterable[str] = (), *, fill_in: int = 3
) -> Block:
    """A paragraph on a topic with these facts of the model."""
    wanted = [name for name in facts if model and name in model.values]
    said = list(_facts(scene, model, wanted)) if model else []
    if model and wanted and scene.own.chance(0.12):
        said.append(_trap(scene, model))
    for _ in range(scene.own.between(max(1, fill_in - 1), fill_in + 2)):
        said.insert(_gap(said, scene.own.random()), [plain(filler(topic, scene.part, scene.own))])
    if scene.own.chance(0.15):
        said.append([plain(_numbers(scene))])
    text = Text()
    for sentence in (held for unit in said for held in unit):
        if text.length:
            text.add(" ")
        text.append(sentence)
    return text.block("paragraph", mutable=not text.marks)


def plain(sentence: str) -> Text:
    text = Text()
    text.add(sentence)
    return text


def _gap(said: list[list[Text]], draw: float) -> int:
    return int(draw * (len(said) + 1))


def _facts(scene: Scene, model: Model, wanted: list[str]) -> Iterable[list[Text]]:
    """The wanted facts, some together; a unit of sentences stays together, since `it` needs its model before it."""
    left = list(wanted)
    while left:
        many = [template for template in of_part(say.MANY, scene.part) if _needs(template) <= set(left)]
        if many and scene.own.chance(0.6):
            template = scene.own.pick(many)
            unit, used = [fill(template, scene, model)], _needs(template)
        else:
            used = {left[0]}
            unit = [fill(*_single(scene, model, left[0]))]
        left = [name for name in left if name not in used]
        follow = next((name for name in left if _by_it(name)), None)
        if follow and scene.own.chance(0.35):
            lists = of_part(say.COUNT_IT if follow in COUNTED else say.OF_IT, scene.part)
            unit.append(fill(scene.own.pick(lists), scene, model, follow, named=False))
            left.remove(follow)
        yield unit


def _needs(template: str) -> set[str]:
    return {slot["name"] for slot in SLOT.finditer(template) if slot["kind"] == "v"}


def _by_it(name: str) -> bool:
    return PARAMETERS[name].kind in ("count", "length", "number") and name not in ("bits", "LoRA rank", *say.OWN)


def _single(scene: Scene, model: Model, name: str) -> tuple[str, Scene, Model, str]:
    templates: tuple[str, ...] = say.OF
    if name in RESULTS:
        templates = say.RESULT
    elif name in say.OWN:
        templates = say.OWN[name]
    elif name == "tied embeddings":
        templates = say.FLAG[str(scene.claim(model, name))]
    elif name in COUNTED:
        templates = say.COUNT
    return scene.own.pick(of_part(templates, scene.part)), scene, model, name


def _trap(scene: Scene, model: Model) -> list[Text]:
    held = [
        template
        for template in of_part(say.TRAPS, scene.part)
        if all(slot["name"] in model.values for slot in SLOT.finditer(template) if slot["kind"] == "t")
    ]
    return [fill(scene.own.pick(held), scene, model)] if held else []


def _numbers(scene: Scene) -> str:
    template = scene.own.pick(of_part(say.NUMBERS, scene.part))
    return template.format(scene.own.between(4, 60), scene.own.between(2, 40))


def against(scene: Scene, model: Model) -> Block | None:
    """A paragraph that compares the model with one of another family."""
    if not scene.others:
        return None
    other = scene.others[0]
    held = [
        template
        for template in of_part(say.AGAINST, scene.part)
        if all(slot["name"] in other.values for slot in SLOT.finditer(template) if slot["kind"] == "o")
    ]
    text = Text()
    text.add(filler("general", scene.part, scene.own) + " ")
    text.append(fill(scene.own.pick(held), scene, model))
    text.add(" " + filler("results", scene.part, scene.own))
    return text.block("paragraph", mutable=False)


def renamed(scene: Scene, model: Model) -> Block:
    """A sentence that says under which name the model was known before."""
    old = scene.family.style.name(model.version, model.size, model.variant, former=True)
    template = scene.own.pick(of_part(say.RENAMED, scene.part))
    text = Text()
    for piece in re.split(r"(\{M\}|\{F\})", template):
        if piece == "{M}":
            text.add(model.name, Name(model.name, model.name, "official"))
        elif piece == "{F}":
            text.add(old, Name(model.name, old, "former"))
        else:
            text.add(piece)
    text.add(" " + filler("general", scene.part, scene.own))
    return text.block("paragraph", mutable=False)
