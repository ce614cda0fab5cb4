"""reStructuredText to pieces, by docutils' own parser: titles, paragraphs, items, tables with cells, code, formulas.

Nothing is included, run or fetched: file insertion and raw parts are off. What docutils does not know, such as the
roles and directives of Sphinx, keeps its text: a role what it marks, a directive its arguments and its content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from typing import Any

from stages.parse.elements import Piece

SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "doctitle_xform": False,
    "smart_quotes": False,
    "syntax_highlight": "none",
    "line_length_limit": 1_000_000,
    "warning_stream": False,
    "_disable_config": True,
}
CODE = {"doctest", "testcode", "testsetup", "testoutput", "ipython", "prompt", "jupyter-execute", "sourcecode"}
SILENT = {"comment", "system_message", "substitution_definition", "target", "meta", "decoration", "pending", "raw"}
ITEMS = {"list_item", "definition_list_item", "field", "option_list_item", "footnote", "citation", "line_block"}
TARGET = " <"  # "text <target>" is how Sphinx's roles name the text of a link


def pieces(text: str) -> list[Piece]:
    """The pieces of a reStructuredText document."""
    from docutils.core import publish_doctree

    with _lenient():
        document = publish_doctree(text, settings_overrides=SETTINGS)
    return list(_inside(document, -1))


def _inside(node: Any, depth: int) -> Iterator[Piece]:
    for child in node.children:
        yield from _piece(child, depth)


def _piece(node: Any, depth: int) -> Iterator[Piece]:
    """The pieces of a node in a section of this depth."""
    name = node.tagname
    if name in SILENT:
        return
    if name == "section":
        yield from _inside(node, depth + 1)
    elif name == "title" and node.parent.tagname == "section":
        yield Piece("Title", _plain(node), depth=depth)
    elif name in ("literal_block", "doctest_block"):
        yield Piece("CodeSnippet", node.astext())
    elif name == "math_block":
        yield Piece("Formula", node.astext())
    elif name == "table":
        yield from _table(node)
    elif name in ("caption", "legend"):
        yield Piece("FigureCaption", _plain(node))
    elif name in ITEMS:
        yield from _item(node, depth)
    elif name == "image":
        yield Piece("NarrativeText", node.get("alt", ""))
    elif _is_text(node):
        yield Piece("NarrativeText", _plain(node))
    else:
        yield from _inside(node, depth)


def _item(node: Any, depth: int) -> Iterator[Piece]:
    """An item's own words as one piece, then what stands in it: lists, tables, code."""
    words: list[str] = []
    deeper: list[Any] = []
    for child in _parts(node):
        (words if _is_text(child) else deeper).append(_plain(child) if _is_text(child) else child)
    yield Piece("ListItem", " ".join(filter(None, words)))
    for child in deeper:
        yield from _piece(child, depth)


def _parts(node: Any) -> Iterator[Any]:
    """The term, the name, the paragraphs of an item; what only wraps them is opened."""
    for child in node.children:
        if child.tagname in ("definition", "field_body", "description", "line_block", "option_list_item"):
            yield from _parts(child)
        elif child.tagname not in SILENT:
            yield child


def _is_text(node: Any) -> bool:
    """Whether a node holds words, and no blocks."""
    from docutils import nodes

    return isinstance(node, (nodes.Text, nodes.option_group)) or (
        isinstance(node, nodes.TextElement) and not isinstance(node, nodes.FixedTextElement)
    )


def _plain(node: Any) -> str:
    """The words of a node on one line; of a picture in it, what it shows."""
    from docutils import nodes

    if isinstance(node, nodes.Text):
        return " ".join(node.astext().split())
    held = node.findall(lambda part: isinstance(part, (nodes.Text, nodes.image)))
    return " ".join("".join(_words(part) for part in held if part.parent.tagname not in SILENT).split())


def _words(part: Any) -> str:
    if part.tagname == "image":
        return f"{part.get('alt', '')} "
    return (
        f"{part.parent.get('delimiter', '')}{part.astext()}"
        if part.parent.tagname == "option_argument"
        else part.astext()
    )


def _table(node: Any) -> Iterator[Piece]:
    """Cells as HTML with their spans, and a line a row; the title before it."""
    from stages.parse.pieces import table_text

    title = next((child for child in node.children if child.tagname == "title"), None)
    if title is not None:
        yield Piece("FigureCaption", _plain(title))
    rows = []
    for row in node.findall(lambda held: held.tagname == "row"):
        tag = "th" if row.parent.tagname == "thead" else "td"
        rows.append(f"<tr>{''.join(_cell(entry, tag) for entry in row.children)}</tr>")
    html = f"<table>{''.join(rows)}</table>"
    yield Piece("Table", table_text(html), html=html)


def _cell(entry: Any, tag: str) -> str:
    spans = "".join(
        f' {name}="{entry[more] + 1}"'
        for name, more in (("colspan", "morecols"), ("rowspan", "morerows"))
        if more in entry
    )
    return f"<{tag}{spans}>{escape(' '.join(entry.astext().split()))}</{tag}>"


@contextmanager
def _lenient() -> Iterator[None]:
    """Directives and roles that docutils does not know are taken for their text."""
    from docutils.parsers.rst import directives, roles

    known: tuple[Callable[..., Any], Callable[..., Any]] = directives.directive, roles.role
    directives.directive = lambda name, *rest: _found(known[0], (_directive(), []), name, *rest)
    roles.role = lambda name, *rest: _found(known[1], (_role, []), name, *rest)
    try:
        yield
    finally:
        directives.directive, roles.role = known


def _found(look: Callable[..., Any], unknown: Any, name: str, *rest: Any) -> Any:
    found = look(name, *rest)
    return found if found[0] is not None else unknown


def _role(role: str, raw: str, text: str, line: int, inliner: Any, options: Any = None, content: Any = ()) -> Any:
    """The text of a role: of "text <target>" the text, without the marks that shorten a name."""
    from docutils import nodes, utils

    shown = utils.unescape(text)
    shown = shown.rpartition(TARGET)[0] if TARGET in shown and shown.endswith(">") else shown.lstrip("~!")
    return [nodes.inline(raw, shown)], []


@cache
def _directive() -> Any:
    """A directive of which nothing is known: options are passed over, arguments are words, the content is a document;
    that of directives that show code is code."""
    from docutils import nodes
    from docutils.parsers.rst import Directive

    class Unknown(Directive):
        optional_arguments = 1
        final_argument_whitespace = True
        has_content = True
        option_spec = _Anything()

        def run(self) -> list[Any]:
            content = "\n".join(self.content)
            if self.name in CODE:
                return [nodes.literal_block(content, content)]
            held = nodes.container()
            if self.arguments:
                words, _ = self.state.inline_text(self.arguments[0], self.lineno)
                held += nodes.paragraph("", "", *words)
            self.state.nested_parse(self.content, self.content_offset, held)
            return [held]

    return Unknown


class _Anything(dict[str, Callable[[Any], Any]]):
    """Every option is known, and left as it is."""

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, name: str) -> Callable[[Any], Any]:
        return lambda value: value
