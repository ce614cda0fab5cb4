"""`litmill plan`, `why` and `impact`: what they say is what `dvc repro` then does, and they run nothing themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from stages.core import table
from tests.pipeline.project import Project
from tests.pipeline.test_build import AFTER_TRAIN

pytestmark = pytest.mark.xdist_group("commands")
PLANNED = re.compile(r"^(\w+) +(runs|may run)", re.MULTILINE)


def plan(project: Project) -> tuple[dict[str, str], str]:
    before = project.lock()
    said = project.run("litmill", "plan").stdout
    assert project.lock() == before
    return dict(PLANNED.findall(said)), said


@pytest.fixture
def edited(built: Project) -> Iterator[Project]:
    """The built project, whose params.yaml and documents a test may change; put back and built again at the end."""
    yield built
    built.run("git", "checkout", "-q", ".")
    built.run("git", "clean", "-q", "-f", "corpus")
    built.repro()


def test_nothing_to_do_is_said(built: Project) -> None:
    assert plan(built) == ({}, "Nothing would run: everything is up to date.\n")
    assert built.run("litmill", "why", "train").stdout.startswith("train is up to date")


def test_a_plan_is_what_runs(edited: Project) -> None:
    edited.params(train={"learning_rate": 0.003})
    planned, said = plan(edited)
    assert {name for name, how in planned.items() if how == "runs"} == {"compose", "train"}
    assert "train.learning_rate: 0.01 -> 0.003" in said, said
    assert "train.learning_rate" in edited.run("litmill", "why", "train").stdout
    assert "only if the outputs change of: " in edited.run("litmill", "why", "export").stdout
    assert "?" not in said.split("of disk")[0], "every stage ran here before, so its time is known"
    assert set(planned) == AFTER_TRAIN, "which is what runs: tests/pipeline/test_build.py"


def test_a_plan_counts_the_documents(edited: Project) -> None:
    context = 40
    edited.params(embedder={"context": context})
    planned, said = plan(edited)
    documents = table.count(edited.path / "build/elements")
    assert planned["embed"] == "runs"
    assert re.search(rf"^embed +runs +\S+ s +{documents} of {documents} documents$", said, re.MULTILINE), said
    assert "parse" not in planned


def test_a_plan_counts_the_documents_of_parse(edited: Project) -> None:
    """Not all that parse writes is kept between runs; its tables are."""
    edited.params(parser={"likeness": 0.7})
    documents = table.count(edited.path / "build/corpus")
    assert re.search(rf"^parse +runs +\S+ s +{documents} of {documents} documents$", plan(edited)[1], re.MULTILINE)


def test_a_document_says_where_it_comes_from_and_what_stands_on_it(built: Project) -> None:
    why = built.run("litmill", "why", "markdown/rope.md").stdout
    assert "collected from source folder, path markdown/rope.md" in why
    assert "a row in elements" in why
    assert "a row in chunks" in why
    impact = built.run("litmill", "impact", "rope.md").stdout
    citing = {
        page["document"]
        for page in table.read(built.path / "build/docs")
        if any(one["document"] == "markdown/rope.md" for one in page["citations"])
    }
    assert f"on {len(citing)} pages" in impact
    assert len(citing) > 1


def test_a_sentence_says_what_it_stands_on(built: Project) -> None:
    page, block = next(
        (page, block)
        for page in table.read(built.path / "build/docs")
        for block in page["blocks"]
        if block["kind"] == "sentence"
    )
    said = built.run("litmill", "why", block["text"]).stdout
    cited = {one["number"]: one for one in page["citations"]}[block["citations"][0]]
    assert page["document"] in said
    assert cited["document"] in said
    assert repr(cited["quote"]) in said


def test_what_is_nowhere_is_refused(built: Project) -> None:
    assert "did you mean 'train'?" in built.refusal("litmill", "why", "trian")
    assert "did you mean 'markdown/rope.md'?" in built.refusal("litmill", "impact", "markdown/ropes.md")
