"""Documents: which kind the n-th is, what it holds, of which it is a near-duplicate, and what an edit changes in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from benchmarks.truth.blocks import Block, Mention, Name, Text, flattened, table_block
from benchmarks.truth.dice import Dice, dice
from benchmarks.truth.facts import Fact, Family, another
from benchmarks.truth.filler import author, reworded
from benchmarks.truth.parameters import PARAMETERS, RESULTS, TRAINING
from benchmarks.truth.prose import paragraph
from benchmarks.truth.scene import Scene, make_scene
from benchmarks.truth.sections import SECTIONS, introduction, some, title
from benchmarks.truth.spelling import spell

KINDS = ("pdf", "markdown", "html", "card", "pdf", "docx", "arxiv", "html", "pdf", "markdown")
EXTENSIONS = {"pdf": "pdf", "markdown": "md", "html": "html", "card": "md", "docx": "docx", "arxiv": "xml"}
TITLES = ("{}: a technical report", "The {} models", "Notes on {}", "Introducing {}", "{} in detail",
          "Training {} in the open",
          "{}: open weights and what they cost", "How we built {}", "An account of {}")  # fmt: skip
CARD_TITLES = ("{}", "Model card for {}", "{} model card")
NUMBERS = ("count", "length", "number", "percent")
DUPLICATES = 0.06
BACK = 60
"""A near-duplicate is of a document at most so many numbers earlier."""


@dataclass
class Document:
    """One document before it has a format."""

    number: int
    kind: str
    path: str
    blocks: list[Block]
    authors: list[str]
    year: int
    look: Dice
    near_duplicate_of: int | None = None
    changed_words: int = 0
    families: list[Family] = field(default_factory=list)
    """Of which it may speak."""

    @property
    def title(self) -> str:
        return next(block.text for block in self.blocks if block.type == "title")


def kind_of(number: int) -> str:
    return KINDS[number % len(KINDS)]


def make_document(seed: int, part: str, number: int, *, revision: int = 0) -> Document:
    """The n-th document of a part. A revision above 0 has one planted value altered, wherever it stands in it."""
    source = duplicated(seed, part, number)
    scene = make_scene(seed, part, number if source is None else source)
    kind = kind_of(number if source is None else source)
    document = _compose(scene, number, kind)
    if revision:
        edits = _edit(document, scene, dice(seed, part, "edit", number, revision))
        scene = make_scene(seed, part, number if source is None else source)
        scene.edits = edits
        document = _compose(scene, number, kind)
    if source is not None:
        document.near_duplicate_of = source
        document.changed_words = _reword(document, dice(seed, part, "reword", number))
    document.look = dice(seed, part, "look", number)
    document.path = path_of(part, number, kind)
    return document


def path_of(part: str, number: int, kind: str) -> str:
    return f"{kind}/{number // 1000:03d}/{part}-{number:06d}.{EXTENSIONS[kind]}"


def duplicated(seed: int, part: str, number: int) -> int | None:
    """The earlier document that the n-th one repeats; None for most. None repeats a repetition."""
    own = dice(seed, part, "role", number)
    if number < len(KINDS) or not own.chance(DUPLICATES):
        return None
    source = number - own.between(1, min(BACK, number))
    return source if duplicated(seed, part, source) is None else None


def _edit(document: Document, scene: Scene, own: Dice) -> dict[tuple[str, str], Fact]:
    """Another value for one of the numbers that the document states of its own family."""
    models = {model.name: model for model in scene.family.models}
    places = [
        (mark.model, mark.parameter)
        for block in document.blocks
        for mark in block.marks
        if isinstance(mark, Mention) and mark.model in models and PARAMETERS[mark.parameter].kind in NUMBERS
    ]
    name, parameter = own.pick(places)
    value = another(parameter, scene.claim(models[name], parameter), own.random())
    assert value is not None
    return {(name, parameter): value}


def _compose(scene: Scene, number: int, kind: str) -> Document:
    own = scene.own
    authors = [author(own) for _ in range(own.between(1, 5))]
    year = own.between(2023, 2026)
    if kind == "arxiv":
        blocks = [title(scene, TITLES), *_abstract(scene)]
    elif kind == "card":
        blocks = [_front_matter(scene), title(scene, CARD_TITLES), *_body(scene, own.between(2, 4), short=True)]
    else:
        blocks = [title(scene, TITLES), *_body(scene, own.between(4, 8), short=False)]
    _number_captions(blocks)
    if kind in ("markdown", "card"):
        blocks = [table_block(flattened(block.table)) if block.table else block for block in blocks]
    if kind in ("pdf", "docx") and own.chance(0.5):
        _number_headings(blocks)
    return Document(number, kind, "", blocks, authors, year, own, families=[scene.family, *scene.neighbours])


def _abstract(scene: Scene) -> list[Block]:
    names = ("parameters", "layers", "training tokens", "context length", *RESULTS[:2])
    first = paragraph(scene, "general", scene.lead, some(scene, names, scene.lead, 3), fill_in=2)
    second = paragraph(scene, "results", scene.lead, some(scene, RESULTS, scene.lead, 1), fill_in=2)
    return [first, second] if scene.own.chance(0.5) else [first]


def _body(scene: Scene, count: int, *, short: bool) -> list[Block]:
    order = list(SECTIONS)
    wanted = {"architecture"}
    for _, name in scene.overrides:
        wanted.add("results" if name in RESULTS else "training" if name in TRAINING else "architecture")
    others = sorted((name for name in order if name not in wanted), key=lambda name: scene.own.random())
    chosen = wanted | set(others[: max(0, count - len(wanted))])
    blocks = introduction(scene)[1:] if short else []
    for name in order:
        if name in chosen:
            blocks += SECTIONS[name](scene)
    return blocks


def _front_matter(scene: Scene) -> Block:
    """YAML such as model cards open with: licence and results are facts, the rest is not."""
    model, text = scene.lead, Text()
    text.add("license: ")
    licence = str(scene.claim(model, "licence")).lower()
    text.add(licence, scene.mention(model, "licence", licence, ""))
    text.add("\nlanguage:\n  - en\npipeline_tag: text-generation\ntags:\n  - language-model\n")
    text.add("model_name: ")
    text.add(model.name, Name(model.name, model.name, "official"))
    if scene.own.chance(0.5):
        text.add("\nmodel-index:\n  - name: ")
        text.add(model.name, Name(model.name, model.name, "official"))
        text.add("\n    results:")
        for name in some(scene, RESULTS, model, 2):
            raw = spell(PARAMETERS[name], scene.claim(model, name), scene.part, 0.0)
            text.add(f"\n      - dataset: {{name: {name}}}\n        metrics:\n          - {{type: accuracy, value: ")
            text.add(raw, scene.mention(model, name, raw, ""))
            text.add("}")
    return text.block("metadata", mutable=False, language="yaml")


def _number_headings(blocks: list[Block]) -> None:
    """1, 2, 2.1, ... before the headings, as part of their text."""
    section = part = 0
    for block in blocks:
        if block.type == "heading":
            section, part = (section + 1, 0) if block.level == 1 else (section, part + 1)
            before = f"{section} " if block.level == 1 else f"{section}.{part} "
            block.text = before + block.text
            _move(block, len(before))


def _move(block: Block, by: int) -> None:
    for mark in block.marks:
        mark.start, mark.end = mark.start + by, mark.end + by


def _number_captions(blocks: list[Block]) -> None:
    """Captions say `Table 1`, `Figure 1`, ...: the # is replaced; marks behind it move."""
    counts: Counter[str] = Counter()
    for block in blocks:
        if block.type == "caption":
            at = block.text.index("#")
            counts[block.text[:at]] += 1
            number = str(counts[block.text[:at]])
            block.text = block.text[:at] + number + block.text[at + 1 :]
            _move(block, len(number) - 1)


def _reword(document: Document, own: Dice) -> int:
    """Make a near-duplicate: some words changed where no fact stands, at times some paragraphs left out."""
    free = [block for block in document.blocks if block.type == "paragraph" and block.mutable]
    changed = 0
    for block in free:
        block.text, count = reworded(block.text, own, 0.5)
        changed += count
    fewer = own.between(0, (len(free) + 1) // 2) if own.chance(0.6) else 0
    gone = {id(block) for block in sorted(free, key=lambda block: own.random())[:fewer]}
    document.blocks = [block for block in document.blocks if id(block) not in gone]
    return changed
