"""What of names and topics is listed as a miss."""

from __future__ import annotations

from pathlib import Path

from stages.score.knowledge import score_names, score_topics
from stages.score.misses import astray
from tests.score.test_gold import PARAMETERS

GOLD = "model,parameter,value,document,evidence\n"


def test_the_fewer_are_astray_and_of_equals_none() -> None:
    assert astray("aaab", "xxyy") == ["", "", "merged", ""]
    assert astray("aaab", "xxxx") == ["", "", "", "split"]
    assert astray("ab", "xx") == astray("aa", "xy") == ["", ""]


def test_a_row_whose_entity_is_another_model_s_is_listed(tmp_path: Path) -> None:
    rows = [("Heron 7B", "hidden_size", 4096), ("Heron 7B", "context_length", 8192), ("Egret 7B", "hidden_size", 2048)]
    lines = [f"{model},{name},{value},a.md,{model} has {value}\n" for model, name, value in rows]
    (tmp_path / "parameters.csv").write_text(GOLD + "".join(lines))
    known = [
        {
            "entity": "heron-7b",
            "name": name.replace("_", " "),
            "value": str(value),
            "number": float(value),
            "sources": [{"document": "a.md", "quote": f"{model} has {value}"}],
        }
        for model, name, value in rows
    ]
    read = [{"document": "a.md", "title": "", "parameters": []}]
    found = score_names(tmp_path / "parameters.csv", "resolution_parameters", read, known, PARAMETERS)
    assert [tuple(miss) for miss in found.misses] == [
        ("resolution_parameters", "merged", "Egret 7B", "hidden_size", "heron-7b", "a.md", "Egret 7B has 2048")
    ]
    assert found.metrics["f1"] < 1


def test_a_document_in_the_cluster_of_another_tag_is_listed(tmp_path: Path) -> None:
    (tmp_path / "topics.csv").write_text("key,title,tags\na,,data\nb,,data\n,See!,tokenizer\nd,,tokenizer\nx,,data\n")
    read = [{"document": name, "title": "see" if name == "c" else ""} for name in "abcd"]
    clusters = [{"id": "data", "documents": ["a", "b", "c"]}, {"id": "tokenizer", "documents": ["d"]}]
    found = score_topics(tmp_path / "topics.csv", "topics", read, clusters)
    assert [tuple(miss) for miss in found.misses] == [("topics", "merged", "see", "tokenizer", "data", "c", "")]
    assert found.metrics["items"] == 4
