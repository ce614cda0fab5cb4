"""Sections of a document: a heading, paragraphs, and by chance a list, a table or a block of configuration."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.truth import tables
from benchmarks.truth.blocks import Block, Mark, Name, Table, Text, table_block
from benchmarks.truth.dice import of_part
from benchmarks.truth.facts import Model
from benchmarks.truth.parameters import PACKING, PARAMETERS, PIECES, RESULTS, SHAPE, TRAINING, TUNING
from benchmarks.truth.prose import against, paragraph, renamed
from benchmarks.truth.scene import Scene
from benchmarks.truth.spelling import field_value

TITLES = {
    "introduction": ("Introduction", "Overview", "Motivation", "Summary", "Background", "In short"),
    "architecture": (
        "Architecture",
        "Model",
        "Model architecture",
        "Network design",
        "Model details",
        "Structure of the network",
    ),
    "data": ("Data", "Training data", "Corpus", "Pre-training data", "Data mixture", "What was read"),
    "training": (
        "Training",
        "Pre-training",
        "Optimisation",
        "Training setup",
        "Training details",
        "How it was trained",
    ),
    "tuning": ("Fine-tuning", "Instruction tuning", "Adaptation", "Post-training", "Adapters", "Tuning with adapters"),
    "packing": (
        "Quantisation",
        "Compression",
        "Quantized weights",
        "Low-bit weights",
        "Deployment formats",
        "Smaller weights",
    ),
    "results": ("Results", "Evaluation", "Benchmarks", "Experiments", "Main results", "Scores"),
    "serving": ("Inference", "Serving", "Deployment", "Efficiency", "Running the model", "Use in production"),
    "related": (
        "Related work",
        "Earlier models",
        "Comparison",
        "Comparison with other models",
        "Other systems",
        "Neighbours",
    ),
    "limits": ("Limitations", "Discussion", "Known issues", "Caveats", "Open questions", "What is missing"),
    "end": ("Conclusion", "Conclusions", "Outlook", "Closing remarks", "Final remarks", "Where this leads"),
}
SUBTITLES = (
    "Setup",
    "Details",
    "Choices",
    "Ablations",
    "Notes",
    "Hyperparameters",
    "Variants",
    "Remarks",
    "Further settings",
)
OF_MODEL = ("{} of {}", "{}: {}", "{} for {}")
CAPTIONS = {
    "shape": ("Shapes of the models.", "Architecture of each size.", "Configurations of the released models."),
    "settings": ("Settings of {}.", "Hyperparameters of {}.", "Values used for {}."),
    "results": ("Results on common benchmarks.", "Scores in percent; higher is better.", "Accuracy on held-out tasks."),
}
FIGURES = ("Loss over tokens read.", "Throughput by sequence length.", "Scores by size of the model.",
           "Gradient norm during training.", "Memory by batch size.", "Time to the first token.")  # fmt: skip
LEADS = ("The main settings are:", "In brief:", "What matters most:", "At a glance:", "Key figures:", "The essentials:")
ITEMS = ("{}: {}", "{} = {}", "{} – {}")


def heading(scene: Scene, topic: str, model: Model | None = None) -> Block:
    """A section's heading, which now and then names the model."""
    title = scene.own.pick(of_part(TITLES[topic], scene.part))
    text = Text()
    if model and scene.own.chance(0.3):
        before, after = scene.own.pick(of_part(OF_MODEL, scene.part)).split("{}")[1:]
        text.add(title + before)
        scene.add_name(text, model)
        text.add(after)
    else:
        text.add(title)
    return text.block("heading", level=1, mutable=False)


def subheading(scene: Scene) -> Block:
    return Block("heading", scene.own.pick(of_part(SUBTITLES, scene.part)), 2, mutable=False)


def some(scene: Scene, names: tuple[str, ...], model: Model, count: int) -> list[str]:
    """Up to `count` of the names that the model has, contradicted ones first, so that a conflict is always written."""
    held = [name for name in names if name in model.values]
    order = sorted(held, key=lambda name: scene.own.random())
    order.sort(key=lambda name: (model.name, name) not in scene.overrides)
    return order[:count]


def in_order(names: list[str], order: tuple[str, ...]) -> list[str]:
    return [name for name in order if name in names]


