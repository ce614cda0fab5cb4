"""Clusters stay when a document comes or goes, and a build from kept outlines has the bytes of a clean one."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import stages.core.run.code
from stages.core import table
from stages.extract.document import SCHEMA
from stages.organize import Config
from stages.organize.__main__ import stage
from stages.organize.clusters import find_clusters
from stages.organize.documents import read_documents
from stages.organize.leaders import follow_leaders
from stages.organize.outline import SCHEMA as OUTLINES
from stages.organize.outline import lexicon, outline
from stages.parse.duplicates import write as write_folded
from tests.knowledge import CONF
from tests.organize.test_organize import CHUNKS

SUBJECTS = (
    *("LoRA adapters", "DPO", "GPTQ weights", "the optimizer Muon", "KV cache"),
    *(
        f"{thing} in the country"
        for thing in ("cooking", "gardens", "boats", "birds", "stars", "trains", "cheese", "rain")
    ),
)
DOCUMENTS = 60
SHIPPED: float = yaml.safe_load((CONF / "organizer/default.yaml").read_text())["likeness"]


def document(number: int) -> tuple[str, dict[str, Any]]:
    """One of a corpus with thirteen subjects; vectors of one subject lie together."""
    dice = random.Random(number)
    subject = dice.randrange(len(SUBJECTS))
    vector = np.eye(20)[subject] + [dice.uniform(0, 0.25) for _ in range(20)]
    unit = (vector / np.linalg.norm(vector)).tolist()
    text = f"Notes on {SUBJECTS[subject]} and {dice.choice(SUBJECTS)}."
    chunk = {"id": "1", "text": text, "section": [], "page": None, "elements": ["e"], "vector": unit}
    titled = SUBJECTS[subject] if dice.random() < 0.7 else f"Part {number}"
    return f"{number:03d}.md", {"title": titled, "kind": "markdown", "chunks": [chunk]}


def write_inputs(folder: Path, numbers: list[int]) -> None:
    chunks = dict(map(document, numbers))
    nothing: dict[str, Any] = {"mentions": [], "parameters": [], "relations": [], "given_up": None}
    facts = {key: {"title": row["title"], "kind": row["kind"], **nothing} for key, row in chunks.items()}
    table.write(folder / "chunks", chunks.items(), CHUNKS, 2)
    table.write(folder / "facts", facts.items(), SCHEMA, 2)
    write_folded([], folder / "duplicates.parquet")


def built(folder: Path, config: Config, numbers: list[int]) -> dict[str, bytes]:
    """Organize these documents in `folder`, over what it holds of an earlier run; the bytes of all outputs."""
    write_inputs(folder, numbers)
    (folder / ".new").mkdir(exist_ok=True)
    inputs = {name: folder / name for name in ("facts", "chunks")} | {"duplicates": folder / "duplicates.parquet"}
    new = {name: folder / ".new" / name for name in ("outlines", "knowledge")}
    stage(config, **inputs, **new)
    for name, path in new.items():
        replaced(path, folder / name)
    return {str(path.relative_to(folder)): path.read_bytes() for name in new for path in (folder / name).rglob("*.*")}


def replaced(new: Path, old: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    new.rename(old)


def parts(folder: Path, config: Config, rows: dict[str, Any]) -> dict[str, frozenset[str]]:
    """The finer clusters of documents with these outlines: members by id."""
    table.write(folder, rows.items(), OUTLINES, 1)
    documents = read_documents(folder, list(rows), config.knowledge)
    clusters = find_clusters(documents, [], config.knowledge, config.organizer)
    return {part["id"]: frozenset(part["documents"]) for cluster in clusters for part in cluster["clusters"]}


@pytest.fixture(autouse=True)
def fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages.core.run.code, "stage_digest", lambda name: "digest")


def likened(config: Config, likeness: float) -> Config:
    return replace(config, organizer=replace(config.organizer, likeness=likeness))


@pytest.mark.parametrize(("seed", "likeness"), [(0, SHIPPED), (1, SHIPPED), (2, 0.6)])
def test_kept_outlines_give_the_bytes_of_a_clean_build(
    tmp_path: Path, config: Config, seed: int, likeness: float
) -> None:
    config, dice = likened(config, likeness), random.Random(seed)
    held = set(range(DOCUMENTS))
    built(tmp_path / "kept", config, sorted(held))
    for step in range(3):
        held ^= set(dice.sample(range(DOCUMENTS + 20), 3))
        kept = built(tmp_path / "kept", config, sorted(held))
        assert kept == built(tmp_path / f"clean{step}", config, sorted(held))


@pytest.mark.parametrize(("likeness", "most", "share"), [(SHIPPED, 10, 0.15), (0.6, 4, 0.06)])
def test_clusters_with_the_same_members_keep_their_ids(
    tmp_path: Path, config: Config, likeness: float, most: int, share: float
) -> None:
    """And of the others, one document changes at most so many, and on the whole this share of all."""
    config, found = likened(config, likeness), lexicon(config.knowledge)
    outlines = {key: outline(found, row)["outlines"] for key, row in map(document, range(DOCUMENTS))}
    before = parts(tmp_path / "all", config, outlines)
    ids = {members: id for id, members in before.items()}
    changes, vanished = [], 0
    for gone in outlines:
        after = parts(tmp_path / gone, config, {key: row for key, row in outlines.items() if key != gone})
        assert all(ids.get(members, id) == id for id, members in after.items())
        without = {id: members - {gone} for id, members in before.items()}
        changes.append(len({id for id in {*without, *after} if without.get(id) != after.get(id)}))
        vanished += len(after) < len(before)
    assert max(changes) <= most
    assert sum(changes) <= share * len(changes) * len(before)
    assert len(before) >= 10 and vanished, "the corpus has many clusters, and some so small that one document ends them"


def test_a_new_vector_moves_only_what_is_like_it() -> None:
    dice = np.random.default_rng(1)
    centres = np.eye(40)[:20]
    vectors = np.repeat(centres, 12, axis=0) + dice.uniform(0, 0.12, (240, 40))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keys = [f"d{number}" for number in range(240)]
    before = dict(zip(keys, follow_leaders(keys, vectors, 0.6), strict=True))
    for gone in range(0, 240, 7):
        left = [number for number in range(240) if number != gone]
        after = dict(
            zip([keys[n] for n in left], follow_leaders([keys[n] for n in left], vectors[left], 0.6), strict=True)
        )
        moved = {key for key in after if after[key] != before[key]}
        assert all(int(key[1:]) // 12 == gone // 12 for key in moved)
