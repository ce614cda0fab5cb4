"""The basis of a page: new where the page shows something else, and kept where a document is merely renamed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stages.core.table import read
from stages.synthesize.__main__ import stage
from tests.synthesize.builders import build
from tests.synthesize.test_synthesize import CONFIG, DOCUMENTS, KNOWLEDGE

Documents = dict[str, dict[str, Any]]
OVERVIEW = {"coverage"}  # counts the elements of all documents


def pages(root: Path, edit: Callable[[str], str] = str) -> dict[str, dict[str, Any]]:
    """The pages of the documents and the knowledge after an edit of both, which are seen as one text."""
    documents, knowledge = json.loads(edit(json.dumps([DOCUMENTS, KNOWLEDGE])))
    stage(CONFIG, **build(root, documents, knowledge, {}), docs=root / "docs")
    return {row["document"]: row for row in read(root / "docs")}


def renamed(held: str) -> str:
    return held.replace("markdown/one.md", "z/other.md").replace('"path": "one.md"', '"path": "z/other.md"')


def another_number(held: str) -> str:
    return held.replace("4,096", "4,097").replace("4096", "4097")


def elsewhere(held: str) -> str:
    """A paragraph that nothing cites at the end of a document."""
    (documents, knowledge) = json.loads(held)
    elements = documents["cards/two.md"]["elements"]
    elements.append({**elements[-1], "id": "e9", "text": "Thanks to all."})
    return json.dumps([documents, knowledge])


@pytest.mark.parametrize("edit", [renamed, another_number, elsewhere])
def test_pages_with_a_new_basis_are_those_that_an_edit_reaches(tmp_path: Path, edit: Callable[[str], str]) -> None:
    before, after = pages(tmp_path / "before"), pages(tmp_path / "after", edit)
    have = {page["basis"] for page in before.values()}
    assert len(have) == len(before)
    anew = {key for key, page in after.items() if page["basis"] not in have}
    cited = {key for key, page in before.items() if any("4,096" in one["quote"] for one in page["citations"])}
    wanted = {renamed: set(), another_number: cited, elsewhere: OVERVIEW}[edit]
    assert anew == wanted and len(cited) > 3


def test_a_page_of_a_renamed_document_leads_to_it(tmp_path: Path) -> None:
    before, after = pages(tmp_path / "before"), pages(tmp_path / "after", renamed)
    page = after["documents/z-other-md"]
    assert page["basis"] == before["documents/markdown-one-md"]["basis"]
    assert {one["document"] for one in page["citations"]} == {"z/other.md"}
    assert "z/other.md" in {block["text"] for block in page["blocks"]}
