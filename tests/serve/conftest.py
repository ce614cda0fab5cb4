"""One build of three documents, indexed, and its service, for all tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from serve import Service, open_service
from stages.core import table
from stages.parse.parse import ELEMENTS
from tests.index.room import Build, around, settings
from tests.tune.test_tune import TEXTS, conf, write_chunks


@pytest.fixture(scope="package")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of three documents, indexed, with a fusion."""
    build = tmp_path_factory.mktemp("serve") / "build"
    (build / "conf").mkdir(parents=True)
    write_chunks(build / "chunks", 2)
    table.write(build / "elements", map(elements, TEXTS), ELEMENTS, shards=2)
    around(build, list(TEXTS))
    index = settings()
    held = {"embedder": conf("embedder/minilm.yaml"), "search": conf("search/hybrid.yaml")}
    held |= {"answer": conf("answer/extractive.yaml"), "knowledge": {"words": {"rotation": ["spinning"]}}}
    held["index"] = {name: getattr(index.index, name) for name in index.index.__dataclass_fields__}
    (build / "conf/serve.yaml").write_text(yaml.safe_dump(held))
    (build / "search.json").write_text(json.dumps({"fusion": "relative", "weight": 0.5}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LITMILL_CACHE", str(build.parent / "cache"))
        Build(build).index(index)
    return build


def elements(key: str) -> tuple[str, dict[str, Any]]:
    """The row of a document: all of its text is one element."""
    title, sections = TEXTS[key]
    text = "\n".join(text for texts in sections.values() for text in texts)
    element = {"id": "e", "type": "NarrativeText", "text": text, "section": [title]}
    return key, {"title": title, "kind": "markdown", "elements": [element]}


@pytest.fixture(scope="package")
def service(build: Path) -> Iterator[Service]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LITMILL_CACHE", str(build.parent / "cache"))
        with open_service(build) as opened:
            yield opened
