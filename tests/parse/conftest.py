"""A row of the corpus and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from stages.collect.document import row
from stages.collect.kinds import kind_of
from stages.parse import Parser
from stages.parse.document import parse_document

SETTINGS: dict[str, Any] = {
    "strategy": "fast",
    "seconds": 60,
    "memory": 2000,
    "likeness": 0.6,
    "figure_pixels": 64,
    "ocr": "never",
    "ocr_dpi": 200,
    "ocr_pixels": 10_000_000,
    "hi_res_layout": "package",
    "hi_res_tables": "rules",
}
PARSER = Parser(**SETTINGS)


class Parse:
    """Parse one document in this process."""

    def __call__(self, name: str, raw: bytes | str, parser: Parser = PARSER) -> dict[str, Any]:
        content = raw.encode() if isinstance(raw, str) else raw
        origin = {"source": "folder", "path": name, "package": None, "version": None}
        return parse_document({"document": name, **row(kind_of(name, content), origin, content)}, parser=parser)

    def elements(self, name: str, raw: bytes | str) -> list[dict[str, Any]]:
        result = self(name, raw)
        assert result["quarantine"] is None, result["quarantine"]
        return result["elements"]["elements"]

    def reason(self, name: str, raw: bytes | str, parser: Parser = PARSER) -> tuple[str, str]:
        result = self(name, raw, parser)
        assert result["elements"] is None and result["figures"] is None
        return result["quarantine"]["reason"], result["quarantine"]["detail"]


@pytest.fixture
def parse() -> Parse:
    return Parse()
