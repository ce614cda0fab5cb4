"""The files of a family: what tools read of them, and what the verifier has against a changed one."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from litmill.verify.evidence import Evidence
from litmill.verify.pages import faults_of
from stages.core.table import read
from stages.site.machines import write_files
from stages.synthesize.__main__ import stage
from tests.synthesize.builders import build, document, entity, parameter
from tests.synthesize.test_synthesize import CONFIG, texts

CLASS = """class HeronConfig(PreTrainedConfig):
    model_type = "llama"
    vocab_size: int = 32000
    hidden_size: int = 64
    num_hidden_layers: int | None = 2
    num_attention_heads: int = 4
    hidden_act: str = "silu"
    rms_norm_eps: float = 1e-6
    initializer_range: float = interval(min=0.0, max=1.0)(default=0.02)
    tie_word_embeddings: bool = False
    default_theta = 500.0"""
CARD = "Heron 7B is trained on 2T tokens of public text with AdamW and a weight decay of 0.1; it has 32,000 tokens."
CODE, TOLD = "installed/lib/configuration_heron.py", "cards/heron.md"
DEFAULT, SEVEN = "heron-default", "heron-7b"


def coded(name: str, value: str, line: str, **more: Any) -> dict[str, Any]:
    return parameter(DEFAULT, name, value, (CODE, "e1", line), **more)


def told(name: str, value: str, quote: str, **more: Any) -> dict[str, Any]:
    return parameter(SEVEN, name, value, (TOLD, "e1", quote), **more)


KNOWLEDGE = {
    "entities": [
        entity(DEFAULT, "Heron (default)", family="Heron"),
        entity(SEVEN, "Heron 7B", family="Heron", documents=[TOLD]),
    ],
    "parameters": [
        coded("vocabulary", "32000", "vocab_size: int = 32000", number=32000.0, unit="tokens"),
        coded("hidden size", "64", "hidden_size: int = 64"),
        coded("layers", "2", "num_hidden_layers: int | None = 2"),
        coded("heads", "4", "num_attention_heads: int = 4"),
        coded("activation", "SiLU", 'hidden_act: str = "silu"'),
        coded("norm epsilon", "1e-06", "rms_norm_eps: float = 1e-6"),
        coded("initializer range", "0.02", "initializer_range: float = interval(min=0.0, max=1.0)(default=0.02)"),
        coded("tied embeddings", "no", "tie_word_embeddings: bool = False"),
        coded("position base", "500.0", "default_theta = 500.0"),
        told("training tokens", "2T", "2T tokens", unit="tokens"),
        told("optimizer", "AdamW", "AdamW"),
        told("weight decay", "0.1", "a weight decay of 0.1"),
        told("vocabulary", "32,000", "32,000 tokens", number=32000.0, unit="tokens"),
    ],
}
DOCUMENTS = {CODE: document("Heron", [CLASS], "configuration_heron.py", "lib"), TOLD: document("Card", [CARD], TOLD)}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("files")
    stage(CONFIG, **build(root / "build", DOCUMENTS, KNOWLEDGE, {}), docs=root / "docs")
    return next(row for row in read(root / "docs") if row["document"] == "families/heron")


@pytest.fixture(scope="module")
def files(page: dict[str, Any]) -> dict[str, str]:
    return {file["path"].rpartition("/")[2]: file["text"] for file in page["files"]}


def evidence() -> Evidence:
    """The facts that the documents were read to state, as extract would have them."""
    names = {held["id"]: held["name"] for held in KNOWLEDGE["entities"]}
    facts: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for held in KNOWLEDGE["parameters"]:
        for one in held["sources"]:
            text = DOCUMENTS[one["document"]]["elements"][1]["text"]
            start = text.index(one["quote"])
            fact = {"is": "parameters", "start": start, "end": start + len(one["quote"]), "detail": None}
            fact |= {"name": held["name"], "subject": names[held["entity"]]} | {
                key: held[key] for key in ("value", "unit")
            }
            facts.setdefault((one["document"], "e1"), []).append(fact)
    texts = {(key, one["id"]): one["text"] for key, held in DOCUMENTS.items() for one in held["elements"]}
    ids = {"heron(default)": DEFAULT, "heron7b": SEVEN}
    return Evidence(frozenset(DOCUMENTS), texts, facts, names, ids)


def test_transformers_takes_the_model(files: dict[str, str]) -> None:
    from transformers import AutoConfig

    held = yaml.safe_load(files["model.yaml"])
    config = AutoConfig.for_model(held.pop("model_type"), **held)
    assert (config.hidden_size, config.num_hidden_layers, config.rms_norm_eps) == (64, 2, 1e-6)
    assert held["initializer_range"] == 0.02 and held["tie_word_embeddings"] is False and held["hidden_act"] == "silu"
    assert "default_theta" not in held, "a constant of the class is no field"


def test_what_is_not_stated_stays_out_and_is_named(files: dict[str, str]) -> None:
    assert "# Not stated: attention dropout, context length" in files["model.yaml"]
    assert yaml.safe_load(files["tokenizer.yaml"]) == {"vocab_size": 32000}
    assert "Not stated: precision, training steps" in files["training_loop.md"]
    assert (
        "- Weight decay is 0.1. [" in files["training_loop.md"]
        and "schedule" not in files["training_loop.md"].split("Not")[0]
    )
    assert "- All data together: 2T tokens. [" in files["data_pipeline.txt"]


def test_the_page_links_them_and_each_value_has_its_place(page: dict[str, Any], tmp_path: Path) -> None:
    links = {link["page"] for one in page["blocks"] for held in (one, *one["cells"]) for link in held["links"]}
    write_files(page, tmp_path)
    names = {"model.yaml", "tokenizer.yaml", "training_loop.md", "data_pipeline.txt", "sources.json"}
    assert {path.name for path in (tmp_path / "families/heron").iterdir()} == names
    assert {f"families/heron/{name}" for name in names} <= links
    assert ["model.yaml", "Heron (default)", "9"] in [texts(block) for block in page["blocks"]]
    told = json.loads((tmp_path / "families/heron/sources.json").read_text())
    for held in (one for name in names - {"sources.json"} for one in told[name]):
        for place in held["sources"]:
            text = DOCUMENTS[place["document"]]["elements"][1]["text"]
            assert text[place["start"] : place["end"]] == place["quote"]


def test_the_files_stand(page: dict[str, Any]) -> None:
    assert list(faults_of(page, evidence())) == []


def entry(page: dict[str, Any], name: str, key: str) -> dict[str, Any]:
    file = next(file for file in page["files"] if file["path"].endswith(name))
    return next(one for one in file["entries"] if key in one["key"])


def rewrite(name: str, old: str, new: str) -> Callable[[dict[str, Any]], None]:
    def change(page: dict[str, Any]) -> None:
        file = next(file for file in page["files"] if file["path"].endswith(name))
        assert old in file["text"]
        file["text"] = file["text"].replace(old, new, 1)

    return change


def value_everywhere(page: dict[str, Any]) -> None:
    entry(page, "model.yaml", "hidden_size")["value"] = "65"
    rewrite("model.yaml", "hidden_size: 64", "hidden_size: 65")(page)


def swapped(page: dict[str, Any]) -> None:
    other = entry(page, "model.yaml", "num_attention_heads")["cell"]["citations"]
    entry(page, "model.yaml", "hidden_size")["cell"]["citations"] = other


def another_entity(page: dict[str, Any]) -> None:
    next(file for file in page["files"] if file["path"].endswith("model.yaml"))["entity"] = SEVEN


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (rewrite("model.yaml", "hidden_size: 64", "hidden_size: 65"), "file differs from its entries"),
        (rewrite("model.yaml", "hidden_size: 64", "hidden_size: [64"), "no YAML"),
        (rewrite("model.yaml", "] vocab_size: int", "] vocab_size: float"), "source differs from its quote"),
        (rewrite("training_loop.md", "is 0.1", "is 0.2"), "file differs from its entries"),
        (rewrite("training_loop.md", "Not stated", "7 are not stated"), "number not in its sources"),
        (value_everywhere, "number not in its sources"),
        (swapped, "source does not state it"),
        (another_entity, "value of another entity than the file is about"),
    ],
)
def test_a_changed_file_is_found(page: dict[str, Any], change: Callable[[dict[str, Any]], None], reason: str) -> None:
    changed = copy.deepcopy(page)
    change(changed)
    assert reason in {fault.reason for fault in faults_of(changed, evidence())}
