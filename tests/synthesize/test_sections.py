"""A page goes through the document on its subject: under its headings, with sentences that can stand alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stages.core.table import read
from stages.synthesize.__main__ import stage
from tests.synthesize.builders import build, document, entity
from tests.synthesize.test_synthesize import CONFIG

IDEA = "The change of a weight is a product of two thin matrices. It is added to the frozen weight while training runs."
COST = "An adapter of rank 8 for all layers of a small model takes 20 MB. Merging makes the adapter free at inference."
SAID = "LoRA is a way to train thin matrices beside frozen ones. LoRA is older than QLoRA and needs no quantisation."
OTHER = "LoRA costs little memory in this library as it does elsewhere. Nothing is said of it in the rest of this text."
THANKS = "Many people have written parts of this text, and all of them are thanked here for what they gave."
SECTIONS = {"Idea": IDEA, "Data": SAID, "Costs": COST, "Links": "See there.", "A. Contributions": THANKS}
KNOWLEDGE = {"entities": [entity("lora", "LoRA", "approach"), entity("qlora", "QLoRA", "approach")]}


def sectioned(title: str, path: str, sections: dict[str, str], package: str = "") -> dict[str, Any]:
    held = document(title, list(sections.values()), path, package)
    for element, heading in zip(held["elements"][1:], sections, strict=True):
        element["section"] = [title, heading]
    return held


DOCUMENTS = {
    "short.md": sectioned("LoRA in short", "short.md", {"In short": OTHER.replace("in this library", "here")}),
    "own.md": sectioned("LoRA and QLoRA", "own.md", SECTIONS),
    "installed/lib/README.md": sectioned("LoRA", "README.md", {"Use": OTHER, "More": f"{OTHER} {SAID}"}, "lib"),
}


def page(root: Path, sections: int, subject: str = "lora") -> list[tuple[str, str]]:
    config = replace(CONFIG, writer=replace(CONFIG.writer, sections=sections))
    stage(config, **build(root, DOCUMENTS, KNOWLEDGE, {}), docs=root / "docs")
    rows = {row["document"]: row for row in read(root / "docs")}
    return [(block["kind"], block["text"]) for block in rows[f"approaches/{subject}"]["blocks"]]


@pytest.mark.parametrize("sections", [0, 1, 9])
def test_the_sections_of_the_document_that_mentions_it_most(tmp_path: Path, sections: int) -> None:
    blocks = page(tmp_path, sections)
    headings = [text for kind, text in blocks if kind == "heading" and text in (*SECTIONS, "In short", "Use", "More")]
    said = [text for kind, text in blocks if kind == "sentence"]
    assert headings == [name for name in ("Idea", "Data", "Costs") if name in headings][: sections or None]
    assert ("Idea" in headings, "Costs" in headings) == (sections > 0, sections > 1)
    assert (("note", "From LoRA and QLoRA:") in blocks) is (sections > 0)
    assert (IDEA.partition(" It is")[0] in said, COST[66:] in said) == (sections > 0, sections > 1)
    assert THANKS not in said
    assert len(said) == len(set(said)), "what the page says already is not said again"
    assert not any(text.startswith("It is added") for text in said), "it leans on the sentence before"


def test_what_a_title_names_second_is_not_its_subject(tmp_path: Path) -> None:
    assert ("heading", "Idea") not in page(tmp_path, 9, "qlora")
