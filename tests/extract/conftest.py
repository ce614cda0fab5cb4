"""The knowledge of the shipped conf/, and a document made of hand-written elements."""

from __future__ import annotations

from typing import Any

import pytest

from stages.core.knowledge import Knowledge
from stages.extract import Extractor
from stages.extract.document import facts_of
from stages.extract.lexicon import Lexicon, build_lexicon
from tests.knowledge import shipped


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return shipped()


@pytest.fixture(scope="session")
def lexicon(knowledge: Knowledge) -> Lexicon:
    return build_lexicon(
        knowledge, Extractor(method="rules", registry=True, sentence_characters=600, seconds=0, memory=0, llm=None)
    )


def element(kind: str, text: str, section: tuple[str, ...] = (), name: str = "e1") -> dict[str, Any]:
    return {"id": name, "type": kind, "text": text, "section": list(section), "page": None, "html": None}


def row(*elements: dict[str, Any], title: str = "", kind: str = "markdown") -> dict[str, Any]:
    return {"document": "a.md", "kind": kind, "title": title, "elements": list(elements)}


@pytest.fixture
def facts(lexicon: Lexicon) -> Any:
    def of(*elements: dict[str, Any], title: str = "", kind: str = "markdown") -> dict[str, Any]:
        found = facts_of(lexicon, row(*elements, title=title, kind=kind))["facts"]
        assert found is not None
        return found

    return of
