"""Reading paths, what a part goes with, and the place of a citation on the page of its document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from stages.core import table
from stages.site import Config as SiteConfig
from stages.site import Site
from stages.site.__main__ import stage as site_stage
from stages.synthesize.__main__ import stage
from stages.synthesize.paths import STEPS
from tests.synthesize.builders import build, document, entity
from tests.synthesize.test_synthesize import CONFIG, rows

BASE = document("Attention", ["Attention compares every token with every other token of its sequence."], "base.md")
NEXT = document("RoPE", ["RoPE rotates the queries and keys of Attention by angles of their places."], "rope.md")
LAST = document("YaRN", ["Long contexts", "YaRN is a way to stretch RoPE to contexts that are new to it."], "yarn.md")
LAST["elements"][1]["type"] = "Title"
DOCUMENTS = {"a/yarn.md": LAST, "b/rope.md": NEXT, "c/base.md": BASE}
NODES = [{"id": name.lower(), "name": name, "kind": "component", "children": []} for name in ("RoPE", "YaRN")]
NODES = [node | {"documents": [], "models": []} for node in NODES]
TASK = {"id": "p", "name": "position", "kind": "task", "children": NODES, "documents": [], "models": []}
RULE = {"id": "r", "kind": "requires", "parts": ["p:yarn", "p:rope"], "reason": "It rescales.", "source": "arXiv:1"}
KNOWLEDGE = {
    "entities": [entity(name.lower(), name, "component") for name in ("Attention", "RoPE", "YaRN")],
    "components": {"children": [TASK]},
    "clusters": [
        {"id": "p", "task": "p", "name": "position", "documents": sorted(DOCUMENTS), "entities": [], "clusters": []}
    ],
    "compatibility": {
        "rules": [RULE | {"for": [], "against": []}],
        "seen": [],
        "stated": [],
        "models": {},
    },
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    root = tmp_path_factory.mktemp("paths")
    terms = replace(CONFIG.knowledge, parts={"p:rope": "RoPE", "p:yarn": "YaRN"})
    config = replace(CONFIG, knowledge=terms)
    stage(config, **build(root / "build", DOCUMENTS, KNOWLEDGE, {}), docs=root / "docs")
    return {row["document"]: row for row in table.read(root / "docs")}, root


def test_a_path_goes_from_what_others_stand_on_to_what_stands_on_it(written: Any) -> None:
    held = rows(written[0]["paths"])
    assert held == [["1", "Attention", ""], ["2", "RoPE", "Attention"], ["3", "YaRN", "RoPE"]]


def test_home_leads_to_tasks_and_parts_and_has_a_citation_to_try(written: Any) -> None:
    home = written[0]["index"]
    assert ["Components", "3"] in rows(home) and ["Documents", "3"] in rows(home)
    assert ["Position", "3", ""] in rows(home) and ["YaRN", "0", "position"] in rows(home)
    links = {link["page"] for block in home["blocks"] for cell in block["cells"] for link in cell["links"]}
    assert {"tasks/p", "components/rope", "paths", "coverage", "components"} <= links
    said = [block["text"] for block in home["blocks"] if block["kind"] == "sentence"]
    assert len(said) == 1 and said[0] in {one["quote"] for one in home["citations"]}


def test_a_long_path_shows_its_first_steps(tmp_path: Path) -> None:
    more = STEPS + 5
    told = ["RoPE rotates the queries of Attention by angles."]
    held = {f"{n:02}.md": document(f"RoPE {n:02}", told, f"{n:02}.md") for n in range(more)}
    clusters = [KNOWLEDGE["clusters"][0] | {"documents": ["c/base.md", *sorted(held), "a/yarn.md"]}]
    documents = {"c/base.md": BASE, **held, "a/yarn.md": LAST}
    stage(
        CONFIG, **build(tmp_path / "build", documents, KNOWLEDGE | {"clusters": clusters}, {}), docs=tmp_path / "docs"
    )
    page = next(row for row in table.read(tmp_path / "docs") if row["document"] == "paths")
    assert len(rows(page)) == STEPS and rows(page)[0][1] == "Attention"
    note = next(block for block in page["blocks"] if block["kind"] == "note")
    assert note["text"] == f"The first {STEPS} of {more + 2}." and note["links"][0]["page"] == "tasks/p"


def test_a_part_says_what_it_goes_with_and_where_it_stands(written: Any) -> None:
    page = written[0]["components/rope"]
    assert ["requires", "YaRN + RoPE", "It rescales.", "arXiv:1"] in rows(page)
    assert ["position", "YaRN"] in rows(page)
    links = {link["page"] for block in page["blocks"] for cell in block["cells"] for link in cell["links"]}
    assert "components/yarn" in links


def test_a_citation_leads_to_its_section_on_the_page_of_its_document(written: Any, tmp_path: Path) -> None:
    pages, root = written
    places = {one["place"] for one in pages["components/yarn"]["citations"] if one["document"] == "a/yarn.md"}
    assert "e1" in places
    figures = pa.schema([("figures", pa.list_(pa.struct([("id", pa.string()), ("media_type", pa.string())])))])
    table.write(tmp_path / "figures", [], figures, 1)
    config = SiteConfig(site=Site(name="Litmill", colour="indigo", book=[], formats=["pdf"]), language="en")
    site_stage(config, docs=root / "docs", figures=tmp_path / "figures", site=tmp_path / "site")
    assert 'href="../documents/a-yarn-md.html#at-e1"' in (tmp_path / "site/components/yarn.html").read_text()
    assert 'id="at-e1"' in (tmp_path / "site/documents/a-yarn-md.html").read_text()
