"""Pseudocode of the forward pass in a small language of shapes and einsum (pseudocode.lark), written and read back.

`check` parses a text and follows its shapes: each einsum's names are those of its operands, each result has the shape
that is declared, every weight is used. Returns the number of weights, so that the text can be held to the
specification.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree

GRAMMAR = Path(__file__).with_name("pseudocode.lark")
LAYERS = "layers"


class PseudocodeError(ValueError):
    """A statement whose shapes do not fit; says which."""


def check(text: str) -> int:
    """Parse `text`, follow its shapes, and return how many weights it declares."""
    tree = Lark(GRAMMAR.read_text(encoding="utf-8"), parser="lalr").parse(text)
    reader = _Reader()
    reader.read(tree.children)
    unused = sorted(set(reader.weights) - reader.used)
    if unused:
        raise PseudocodeError(f"weight {unused[0]} is declared and not used")
    return sum(math.prod(reader.size(name) for name in shape) for shape in reader.weights.values())


class _Reader:
    def __init__(self) -> None:
        self.dims: dict[str, int | str | None] = {}
        self.weights: dict[str, list[str]] = {}
        self.shapes: dict[str, list[str]] = {}
        self.used: set[str] = set()

    def read(self, statements: list[Any]) -> None:
        for statement in statements:
            getattr(self, f"_{statement.data}")(*statement.children)

    def size(self, name: str) -> int:
        value = self.dims[self.own(name)]
        if not isinstance(value, int):
            raise PseudocodeError(f"dimension {name} has no size")
        return value

    def own(self, name: str) -> str:
        """The name that `name` is a second one for, or itself."""
        if name not in self.dims:
            raise PseudocodeError(f"dimension {name} is not declared")
        value = self.dims[name]
        return self.own(value) if isinstance(value, str) else name

    def _dim(self, name: Token, value: Token | None = None) -> None:
        self.dims[str(name)] = None if value is None else int(value) if value.type == "INT" else str(value)

    def _weight(self, name: Token, shape: Tree[Token]) -> None:
        self.weights[str(name)] = self.shapes[str(name)] = _names(shape)

    def _take(self, name: Token, shape: Tree[Token]) -> None:
        self.shapes[str(name)] = _names(shape)

    def _repeat(self, _index: Token, _dim: Token, *statements: Any) -> None:
        self.read(list(statements))

    def _assign(self, name: Token, shape: Tree[Token], value: Any) -> None:
        self.shapes[str(name)] = self._fit(str(name), _names(shape), self._shape_of(value))

    def _give(self, name: Token, shape: Tree[Token]) -> None:
        self._fit(str(name), _names(shape), self.shapes[str(name)])

    def _fit(self, name: str, declared: list[str], found: list[str]) -> list[str]:
        if [self.own(held) for held in declared] != [self.own(held) for held in found]:
            raise PseudocodeError(f"{name} is declared {declared}, but its value is {found}")
        return declared

    def _shape_of(self, node: Any) -> list[str]:
        if node.data == "tensor":
            return self._tensor(*node.children)
        if node.data == "einsum":
            return self._einsum(node)
        if node.data == "number":
            return []
        first, *others = [self._shape_of(child) for child in node.children if isinstance(child, Tree)]
        if node.data in ("plus", "times") and others[0]:
            self._fit(node.data, first, others[0])
        return self._taken(first, others[0]) if node.data == "call" and str(node.children[0]) == "take" else first

    def _taken(self, table: list[str], index: list[str]) -> list[str]:
        return [*index, *table[1:]]

    def _tensor(self, name: Token, index: Token | None) -> list[str]:
        if str(name) not in self.shapes:
            raise PseudocodeError(f"{name} is used before it has a value")
        self.used.add(str(name))
        shape = self.shapes[str(name)]
        if index is not None and shape[0] != LAYERS:
            raise PseudocodeError(f"{name} is not one of {LAYERS}")
        return shape[1:] if index is not None else shape

    def _einsum(self, node: Tree[Token]) -> list[str]:
        named = [_names(child) for child in node.children if isinstance(child, Tree) and child.data == "names"]
        values = [child for child in node.children if isinstance(child, Tree) and child.data != "names"]
        *operands, result = named
        for names, value in zip(operands, values, strict=True):
            self._fit("an operand of einsum", names, self._shape_of(value))
        if not set(result) <= {name for names in operands for name in names}:
            raise PseudocodeError(f"einsum gives {result}, which its operands do not have")
        return result


def _names(node: Tree[Token]) -> list[str]:
    return [str(child) for child in node.children if child is not None]
