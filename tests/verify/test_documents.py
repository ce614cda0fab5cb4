"""The pages of a build, as verify, why and impact read them: there, and of the shape that this code writes."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from litmill import documents
from stages.core import table
from stages.core.run.errors import UserError
from stages.synthesize.page import SCHEMA

PAGE = {"title": "Home", "group": "", "about": "", "blocks": [], "citations": [], "files": [], "basis": ""}


def test_pages_of_a_build(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="docs: not there; run `dvc repro synthesize`"):
        documents.pages(tmp_path)
    table.write(tmp_path / "docs", [("index", PAGE)], SCHEMA, shards=2)
    assert [page["document"] for page in documents.pages(tmp_path)] == ["index"]


@pytest.mark.parametrize("change", ["a field less", "a field of another type"])
def test_pages_of_another_version_are_not_read(tmp_path: Path, change: str) -> None:
    place = SCHEMA.get_field_index("citations")
    other = SCHEMA.remove(place)
    page = {name: value for name, value in PAGE.items() if name != "citations"}
    if change != "a field less":
        other = other.insert(place, pa.field("citations", pa.list_(pa.string())))
        page["citations"] = []
    table.write(tmp_path / "docs", [("index", page)], other, shards=2)
    with pytest.raises(UserError, match="docs: written by another version of Litmill; run `dvc repro synthesize`"):
        documents.pages(tmp_path)
