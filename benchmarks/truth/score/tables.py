"""Tables: TEDS, tree-edit-distance-based similarity.

TEDS(a, b) = 1 - distance(a, b) / max(nodes of a, nodes of b), over the tree of table, rows and cells. To insert or
delete a node costs 1; to rename costs 1 if the tags or the spans differ, else for cells the normalised edit distance of
their texts. Xu Zhong, Elaheh ShafieiBavani, Antonio Jimeno Yepes: Image-based table recognition: data, model, and
evaluation, 2020, arXiv:1911.10683. As there, the distance is that of APTED; other than there, thead and tbody are left
out and th counts as td, since most parsers cannot tell them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from apted import APTED, Config
from lxml import html
from rapidfuzz.distance import Indel, Levenshtein


@dataclass
class Node:
    """A table, a row or a cell."""

    tag: str
    spans: tuple[int, int] = (1, 1)
    text: str = ""
    children: list[Node] = field(default_factory=list)

    @property
    def size(self) -> int:
        return 1 + sum(child.size for child in self.children)


class _Costs(Config):
    def rename(self, node1: Node, node2: Node) -> float:
        if node1.tag != node2.tag or node1.spans != node2.spans:
            return 1.0
        return float(Levenshtein.normalized_distance(node1.text, node2.text)) if node1.tag == "td" else 0.0

    def children(self, node: Node) -> list[Node]:
        return node.children


def teds(found: str, true: str, *, structure_only: bool = False) -> float:
    """The similarity of two tables in HTML, 0 to 1; with `structure_only`, whatever the cells say."""
    one, other = tree(found, structure_only), tree(true, structure_only)
    if one is None or other is None:
        return 0.0
    distance = APTED(one, other, _Costs()).compute_edit_distance()
    return max(0.0, 1.0 - distance / max(one.size, other.size))


def tree(table: str, structure_only: bool = False) -> Node | None:
    """The tree of the first table in some HTML; None if there is none."""
    root = html.fromstring(table) if table.strip() else None
    first = next(root.iter("table"), None) if root is not None else None
    if first is None:
        return None
    rows = [
        Node("tr", children=[_cell(cell, structure_only) for cell in row.iter("td", "th")]) for row in first.iter("tr")
    ]
    return Node("table", children=rows)


def _cell(cell: Any, structure_only: bool) -> Node:
    spans = (_span(cell.get("colspan")), _span(cell.get("rowspan")))
    return Node("td", spans, "" if structure_only else " ".join(cell.text_content().split()))


def _span(said: str | None) -> int:
    return int(said) if said and said.isdigit() else 1


def scores(found: Sequence[str], true: Sequence[str], *, structure_only: bool = False) -> list[float]:
    """TEDS of each true table of a document with the found one that is most like it in text; 0 where none is left."""
    texts = [[_text(table) for table in tables] for tables in (found, true)]
    likeness = sorted(
        (
            (Indel.normalized_similarity(one, other), at, to)
            for at, one in enumerate(texts[0])
            for to, other in enumerate(texts[1])
        ),
        key=lambda held: (-held[0], held[1], held[2]),
    )
    pairs: dict[int, int] = {}
    for alike, at, to in likeness:
        if alike > 0 and to not in pairs and at not in pairs.values():
            pairs[to] = at
    return [
        teds(found[pairs[to]], table, structure_only=structure_only) if to in pairs else 0.0
        for to, table in enumerate(true)
    ]


def _text(table: str) -> str:
    return " ".join(html.fromstring(table).text_content().split()) if table.strip() else ""