def listing(scene: Scene, model: Model, names: list[str]) -> list[Block]:
    """A list of label and value, after a line that names the model."""
    lead = Text()
    lead.add(scene.own.pick(of_part(LEADS, scene.part))[:-1] + " (")
    scene.add_name(lead, model)
    lead.add("):")
    blocks = [lead.block("paragraph", mutable=False)]
    shape = scene.own.pick(of_part(ITEMS, scene.part))
    for name in names:
        label = PARAMETERS[name].label(scene.part, scene.own.random())
        before, between, after = shape.split("{}")
        item, raw = Text(), scene.spelled(model, name)
        item.add(before + label + between)
        item.add(raw, scene.mention(model, name, raw, ""))
        item.add(after)
        blocks.append(item.block("item", mutable=False))
    return blocks


def code(scene: Scene, model: Model, names: list[str]) -> list[Block]:
    """A configuration in JSON or YAML, with keys that are no facts among those that are."""
    yaml = scene.own.chance(0.5)
    held = [name for name in names if PARAMETERS[name].field and name in model.values]
    if len(held) < 2:
        return []
    lead = Text()
    lead.add("The configuration of ")
    scene.add_name(lead, model)
    lead.add(" reads:")
    text = Text()
    text.add("" if yaml else "{\n")
    noise = [("num_workers", str(scene.own.between(2, 16))), ("seed", str(scene.own.between(1, 9999)))]
    for at, name in enumerate(held):
        key, value = PARAMETERS[name].field, field_value(scene.claim(model, name))
        text.add(f"{key}: " if yaml else f'  "{key}": ')
        text.add(value, scene.mention(model, name, value, ""))
        text.add("\n" if yaml else ",\n" if at + 1 < len(held) or noise else "\n")
    for at, (key, value) in enumerate(noise):
        text.add(f"{key}: {value}" if yaml else f'  "{key}": {value}')
        text.add("\n" if at + 1 < len(noise) and yaml else ",\n" if at + 1 < len(noise) else "")
    text.add("" if yaml else "\n}")
    return [
        lead.block("paragraph", mutable=False),
        text.block("code", mutable=False, language="yaml" if yaml else "json"),
    ]


def captioned(scene: Scene, table: Table, kind: str, model: Model | None = None) -> list[Block]:
    """A table with its caption above or below; its number is given when the document is put together."""
    sentence = scene.own.pick(of_part(CAPTIONS[kind], scene.part))
    text = Text()
    text.add("Table #: ")
    if "{}" in sentence:
        assert model
        before, after = sentence.split("{}")
        text.add(before)
        scene.add_name(text, model, plain=True)
        text.add(after)
    else:
        text.add(sentence)
    caption = text.block("caption", mutable=False)
    block = table_block(table)
    return [caption, block] if scene.own.chance(0.6) else [block, caption]


def figure(scene: Scene) -> Block:
    """The caption of a figure; a PDF draws one above it."""
    return Block("caption", "Figure #: " + scene.own.pick(of_part(FIGURES, scene.part)), mutable=False)


def introduction(scene: Scene) -> list[Block]:
    model = scene.lead
    blocks = [heading(scene, "introduction")]
    blocks.append(
        paragraph(scene, "general", model, some(scene, ("parameters", "licence", "training tokens"), model, 2))
    )
    if scene.family.style.former and scene.own.chance(0.4):
        blocks.append(renamed(scene, model))
    blocks += [paragraph(scene, "general") for _ in range(scene.own.between(0, 2))]
    return blocks


def architecture(scene: Scene) -> list[Block]:
    model, models = scene.lead, scene.group
    names = (*SHAPE, *PIECES)
    blocks = [heading(scene, "architecture", model)]
    blocks.append(paragraph(scene, "architecture", model, some(scene, names, model, 4)))
    way = scene.own.random()
    if way < 0.35:
        shown = in_order(some(scene, SHAPE, model, scene.own.between(4, 8)), SHAPE)
        table = tables.models_in_rows(scene, models, shown, merged=scene.own.chance(0.3))
        blocks += captioned(scene, table, "shape")
    elif way < 0.55:
        shown = in_order(some(scene, names, model, scene.own.between(5, 10)), names)
        blocks += captioned(scene, tables.models_in_columns(scene, models, shown), "shape")
    elif way < 0.75:
        blocks += listing(scene, model, some(scene, names, model, scene.own.between(3, 6)))
    elif way < 0.9:
        blocks += code(scene, model, some(scene, names, model, 8))
    blocks.append(subheading(scene))
    blocks.append(paragraph(scene, "architecture", models[-1], some(scene, names, models[-1], 3)))
    return blocks


