"""What the build is told about the field before it reads a document: the config key `knowledge`, from conf/knowledge/.

The stages extract, organize and specify read it: a user adds an entity, a task, a parameter name or a rule of
compatibility as a line of YAML, without code. Everything is keyed by name, so that params.yaml can add or change one.
extract reads a part of it (`Names`), so that an edit of the rest, such as a rule's reason, extracts nothing anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from annotated_types import MinLen

from stages.core.run.config import config

KINDS = ("model", "approach", "component", "dataset", "metric", "hardware", "library")
PREDICATES = (
    "uses",
    "variant of",
    "formerly",
    "trained on",
    "evaluated on",
    "implemented in",
    "works with",
    "conflicts with",
    "compared with",
)


@config
class Name:
    """Of an entity, what extract reads."""

    kind: Literal["model", "approach", "component", "dataset", "metric", "hardware", "library"]
    aliases: list[str]


@config
class Entity(Name):
    """Something that documents talk about, keyed by the name that pages show."""

    kind: Literal["model", "approach", "component", "dataset", "metric", "hardware", "library"]
    """What it is; a model here is a family, such as Llama, whose versions and sizes are found in the text."""
    task: str
    """The task (a key of `tasks`) that it belongs to."""
    aliases: list[str]
    """Other spellings. One with a capital is found as written, one without in any case, with space or hyphen."""


@config
class Task:
    """A part of the work on language models; documents are grouped by it."""

    parent: str
    """The task that it is a part of; empty for one of its own."""
    keywords: list[str]
    """Words in titles and headings that tell a document of this task."""


@config
class Parameter:
    """A quantity or choice that models are described by, keyed by its canonical name."""

    value: Literal["count", "length", "number", "word", "list", "flag", "percent", "devices"]
    """count: a whole number (7B, 4,096); length: a count in which 32k is 32,768; number: any (3e-4);
    word: one of `words`; list: some of them; flag: yes or no; percent: a score; devices: how many of which hardware."""
    unit: str
    """Unit of the number, such as tokens; empty if it has none."""
    least: float
    """Smaller numbers are not believed."""
    most: float
    """Larger numbers are not believed."""
    words: dict[str, list[str]]
    """For `word` and `list`: the values that there are, each with its other spellings."""
    fields: list[str]
    """Fields of configuration classes, config.json files and trainers that hold it."""
    labels: list[str]
    """What headers, row labels and keys call it; compared without case, plural, and words such as `number of`."""
    prose: list[str]
    """What a sentence puts behind or before the value, as in `32 layers`; it is a label, too."""
    phrases: list[str]
    """Other ways in which a sentence states a number, with {} in its place and * for up to four words."""


@config
class Rule:
    """Two or more parts that need or exclude each other; `specify` solves requests against it."""

    kind: Literal["requires", "conflicts"]
    """requires: the first part needs at least one of the others; conflicts: the parts must not come all together."""
    parts: Annotated[list[str], MinLen(2)]
    """Keys of `parts`."""
    reason: str
    """Why, in a sentence that a page can show."""
    source: str
    """A paper (arXiv:...) or a library's documentation that says so."""


@config
class Names:
    """Of all that is known, what extract reads; `Knowledge` says what each means."""

    entities: Mapping[str, Name]
    joints: dict[str, str]
    variants: list[str]
    ordinary: list[str]
    parameters: dict[str, Parameter]


@config
class Wording:
    """What a search reads of it."""

    words: dict[str, list[str]]


@config
class Scored(Names, Wording):
    """What is read to score facts and searches."""


@config
class Known(Names):
    """What organize reads: all but how questions are put."""

    entities: Mapping[str, Entity]
    """The gazetteer, by display name."""
    joints: dict[str, str]
    """What stands between a model family and its version where that is not a space: Qwen2.5, RWKV-7."""
    variants: list[str]
    """Words behind a model's name that make it another model: Instruct, Coder, Int4."""
    ordinary: list[str]
    """Words that stand before a size, as in `The 7B`, and name no family of models; in lower case."""
    tasks: dict[str, Task]
    """The taxonomy that documents, entities and components are sorted into."""
    parameters: dict[str, Parameter]
    """Canonical parameter names."""
    parts: dict[str, str]
    """What models and training runs are made of: a token `group:name`, and its name (an entity's, if there is one)."""
    signs: dict[str, str]
    """Names of parameters that only models with a certain part have, and the token of that part."""
    rules: dict[str, Rule]
    """The rules of compatibility between parts, by id."""


@config
class Knowledge(Known, Scored):
    """Kinds of entity, tasks, parameter names, parts, rules between parts, and words."""

    files: dict[str, list[str]]
    """The files of conf/knowledge/ that the lists are read from, by folder."""
    words: dict[str, list[str]]
    """What documents call a thing, and what else people call it: step size, where a paper says learning rate."""
