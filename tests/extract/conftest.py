"""The knowledge of the shipped conf/, and a document made of hand-written elements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from stages.core.knowledge import Knowledge
from stages.core.run.config import check
from stages.extract import Extractor
from stages.extract.document import facts_of
from stages.extract.lexicon import Lexicon, build_lexicon

CONF = Path(__file__).resolve().parents[2] / "conf"


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    from hydra import compose, initialize_config_dir
    from omegaconf import OmegaConf

    with initialize_config_dir(str(CONF), version_base="1.3"):
        values: Any = OmegaConf.to_container(compose("knowledge/default"), resolve=True)
    return check(TypeAdapter(Knowledge), values["knowledge"])


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
