"""Values that a JSON Schema allows, of the words that params.schema.json uses; and odd ones of their types."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TEXTS = st.sampled_from(
    ["", " ", "a", "none", "a=b", "${seed}", "${nowhere}", "${a", "{x}", "'", '"', "\\", "é\u2028", "\0"]
)
NUMBERS = [0, -1, 1, 2, 7, 2**31, 2**63, 10**30]
FLOATS = [0.0, -1.0, 0.5, 1.0, 1e-4, 1e300]


def allowed(schema: dict[str, Any], defs: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values for `schema`, whose references lie in `defs`."""
    if "$ref" in schema:
        return allowed(defs[schema["$ref"].rpartition("/")[2]], defs, depth)
    if "anyOf" in schema:
        return st.one_of([allowed(held, defs, depth) for held in schema["anyOf"]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return _typed(schema, defs, depth)


def _typed(schema: dict[str, Any], defs: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    kind = schema.get("type", "any")
    if kind == "object" and "properties" in schema:
        fields = {name: allowed(held, defs, depth + 1) for name, held in schema["properties"].items()}
        return st.fixed_dictionaries({}, optional=fields)
    if kind == "object":
        held = schema.get("additionalProperties")
        inner = allowed(held, defs, depth + 1) if isinstance(held, dict) else TEXTS
        return st.dictionaries(st.sampled_from(["a", "Qwen2.5", "a b", "x:y", "1", "="]), inner, max_size=2)
    if kind == "array":
        return st.lists(allowed(schema.get("items", {}), defs, depth + 1), max_size=3)
    simple = {
        "null": st.none(),
        "boolean": st.booleans(),
        "integer": st.sampled_from([n for n in NUMBERS if _fits(n, schema)] or [schema.get("minimum", 1)]),
        "number": st.sampled_from([n for n in [*FLOATS, *NUMBERS] if _fits(n, schema)] or [schema.get("minimum", 1)]),
        "string": TEXTS,
        "any": st.one_of(TEXTS, st.sampled_from(NUMBERS), st.booleans()),
    }
    return simple[kind]


def _fits(number: float, schema: dict[str, Any]) -> bool:
    return (
        schema.get("minimum", number) <= number <= schema.get("maximum", number)
        and not number <= schema.get("exclusiveMinimum", number - 1)
        and not number >= schema.get("exclusiveMaximum", number + 1)
    )
