"""Near-duplicates: what reads nearly the same and says the same numbers is folded, and nothing else is."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as pa

from stages.core.folded import folded
from stages.core.table import write as write_table
from stages.parse.duplicates import bands, fold, write
from stages.parse.signature import PLACES, SIGNATURE, signature

WORDS = [a + b for a in ("ro", "mi", "ta", "lu", "ke", "so", "pa", "ni") for b in ("ma", "ren", "dol", "vis", "kas")]


def text(seed: int, words: int = 300) -> str:
    dice = random.Random(seed)
    return " ".join(dice.choice(WORDS) for _ in range(words))


def changed(said: str, every: int) -> str:
    return " ".join("other" if at % every == every - 1 else word for at, word in enumerate(said.split()))


def found(folder: Path, texts: dict[str, str], likeness: float = 0.6, kind: str = "markdown") -> dict[str, str]:
    elements = {key: [{"text": part} for part in said.split("\n")] for key, said in texts.items()}
    rows = {key: {"signature": signature(kind, held)} for key, held in elements.items()}
    write_table(folder / "elements", rows.items(), pa.schema([("signature", SIGNATURE)]), 3)
    pairs: list[dict[str, Any]] = fold(folder / "elements", likeness)
    assert all(likeness <= pair["likeness"] <= 1 for pair in pairs)
    write(pairs, folder / "duplicates.parquet")
    return folded(folder / "duplicates.parquet")


def test_a_copy_is_folded_into_the_first_or_the_longer_one(tmp_path: Path) -> None:
    said = text(1)
    texts = {"b.md": said, "a.md": said, "c.md": f"{said}\nand more at the end", "d.md": text(2)}
    assert found(tmp_path, texts) == {"a.md": "c.md", "b.md": "c.md"}


def test_some_other_words_are_no_other_document(tmp_path: Path) -> None:
    said = text(1)
    assert found(tmp_path, {"a": said, "b": changed(said, 60), "c": changed(said, 3)}) == {"b": "a"}


def test_another_number_is_another_document(tmp_path: Path) -> None:
    said = text(1)
    texts = {
        "a": f"{said}\nIt has 32 layers.",
        "b": f"{said}\nIt has 40 layers.",
        "c": f"{said}\nIt has thirty layers.",
    }
    assert found(tmp_path, texts) == {"c": "a"}


def test_configurations_and_short_texts_are_never_folded(tmp_path: Path) -> None:
    assert found(tmp_path / "x", {"a": text(1), "b": text(1)}, kind="config") == {}
    assert found(tmp_path / "y", {"a": "no words", "b": "no words"}) == {}


def test_likeness_0_folds_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, {"a": text(1), "b": text(1)}, likeness=0) == {}


def test_bands_are_those_that_datasketch_chooses() -> None:
    from datasketch import MinHashLSH

    for hundredths in range(5, 99, 4):
        chosen = MinHashLSH(threshold=hundredths / 100, num_perm=PLACES)
        assert bands(hundredths / 100) == (chosen.b, chosen.r)


def test_with_likeness_1_only_the_same_is_folded(tmp_path: Path) -> None:
    said = text(1)
    assert found(tmp_path, {"a.md": said, "b.md": said, "c.md": changed(said, 100)}, likeness=1) == {"b.md": "a.md"}
