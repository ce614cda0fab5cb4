"""The whole graph on tiny models: offline, complete, exact about what it rebuilds, and the same bytes either way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from stages.core import table
from tests.pipeline.conftest import tiny_project
from tests.pipeline.graph import dvc_yaml, expected_code, expected_outs, stage_names
from tests.pipeline.project import Project

pytestmark = pytest.mark.xdist_group("build")
AFTER_TRAIN = {"compose", "train", "evaluate", "export", "assemble"}


def metrics(project: Project, stage: str) -> dict[str, Any]:
    return json.loads((project.path / f"build/metrics/{stage}.json").read_text())


def test_the_build_needs_no_network_and_runs_every_stage_once(built: Project) -> None:
    assert sorted(built.ran) == sorted(dvc_yaml()["stages"])


def test_nothing_to_do_is_nothing_done(built: Project) -> None:
    assert built.repro() == []


def test_no_document_is_lost(built: Project) -> None:
    build = built.path / "build"
    collected = {row["document"] for row in table.read(build / "corpus", columns=["document"])}
    parsed = {row["document"] for row in table.read(build / "elements", columns=["document"])}
    quarantined = {row["document"] for row in table.read(build / "quarantine", columns=["document"])}
    assert parsed | quarantined == collected
    assert not parsed & quarantined
    counts = metrics(built, "parse")
    assert counts["documents"] == len(collected) == metrics(built, "collect")["documents"]
    assert (counts["parsed"], counts["quarantined"]) == (len(parsed), len(quarantined))


def test_damaged_documents_are_quarantined_and_listed(built: Project) -> None:
    rows = {row["document"]: row for row in table.read(built.path / "build/quarantine")}
    expected = {f"damaged/{name}" for name in ("broken.pdf", "empty.md", "unknown.xyz", "empty-folder/")}
    assert set(rows) == expected
    assert all(row["reason"] and row["detail"] for row in rows.values())
    site = "".join(path.read_text() for path in (built.path / "build/site").rglob("*.html"))
    assert all(f"damaged/{name}" in site for name in ("broken.pdf", "empty.md", "unknown.xyz", "empty-folder/"))


def test_every_citation_is_in_its_document(built: Project) -> None:
    build = built.path / "build"
    texts = {
        (row["document"], element["id"]): element["text"]
        for row in table.read(build / "elements")
        for element in row["elements"]
    }
    citations = [c for page in table.read(build / "docs") for c in page["citations"]]
    assert len(citations) > 50
    for c in citations:
        assert texts[c["document"], c["element"]][c["start"] : c["end"]] == c["quote"]


def test_the_assembled_model_is_the_tuned_model(built: Project) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    build = built.path / "build"
    assembled = AutoModelForCausalLM.from_pretrained(build / "model", dtype="auto")
    base = AutoModelForCausalLM.from_pretrained(build / "base", dtype=torch.float32)
    tuned = PeftModel.from_pretrained(base, build / "adapter").merge_and_unload().to(assembled.dtype)
    theirs, ours = tuned.state_dict(), assembled.state_dict()
    assert set(theirs) == set(ours)
    assert all(torch.equal(theirs[name], ours[name]) for name in ours)
    ids = torch.arange(1, 30).unsqueeze(0)
    assert torch.equal(tuned.eval()(ids).logits, assembled.eval()(ids).logits)


def test_a_comment_in_conf_runs_compose_alone(built: Project) -> None:
    with edited(built, "conf/train/short.yaml", lambda text: text + "\n# slower than it looks\n"):
        assert built.repro() == ["compose"]
    built.repro()


def test_an_edit_of_code_runs_compose_and_the_stages_that_import_it(built: Project) -> None:
    module = (
        "stages/core/weaviate/process.py"  # no stage that keeps a table imports it: rows carry the digest of their code
    )
    with edited(built, module, lambda text: text + "\n# a comment more\n"):
        said = built.refusal("python", "-m", "stages.index")
        assert said == f"index: {module}: has changed since build/conf/ was composed; run `dvc repro compose` first\n"
        assert f"{module} is modified" in built.run("litmill", "why", "score").stdout
        importing = {name for name in stage_names() if module in expected_code(name)}
        assert importing == {"index", "score"}
        assert set(built.repro()) == importing | {"compose"}, "their outputs stay the same, so nothing else runs"
    assert not importing & set(built.repro())  # back again: taken from the run cache


def test_a_learning_rate_runs_train_and_what_follows(built: Project) -> None:
    with edited(built, "params.yaml", with_params(train={"learning_rate": 0.002})):
        assert set(built.repro()) == AFTER_TRAIN
    assert "train" not in built.repro()  # back again: taken from the run cache


def test_another_model_parses_nothing_again(built: Project) -> None:
    with edited(built, "params.yaml", with_params(model="tiny-qwen3")):
        ran = set(built.repro())
    assert {"base", "train", "export", "assemble"} <= ran
    assert not ran & {"collect", "parse", "extract", "embed", "index", "organize", "synthesize", "site"}
    built.repro()


def test_a_flipped_bit_in_a_fragment_is_refused_by_name(built: Project) -> None:
    fragment = next(path for path in sorted((built.path / "build/fragments").rglob("*.safetensors")))
    whole = fragment.read_bytes()
    fragment.unlink()  # it may be a link into DVC's cache
    fragment.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        said = built.refusal(
            "python", "-m", "stages.assemble", f"model={built.path}/elsewhere", f"metrics={built.path}/m"
        )
    finally:
        fragment.unlink()
        fragment.write_bytes(whole)
    assert fragment.name in said


def test_incremental_and_clean_builds_give_the_same_bytes(
    built: Project, tmp_path: Path, ports: dict[str, int]
) -> None:
    """One document more: the build that grew equals a clean one elsewhere; one less: that one equals the first build.

    What is behind the tables was shown to be the same by the first half, each stage run twice; the second takes it from
    the run cache of the first build, where it is found only for the very same inputs.
    """
    other = tiny_project(tmp_path / "another" / "path", ports, tmp_path / "cache")
    other.environment["PYTHONHASHSEED"] = "7"
    without = hashes(built)
    for project in (built, other):
        held = yaml.safe_load((project.path / "params.yaml").read_text())["corpus"]
        project.params(corpus={"include": [*held["include"], "markdown/rmsnorm.md"]})
        project.repro()
    assert hashes(built) == hashes(other) != without
    other.run("dvc", "cache", "dir", "--local", str(built.path / ".dvc/cache"))
    other.run("git", "checkout", "params.yaml")
    ran = other.repro()
    assert set(ran) >= {name for name in stage_names() if any(expected_outs(name).values())} - {"dataset"}
    assert hashes(other) == without
    built.run("git", "checkout", "params.yaml", "dvc.lock")
    built.run("dvc", "checkout")
    assert built.repro() == []


def hashes(project: Project) -> dict[str, str]:
    """Every output of every stage, and its hash, as dvc.lock has them."""
    return {out["path"]: out["md5"] for stage in project.lock().values() for out in stage["outs"]}


def with_params(**values: Any) -> Any:
    def edit(text: str) -> str:
        return yaml.safe_dump(yaml.safe_load(text) | values, sort_keys=False)

    return edit


class edited:
    """Edit a file of the project for the length of a block."""

    def __init__(self, project: Project, name: str, edit: Any) -> None:
        self.path, self.edit = project.path / name, edit

    def __enter__(self) -> None:
        self.before = self.path.read_text()
        self.path.write_text(self.edit(self.before))

    def __exit__(self, *_: Any) -> None:
        self.path.write_text(self.before)
