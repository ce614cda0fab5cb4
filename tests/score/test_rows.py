"""Gold tables as people save them."""

from __future__ import annotations

from pathlib import Path

import pytest

from stages.core.run.errors import UserError
from stages.score.gold import Claim, readings
from stages.score.rows import read_rows


def test_a_mark_of_a_spreadsheet_and_short_rows_are_no_matter(tmp_path: Path) -> None:
    (tmp_path / "gold.csv").write_bytes("\ufeffkey,tags,more\na.md,x\n".encode())
    assert read_rows(tmp_path / "gold.csv", "key", "tags") == [{"key": "a.md", "tags": "x", "more": ""}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"key,label\na,b\n", "gold.csv: no column 'tags'; there are: key, label"),
        (b"", "gold.csv: no column 'key'; there are: none"),
        (b"key,tags\n\xff\xfe,b\n", "gold.csv: is not UTF-8; save it as UTF-8"),
    ],
)
def test_what_is_no_gold_table_is_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "gold.csv").write_bytes(content)
    with pytest.raises(UserError) as error:
        read_rows(tmp_path / "gold.csv", "key", "tags")
    assert str(error.value).endswith(said)


@pytest.mark.parametrize("power", ["10^-4", "10⁻⁴", "1 × 10−4", "1e-4", "10^{-4}"])
def test_powers_are_one_number(power: str) -> None:
    assert readings(Claim("m", "p", power), None) == readings(Claim("m", "p", "0.0001"), None)


def test_a_range_is_no_power() -> None:
    assert not readings(Claim("m", "p", "10-20"), None) & readings(Claim("m", "p", "1e-20"), None)
