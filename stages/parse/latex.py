"""LaTeX sources: sections, paragraphs, lists, tables with cells, formulas, captions, code. Nothing is run or included.

pylatexenc cuts the source and turns what stands in running text into characters; formulas keep their source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from stages.parse.elements import Piece

SECTIONS = {
    "part": 1,
    "chapter": 1,
    "section": 1,
    "subsection": 2,
    "subsubsection": 3,
    "paragraph": 4,
    "subparagraph": 5,
}
FORMULAS = {"equation", "align", "alignat", "gather", "multline", "eqnarray", "displaymath", "flalign", "math"}
LISTS = {"itemize", "enumerate", "description", "thebibliography"}
TABLES = {"tabular", "tabularx", "tabulary", "longtable", "array", "tabu"}
CODE = {"verbatim", "lstlisting", "minted", "alltt", "Verbatim"}
DROPPED = {"comment", "filecontents", "tikzpicture", "pgfpicture"}
SILENT = {  # they and what they take are no text
    "label", "vspace", "hspace", "includegraphics", "input", "include", "bibliography", "bibliographystyle",
    "usepackage", "documentclass", "newcommand", "renewcommand", "providecommand", "def", "setlength", "pagestyle",
    "thispagestyle", "maketitle", "centering", "hline", "toprule", "midrule", "bottomrule", "cmidrule", "cline",
    "small", "footnotesize", "scriptsize", "noindent", "newpage", "clearpage", "tableofcontents", "appendix",
    "vskip", "hskip", "bigskip", "medskip", "smallskip", "author", "date", "affiliation", "thanks", "index",
    "hfill",
}  # fmt: skip
BOXES = {
    "resizebox",
    "scalebox",
    "parbox",
    "makebox",
    "adjustbox",
    "multirow",
    "multicolumn",
}  # the last they take is text
TAKES = {  # what macros take that pylatexenc does not know: * a star, [ an option, { an argument
    "caption": "*[{", "multicolumn": "{{{", "multirow": "[{[{{", "resizebox": "*{{{", "scalebox": "{[{", "parbox":
    "[[[{{", "makebox": "[[{", "adjustbox": "{{", "bibliographystyle": "{", "bibliography": "{", "setlength": "{{",
    "cline": "{", "pagestyle": "{", "thispagestyle": "{", "author": "[{", "date": "{", "affiliation": "[{",
    "thanks": "{", "index": "{", "vspace": "*{", "hspace": "*{", "usepackage": "[{", "documentclass": "[{", "input":
    "{", "include": "{", "title": "[{", "bibitem": "[{", "paragraph": "*[{", "subparagraph": "*[{", "part": "*[{",
    "chapter": "*[{",
}  # fmt: skip
CMIDRULE = re.compile(r"\\cmidrule\s*(?:\([^)]*\))?\s*\{[^}]*\}")
BLANK = re.compile(r"\n[ \t]*\n\s*")
COMMAND = re.compile(r"\\(?:re)?newcommand\s*\{?\\(\w+)\}?\s*\{([^{}\\#]{1,80})\}")


def pieces(source: str) -> Iterator[Piece]:
    """The pieces of a source in its order. Own commands without arguments are put in; others stand as they are."""
    nodes = _nodes(_expanded(source))
    yield from (Piece("Title", title, depth=0) for title in _stated(nodes, "title"))
    yield from (Piece("FrontMatter", f"authors: {names}") for names in _stated(nodes, "author"))
    body = next((node.nodelist for node in nodes if _environment(node) == "document"), nodes)
    yield from _Reader().read(body)


def _nodes(source: str) -> list[Any]:
    from pylatexenc.latexwalker import LatexWalker, get_default_latex_context_db
    from pylatexenc.macrospec import MacroSpec

    known = get_default_latex_context_db()
    known.add_context_category(
        "articles", macros=[MacroSpec(name, args_parser=takes) for name, takes in TAKES.items()], prepend=True
    )
    walker = LatexWalker(source, latex_context=known, tolerant_parsing=True)
    return list(walker.get_latex_nodes()[0])


def _expanded(source: str) -> str:
    """With a command such as \\newcommand{\\name}{Model} replaced by what it stands for."""
    source = CMIDRULE.sub("", source)
    own = dict(COMMAND.findall(source))
    if not own:
        return source
    used = re.compile(rf"\\({'|'.join(map(re.escape, own))})(?![A-Za-z])(?:\{{\}})?")
    return used.sub(lambda found: own[found[1]], COMMAND.sub("", source))


class _Reader:
    """Gathers running text until something else begins."""

    def __init__(self, kind: str = "NarrativeText") -> None:
        self.kind = kind
        self.held: list[Any] = []

    def read(self, nodes: list[Any]) -> Iterator[Piece]:
        for node in nodes:
            yield from self._node(node)
        yield from self._flush()

    def _node(self, node: Any) -> Iterator[Piece]:
        name = _environment(node) or _macro(node) or ""
        if name in SECTIONS and _macro(node):
            yield from self._flush()
            yield Piece("Title", _argument(node), depth=SECTIONS[name])
        elif name == "caption" and _macro(node):
            yield from self._flush()
            yield Piece("FigureCaption", _argument(node))
        elif name in SILENT or name == "title":
            return
        elif name in BOXES and _macro(node):
            for inner in _last(node):
                yield from self._node(inner)
        elif _is_display(node) or (name in FORMULAS and _environment(node)):
            yield from self._flush()
            yield Piece("Formula", node.latex_verbatim().strip())
        elif _environment(node):
            yield from self._flush()
            yield from _block(node, name)
        elif node is not None:
            self.held.append(node)

    def _flush(self) -> Iterator[Piece]:
        held, self.held = self.held, []
        for paragraph in _paragraphs(held):
            text = " ".join(_plain(paragraph).split())
            if text:
                yield Piece(self.kind, text)


def _block(node: Any, name: str) -> Iterator[Piece]:
    if name in DROPPED:
        return
    if name in CODE:
        lines = node.latex_verbatim().split("\n")
        yield Piece("CodeSnippet", "\n".join(lines[1:-1]) if len(lines) > 2 else node.latex_verbatim())
    elif name in TABLES:
        yield from _table(node)
    elif name in LISTS:
        for item in _split(node.nodelist, {"item", "bibitem"})[1:]:
            yield from _Reader("ListItem").read(item)
    else:
        if name == "abstract":
            yield Piece("Title", "Abstract", depth=1)
        yield from _Reader().read(node.nodelist)


def _table(node: Any) -> Iterator[Piece]:
    rows = []
    for line in _split(node.nodelist, {"\\", "tabularnewline"}):
        cells = [(_span(cell), " ".join(_plain(_inner(cell)).split())) for cell in _cells(line)]
        if any(text for _, text in cells):
            rows.append(cells)
    if not rows:
        return
    made = []
    for at, row in enumerate(rows):
        tag = "td" if at else "th"
        made.append("".join(f"<{tag}{_colspan(span)}>{escape(text)}</{tag}>" for span, text in row))
    html = "<table>" + "".join(f"<tr>{row}</tr>" for row in made) + "</table>"
    yield Piece("Table", "\n".join(" | ".join(text for _, text in row) for row in rows), html=html)


def _colspan(span: int) -> str:
    return f' colspan="{span}"' if span > 1 else ""


def _cells(nodes: list[Any]) -> list[list[Any]]:
    cells: list[list[Any]] = [[]]
    for node in nodes:
        if getattr(node, "specials_chars", None) == "&":
            cells.append([])
        elif _macro(node) not in SILENT:
            cells[-1].append(node)
    return cells


def _span(cell: list[Any]) -> int:
    for node in cell:
        if _macro(node) == "multicolumn" and node.nodeargd and node.nodeargd.argnlist:
            number = _plain([node.nodeargd.argnlist[0]]).strip()
            return int(number) if number.isdigit() else 1
    return 1


def _inner(cell: list[Any]) -> list[Any]:
    """Boxes opened."""
    return [inner for node in cell for inner in (_last(node) if _macro(node) in BOXES else [node])]


def _last(node: Any) -> list[Any]:
    """What the last argument of a macro holds."""
    given = [arg for arg in (node.nodeargd.argnlist if node.nodeargd else []) or [] if arg is not None]
    return list(getattr(given[-1], "nodelist", None) or given[-1:]) if given else []


def _split(nodes: list[Any], macros: set[str]) -> list[list[Any]]:
    """Nodes between these macros."""
    parts: list[list[Any]] = [[]]
    for node in nodes:
        if _macro(node) in macros:
            parts.append([])
        else:
            parts[-1].append(node)
    return parts


def _paragraphs(nodes: list[Any]) -> Iterator[list[Any]]:
    """Nodes between blank lines."""
    from pylatexenc.latexwalker import LatexCharsNode, LatexSpecialsNode

    held: list[Any] = []
    for node in nodes:
        if (isinstance(node, LatexSpecialsNode) and node.specials_chars == "\n\n") or _macro(node) == "par":
            yield held
            held = []
        elif isinstance(node, LatexCharsNode) and BLANK.search(node.chars):
            parts = BLANK.split(node.chars)
            for part in parts[:-1]:
                yield [*held, LatexCharsNode(chars=part)]
                held = []
            held.append(LatexCharsNode(chars=parts[-1]))
        else:
            held.append(node)
    yield held


def _plain(nodes: list[Any]) -> str:
    from pylatexenc.latex2text import LatexNodes2Text

    return str(LatexNodes2Text(math_mode="text", strict_latex_spaces=False).nodelist_to_text(nodes))


def _stated(nodes: list[Any], macro: str) -> list[str]:
    """What this macro states, before the document begins or in it."""
    inner = [node for outer in nodes if _environment(outer) == "document" for node in outer.nodelist]
    return [_argument(node) for node in [*nodes, *inner] if _macro(node) == macro][:1]


def _argument(node: Any) -> str:
    """The last argument of a macro, as text."""
    return " ".join(_plain(_last(node)).split())


def _macro(node: Any) -> str | None:
    return getattr(node, "macroname", None)


def _environment(node: Any) -> str | None:
    name = getattr(node, "environmentname", None)
    return name.rstrip("*") if name else None


def _is_display(node: Any) -> bool:
    return getattr(node, "displaytype", None) == "display"
