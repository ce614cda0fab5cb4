"""Whatever params.yaml says, it composes or gets one line: what its schema allows, and some that no stage can use."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages.compose.compose import Composed, compose
from stages.compose.write import write
from stages.core.run.errors import UserError
from tests.compose.values import allowed

Compose = Callable[[str], Composed]
EXAMPLES = int(os.environ.get("EXAMPLES", "8"))  # more find more


@pytest.fixture
def schema(project: Path) -> dict[str, Any]:
    write(compose(project), project / "build")
    return json.loads((project / "build/params.schema.json").read_text())


def test_every_value_that_the_schema_allows_composes_or_gets_one_line(schema: dict[str, Any], project: Path) -> None:
    keys = {key: allowed(held, schema["$defs"]) for key, held in schema["properties"].items()}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.sampled_from(sorted(keys)), min_size=1, max_size=4, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: keys[name] for name in names})
    ))  # fmt: skip
    def composes(params: dict[str, Any]) -> None:
        (project / "params.yaml").write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
        try:
            compose(project)
        except UserError as error:
            assert len(str(error).splitlines()) == 1, str(error)

    composes()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("threads: 0", ["params.yaml: threads", "found 0", "greater than or equal to 1"]),
        ("threads: -1", ["params.yaml: threads", "found -1"]),
        ("seed: -1", ["params.yaml: seed", "found -1"]),
        ("seed: 4294967296", ["params.yaml: seed", "less than"]),
        ("corpus: {shards: 10000}", ["params.yaml: corpus.shards", "less than or equal to 9999"]),
        ("index: {port: 8080, grpc_port: 8080}", ["params.yaml: index.grpc_port", "found 8080", "index.port"]),
        ("train: {learning_rate: .inf}", ["params.yaml: train.learning_rate", "finite"]),
        ("documents: build", ["params.yaml: documents", "'build'", "not build/"]),
        ("documents: build/docs", ["params.yaml: documents", "'build/docs'"]),
        ("documents: .", ["params.yaml: documents", "'.'", "does not hold it"]),
        ("documents: conf/../build", ["params.yaml: documents"]),
        ("documents: ..", ["params.yaml: documents"]),
        ("documents: ' '", ["params.yaml: documents", "a folder or an archive"]),
        ("documents: /", ["params.yaml: documents"]),
        (r'documents: "a\0b"', ["params.yaml: documents"]),
        (r'documents: "\ud800"', ["params.yaml: documents", "UTF-8"]),
        ("documents: !!binary aGVsbG8=", ["params.yaml: documents", "b'hello'"]),
        ("seed: ${seed}", ["params.yaml", "seed"]),
        ("fragments: {rules: [{part: !!binary aGVsbG8=}]}", ["params.yaml: fragments.rules", "b'hello'"]),
    ],
)
def test_a_value_that_no_stage_can_use_gets_one_line(composed: Compose, text: str, said: list[str]) -> None:
    with pytest.raises(UserError) as refused:
        composed(text)
    message = str(refused.value)
    assert len(message.splitlines()) == 1
    assert all(part in message for part in said), message


def test_the_folder_of_documents_may_not_hold_the_build(composed: Compose, project: Path) -> None:
    (project / "link").symlink_to(project / "build")
    for place in (project / "build", project, project.parent, "link"):
        with pytest.raises(UserError, match=r"params\.yaml: documents: found "):
            composed(f"documents: {place}")
    assert composed(f"documents: {project.parent / 'papers'}").values["documents"]
    assert composed("documents: builds").values["documents"] == "builds"


@pytest.mark.parametrize("name", ["my model", "a=b", "it's", 'say "x"', "modèle", "null", "-x", "a,b", "x[1]"])
def test_an_odd_name_of_an_option_gets_one_line(project: Path, name: str) -> None:
    (project / "conf/model" / f"{name}.yaml").write_text("# @package model\npackage: x\n")
    with pytest.raises(UserError) as refused:
        compose(project)
    message = str(refused.value)
    assert message.startswith(f"conf/model/{name}.yaml: found ") and "allowed are letters" in message
    assert len(message.splitlines()) == 1


def test_an_editor_s_hidden_file_is_no_option(composed: Compose, project: Path) -> None:
    (project / "conf/model/.#x y.yaml").write_text("x")
    assert ".#x y" not in composed("profile: tiny").options["model"]
