"""A chosen part of the pages as a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from stages.core.run.errors import UserError
from stages.core.words import Words
from stages.site.book import chosen, write_book
from tests.synthesize import test_synthesize
from tests.synthesize.test_language import pages


@pytest.fixture(scope="module")
def russian(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return list(pages(tmp_path_factory.mktemp("book"), "ru", test_synthesize).values())


def test_the_book_has_the_chosen_pages_with_their_sources(russian: list[dict[str, Any]], tmp_path: Path) -> None:
    held = chosen(russian, ["models/*", "components/rmsnorm", "models/llama-2-7b"])
    assert [page["document"] for page in held] == ["models/llama-2-7b", "components/rmsnorm"]
    for name in ("one.pdf", "two.pdf"):
        write_book("Litmill", held, Words("ru"), tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(tmp_path / "one.pdf").pages).split())
    assert "Llama 2 7B is a decoder with 32 layers." in text and "RMSNorm" in text
    assert "Источники" in text and "Где источники расходятся" in text and "one.md" in text


def test_a_pattern_that_fits_no_page_gets_one_line(russian: list[dict[str, Any]]) -> None:
    with pytest.raises(UserError, match=r"^site\.book: no page is 'nowhere/\*'"):
        chosen(russian, ["nowhere/*"])