def training(scene: Scene) -> list[Block]:
    model = scene.lead
    blocks = [heading(scene, "training", model)]
    blocks.append(paragraph(scene, "training", model, some(scene, TRAINING, model, 3)))
    way = scene.own.random()
    if way < 0.4:
        shown = in_order(some(scene, TRAINING, model, scene.own.between(5, 10)), TRAINING)
        table = tables.settings(scene, model, shown, grouped=scene.own.chance(0.25))
        blocks += captioned(scene, table, "settings", model)
    elif way < 0.6:
        blocks += code(scene, model, some(scene, TRAINING, model, 6))
    elif way < 0.8:
        blocks += listing(scene, model, some(scene, TRAINING, model, scene.own.between(3, 6)))
    blocks += [figure(scene)] if scene.own.chance(0.2) else []
    blocks.append(paragraph(scene, "training"))
    return blocks


def tuning(scene: Scene) -> list[Block]:
    tuned = scene.family.variants(scene.lead)[0]
    blocks = [heading(scene, "tuning", tuned), paragraph(scene, "tuning", tuned, some(scene, TUNING, tuned, 3))]
    if scene.own.chance(0.4):
        blocks += captioned(scene, tables.settings(scene, tuned, some(scene, TUNING, tuned, 5)), "settings", tuned)
    elif scene.own.chance(0.4):
        blocks += code(scene, tuned, list(TUNING))
    blocks.append(paragraph(scene, "tuning"))
    return blocks


def packing(scene: Scene) -> list[Block]:
    packed = scene.family.variants(scene.lead)[1]
    blocks = [heading(scene, "packing"), paragraph(scene, "packing", packed, some(scene, PACKING, packed, 3))]
    if scene.own.chance(0.3):
        blocks += listing(scene, packed, list(PACKING))
    return blocks


def results(scene: Scene) -> list[Block]:
    models = [*scene.group, *scene.family.variants(scene.lead)[:1], *scene.others[:2]]
    if scene.own.chance(0.12):  # a long table, which may go over pages
        models = [*scene.family.models, *(model for held in scene.neighbours for model in held.plain)]
        models = [model for model in models if set(RESULTS) <= set(model.values)]
    blocks = [heading(scene, "results"), paragraph(scene, "results", scene.lead, some(scene, RESULTS, scene.lead, 2))]
    if scene.own.chance(0.75):
        shown = in_order(some(scene, RESULTS, scene.lead, scene.own.between(3, 5)), RESULTS)
        table = tables.models_in_rows(scene, models, shown, merged=scene.own.chance(0.35))
        blocks += captioned(scene, table, "results")
    blocks += [figure(scene)] if scene.own.chance(0.15) else []
    if scene.own.chance(0.5):
        blocks.append(subheading(scene))
        blocks.append(paragraph(scene, "results", models[-1], some(scene, RESULTS, models[-1], 1)))
    return blocks


def related(scene: Scene) -> list[Block]:
    compared = against(scene, scene.lead)
    return [heading(scene, "related"), paragraph(scene, "general"), *([compared] if compared else [])]


def _only_filler(topic: str, about: str) -> Callable[[Scene], list[Block]]:
    def section(scene: Scene) -> list[Block]:
        return [heading(scene, topic), *(paragraph(scene, about) for _ in range(scene.own.between(1, 3)))]

    return section


def serving(scene: Scene) -> list[Block]:
    facts = some(scene, ("context length", "precision", "licence"), scene.lead, 1)
    return [heading(scene, "serving"), paragraph(scene, "serving", scene.lead, facts), paragraph(scene, "serving")]


SECTIONS: dict[str, Callable[[Scene], list[Block]]] = {
    "introduction": introduction,
    "architecture": architecture,
    "data": _only_filler("data", "data"),
    "training": training,
    "tuning": tuning,
    "packing": packing,
    "results": results,
    "serving": serving,
    "related": related,
    "limits": _only_filler("limits", "results"),
    "end": _only_filler("end", "general"),
}


def title(scene: Scene, templates: tuple[str, ...]) -> Block:
    """The document's title, which names the lead model."""
    before, after = scene.own.pick(of_part(templates, scene.part)).split("{}")
    text = Text()
    text.add(before)
    scene.add_name(text, scene.lead, plain=True)
    text.add(after)
    return text.block("title", mutable=False)


def names_in(marks: list[Mark]) -> list[Name]:
    return [mark for mark in marks if isinstance(mark, Name)]
