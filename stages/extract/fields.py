"""Parameters from what is already a field: the YAML front matter of a card, the defaults of a configuration class."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from stages.extract.facts import Document, Element, Parameter, Relation
from stages.extract.labels import label
from stages.extract.lexicon import Lexicon
from stages.extract.names import find_mentions
from stages.extract.numbers import Value, believed
from stages.extract.subjects import model_of
from stages.extract.values import read_value

FIELD = re.compile(r"^[ \t]+(\w+)(?:[ \t]*:[^=\n]+)?[ \t]*=[ \t]*(\S[^\n]*)$", re.MULTILINE)
DEFAULT = re.compile(r"\w+\([^()]*\)\(default=(?P<value>[^()]+)\)|(?:field|Field)\(default=(?P<other>[^(),]+)[,)].*")
NUMBERS = re.compile(r"\d+")
CLASS = re.compile(r"^class (\w+?)Config\b", re.MULTILINE)
NAME_KEYS = ("model_name", "model_id", "_name_or_path")
CARD_KEYS = {
    "license",
    "licence",
    "tags",
    "pipeline_tag",
    "library_name",
    "base_model",
    "datasets",
    "model-index",
    "model_type",
}
"""Beside a plain `name`: it is that of a model. Pages and instructions for tools have a name and a description, too."""
RESULT = re.compile(
    r"\bname:\s*[\"']?(?P<name>[^\n{},\"']+?)[\"']?\s*[\n},](?:(?!\bname:).)*?\bvalue:\s*(?P<value>\d+(?:\.\d+)?)",
    re.DOTALL,
)
RELATION_KEYS = {"base_model": "variant of", "datasets": "trained on", "library_name": "implemented in"}


def read_class(element: Element, lexicon: Lexicon) -> Iterator[Parameter]:
    """The defaults of a configuration class; their subject is the family, marked as a default of transformers."""
    text = element["text"]
    named = CLASS.search(text)
    if not named:
        return
    subject = default_subject(named[1], lexicon)
    for match in FIELD.finditer(text):
        name = lexicon.fields.get(match[1])
        if not name:
            continue
        value = _default(match[2], name, lexicon)
        if value:
            start, end = match.start() + len(match[0]) - len(match[0].lstrip()), match.end()
            unit = lexicon.parameters[name].unit or None
            yield Parameter(subject, name, value.text, value.number, unit, element["id"], text[start:end], start, end)


def default_subject(stem: str, lexicon: Lexicon) -> str:
    """The subject of the defaults of a class, by its name without Config: GPT2 to GPT-2 (transformers default).

    It keeps all numbers of the class: Qwen3_5 is not Qwen3.
    """
    model = model_of(stem, Document("config", "", []), lexicon)
    whole = model and model.end - model.start == len(stem) and NUMBERS.findall(model.entity) == NUMBERS.findall(stem)
    family = model.entity if model and whole else stem
    return f"{family} (transformers default)"


def _default(source: str, name: str, lexicon: Lexicon) -> Value | None:
    wrapped = DEFAULT.fullmatch(source.strip())
    stated = (wrapped["value"] or wrapped["other"]) if wrapped else source
    try:
        held = _constant(ast.parse(stated.partition("  #")[0].strip(), mode="eval").body)
    except (ValueError, SyntaxError):
        return None
    meaning = lexicon.parameters[name]
    if isinstance(held, bool):
        return read_value(str(held), meaning) if meaning.value == "flag" else None
    if isinstance(held, int | float):
        return believed(repr(held), meaning) if meaning.value in ("count", "length", "number") else None
    return read_value(held, meaning) if isinstance(held, str) and meaning.value == "word" else None


def _constant(node: ast.expr) -> Any:
    """The value of a literal, or of a product of literals: 4096 * 32."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        left, right = _constant(node.left), _constant(node.right)
        return left * right if isinstance(left, int) and isinstance(right, int) else None
    return ast.literal_eval(node)


def front_matter(text: str) -> dict[str, list[tuple[str, int, int]]]:
    """Key to its scalars, each with its span in `text`, of YAML front matter; empty if it is no YAML mapping."""
    import yaml

    body = re.sub(r"^---[ \t]*$", "   ", text, flags=re.MULTILINE)
    try:
        root = yaml.compose(body, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return {}
    if not isinstance(root, yaml.MappingNode):
        return {}
    found: dict[str, list[tuple[str, int, int]]] = {}
    for key, value in root.value:
        nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
        held = [node for node in nodes if isinstance(node, yaml.ScalarNode) and node.value]
        found[str(key.value)] = [(node.value, key.start_mark.index, node.end_mark.index) for node in held]
    return found


def name_in(text: str) -> str:
    """The name that front matter gives its model; empty if it gives none."""
    held = front_matter(text)
    keys = (*NAME_KEYS, "name") if CARD_KEYS & held.keys() else NAME_KEYS
    return next((held[key][0][0] for key in keys if held.get(key)), "")


def read_front_matter(element: Element, document: Document, lexicon: Lexicon) -> Iterator[Parameter | Relation]:
    """Licence and other parameters, base model, data sets and library of the model that a card is about."""
    subject, text = document.subject.name, element["text"]
    if subject:
        yield from _results(element, subject, lexicon)
    for key, values in front_matter(text).items() if subject else ():
        names = label(key, lexicon)
        for value, start, end in values:
            quote = text[start:end]
            read = _first(value, names, lexicon) if len(values) == 1 else None
            if read:
                name, held = read
                unit = lexicon.parameters[name].unit or None
                yield Parameter(subject, name, held.text, held.number, unit, element["id"], quote, start, end)
            elif key in RELATION_KEYS and (other := _named(value, lexicon)) and other != subject:
                yield Relation(subject, RELATION_KEYS[key], other, element["id"], quote, start, end)


def _first(value: str, names: tuple[str, ...], lexicon: Lexicon) -> tuple[str, Value] | None:
    """The parameter among those that a key may name that has this value."""
    read = ((name, read_value(value, lexicon.parameters[name])) for name in names)
    return next(((name, held) for name, held in read if held), None)


def _results(element: Element, subject: str, lexicon: Lexicon) -> Iterator[Parameter]:
    """Results of benchmarks as a card's model-index lists them."""
    text = element["text"]
    begun = text.find("model-index:")
    for match in RESULT.finditer(text, begun) if begun >= 0 else ():
        for name in label(match["name"], lexicon):
            value = read_value(match["value"], lexicon.parameters[name])
            if value and lexicon.parameters[name].value == "percent":
                quote = text[match.start() : match.end()]
                yield Parameter(
                    subject, name, value.text, value.number, "%", element["id"], quote, match.start(), match.end()
                )


def _named(value: str, lexicon: Lexicon) -> str:
    if value == "transformers":
        return "Hugging Face Transformers"
    found = {mention.entity for mention in find_mentions(value.rpartition("/")[2], lexicon)}
    return found.pop() if len(found) == 1 else ""
