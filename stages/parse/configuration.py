"""Model configurations: Python source with classes, fields and what their docstrings say; a model's config.json.

The source is read with `ast`; nothing of it is run or imported.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from dataclasses import dataclass

FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
ARGUMENT = re.compile(r"^(\w+ \(.*)$", re.MULTILINE)
FAMILY = re.compile(r"(.+?)\s+(?:model )?configuration", re.IGNORECASE)


@dataclass(frozen=True)
class ConfigClass:
    """A configuration class: its name, the prose of its docstring, its source lines with fields and defaults."""

    name: str
    prose: str
    fields: str


@dataclass(frozen=True)
class Source:
    """A file of configurations. `heading` is the first line of the module's docstring, as it stands there."""

    title: str
    heading: str | None
    classes: list[ConfigClass]


def read_source(text: str) -> Source:
    """Read the classes whose name ends in Config and that state a field. Raises SyntaxError for what is no Python."""
    try:
        module = ast.parse(text)
    except MemoryError:  # what Python's parser says of text that nests too deep for its stack
        raise SyntaxError("it nests too deep") from None
    lines = text.splitlines()
    nodes = [node for node in module.body if isinstance(node, ast.ClassDef) and node.name.endswith("Config")]
    classes = [held for node in nodes if (held := _config_class(node, lines)) is not None]
    docstring = ast.get_docstring(module) or ""
    heading = docstring.partition("\n")[0].strip() or None
    return Source(_family(heading, classes), heading, classes)


def read_json(text: str) -> tuple[str | None, str]:
    """What a config.json calls its model, and its fields, one a line. Raises ValueError for what is no JSON object."""
    held = json.loads(text)
    if not isinstance(held, dict):
        raise ValueError("it holds no object")
    names = [held.get("_name_or_path"), *(held.get("architectures") or [])[:1], held.get("model_type")]
    name = next((name for name in names if isinstance(name, str) and name), None)
    return name, "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in held.items())


def _config_class(node: ast.ClassDef, lines: list[str]) -> ConfigClass | None:
    fields = [statement for statement in node.body if _is_field(statement)]
    if not fields:
        return None
    head = lines[_first_line(node) - 1 : node.body[0].lineno - 1]
    body = [line for field in fields for line in lines[field.lineno - 1 : field.end_lineno]]
    return ConfigClass(node.name, _prose(ast.get_docstring(node)), "\n".join([*head, *body]))


def _is_field(statement: ast.stmt) -> bool:
    """A typed field with a default, or a plain constant such as `model_type = "llama"`."""
    if isinstance(statement, ast.AnnAssign):
        return statement.value is not None
    return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)


def _first_line(node: ast.ClassDef) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _prose(docstring: str | None) -> str:
    """Without examples of code; each argument is a paragraph of its own."""
    text = FENCE.sub("", inspect.cleandoc(docstring or ""))
    text = ARGUMENT.sub(r"\n\1", text)
    paragraphs = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text))
    return "\n\n".join(held for held in paragraphs if held and held.rstrip(":") not in ("Example", "Examples", "Args"))


def _family(heading: str | None, classes: list[ConfigClass]) -> str:
    """The family as the main class names it, spelt as the docstring does ("OpenAI GPT-2 configuration": GPT-2)."""
    if not classes:
        return ""
    name = min((held.name.removesuffix("Config") for held in classes), key=len)
    stated = FAMILY.match(heading or "")
    words = stated[1].split() if stated else []
    endings = (" ".join(words[start:]) for start in range(len(words)))
    return next((ending for ending in endings if _plain(ending) == _plain(name)), name)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
