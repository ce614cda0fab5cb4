"""The recorded truth against the documents as other libraries read them."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import yaml
from docx import Document as Word
from lxml import etree, html

from benchmarks.truth import docx, pdf, pdf_pages
from benchmarks.truth.article import duplicated, make_document
from benchmarks.truth.blocks import Cell, Table, table_block
from benchmarks.truth.corpus import DOCUMENTS, read_truth, write_corpus
from benchmarks.truth.dice import PARTS
from benchmarks.truth.parameters import PARAMETERS

SIZE = 70


@pytest.fixture(scope="module", params=PARTS)
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus whose PDFs draw in reading order with furniture first, to be compared with truth."""
    out = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf_pages, "STREAMS", ("reading",))
        patch.setattr(pdf_pages, "FURNITURE", ("first",))
        write_corpus(out, documents=SIZE, seed=3, part=request.param)
    return out


def fold(text: str) -> str:
    """Without white space and hyphens."""
    return re.sub(r"[\s\-\u00ad\ufffe\u0002]+", "", text)


def text_of(path: Path, furniture: list[dict[str, Any]]) -> str:
    """A document's text by a library that had no part in writing it; what else stands on a PDF's pages is cut out."""
    raw = path.read_bytes()
    if path.suffix == ".pdf":
        return "".join(_pages(raw, furniture))
    if path.suffix == ".docx":
        held = Word(io.BytesIO(raw)).element.body.iter("{*}t")
        return "".join(piece.text or "" for piece in held)
    if path.suffix == ".html":
        return html.fromstring(raw).text_content()
    if path.suffix == ".xml":
        return "".join(etree.fromstring(raw).itertext())
    return re.sub(r"[*`\\]", "", raw.decode())


def _pages(raw: bytes, furniture: list[dict[str, Any]]) -> Iterator[str]:
    for number, page in enumerate(pypdfium2.PdfDocument(raw), start=1):
        text = fold(page.get_textpage().get_text_range())
        for row in furniture:
            if row["page"] == number and row["kind"] not in ("authors", "figure"):
                assert fold(row["text"]) in text
                text = text.replace(fold(row["text"]), "", 1)
        yield text


def by_document(rows: Any) -> dict[str, list[dict[str, Any]]]:
    held: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        held.setdefault(row["document"], []).append(row)
    return held


def test_every_text_cell_and_quote_stands_in_its_document(corpus: Path) -> None:
    elements, tables = by_document(read_truth(corpus, "elements")), by_document(read_truth(corpus, "tables"))
    mentions, furniture = by_document(read_truth(corpus, "mentions")), by_document(read_truth(corpus, "furniture"))
    missing = []
    for path, held in elements.items():
        text = fold(text_of(corpus / DOCUMENTS / path, furniture.get(path, [])))
        wanted = [row["text"] for row in held if row["type"] not in ("table", "paragraph")]
        wanted += [row["quote"] for row in mentions.get(path, [])]
        wanted += [cell["text"] for table in tables.get(path, []) for cell in table["cells"]]
        missing += [(path, want) for want in wanted if fold(want) not in text]
    assert not missing[:5]


def test_paragraphs_stand_in_reading_order(corpus: Path) -> None:
    """Other than in a PDF, where a page's furniture may cut a paragraph, the elements follow each other."""
    for path, held in by_document(read_truth(corpus, "elements")).items():
        if path.startswith("pdf"):
            continue
        text, at = fold(text_of(corpus / DOCUMENTS / path, [])), 0
        for row in held:
            if row["type"] != "table":
                at = text.index(fold(row["text"]), at)


def test_pdf_blocks_are_where_truth_says(corpus: Path) -> None:
    for path, held in by_document(read_truth(corpus, "elements")).items():
        if not path.startswith("pdf"):
            continue
        pages = list(pypdfium2.PdfDocument(corpus / DOCUMENTS / path))
        for row in held:
            left, bottom, right, top = row["box"]
            found = pages[row["page"] - 1].get_textpage().get_text_bounded(left - 5, bottom - 3, right + 5, top + 3)
            begin = re.sub(r"\W", "", row["text"].split("\n")[0].split("\t")[0])[:8]
            assert begin in re.sub(r"\W", "", found), (path, row["text"][:40], found[:60])


@pytest.mark.parametrize("number", [4, 8, 20])
def test_streams_differ_in_order_only(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = []
    for stream in ("reading", "rows", "blocks"):
        monkeypatch.setattr(pdf_pages, "STREAMS", (stream,))
        written = pdf.write(make_document(3, PARTS[0], number), PARTS[0])
        assert written.layout["stream"] == stream
        pages = pypdfium2.PdfDocument(written.raw)
        texts.append(fold("".join(page.get_textpage().get_text_range() for page in pages)))
    assert len({"".join(sorted(text)) for text in texts}) == 1
    assert len(set(texts)) >= 2  # lines of one column are rows already


def test_offsets_point_at_the_raw_values(corpus: Path) -> None:
    marks = {name: by_document(read_truth(corpus, name)) for name in ("mentions", "names", "traps")}
    for path, held in by_document(read_truth(corpus, "elements")).items():
        text = "\n\n".join(row["text"] for row in held)
        assert [text[row["start"] : row["end"]] for row in held] == [row["text"] for row in held]
        for rows in marks.values():
            for row in rows.get(path, []):
                assert text[row["start"] : row["end"]] == row.get("raw", row.get("surface"))


def test_cells_of_mentions_hold_their_values(corpus: Path) -> None:
    cells = {
        (table["document"], table["table"], cell["row"], cell["column"]): cell["text"]
        for table in read_truth(corpus, "tables")
        for cell in table["cells"]
    }
    held = [row for row in read_truth(corpus, "mentions") if row["place"] == "table"]
    assert len(held) > 100
    assert all(cells[row["document"], row["table"], row["row"], row["column"]] == row["raw"] for row in held)


def test_front_matter_and_word_tables_are_read_by_libraries(corpus: Path) -> None:
    for path, held in by_document(read_truth(corpus, "elements")).items():
        if path.startswith("card"):
            said = {row["parameter"]: row["value"] for row in read_truth(corpus, "mentions") if row["document"] == path}
            matter = yaml.safe_load(held[0]["text"])
            assert matter["license"].lower() == said["licence"].lower() and matter["model_name"]
    tables = by_document(read_truth(corpus, "tables"))
    for path in (path for path in tables if path.startswith("docx")):
        word = Word(io.BytesIO((corpus / DOCUMENTS / path).read_bytes()))
        for table, written in zip(tables[path], word.tables, strict=True):
            for cell in table["cells"]:
                assert written.cell(cell["row"], cell["column"]).text == cell["text"]


def test_merged_cells_of_word_are_merged() -> None:
    tall, wide = Cell("tall", rowspan=3), Cell("wide", colspan=2, rowspan=2)
    table = Table([[tall, Cell("a"), Cell("b")], [wide], [], [Cell("c"), Cell("d"), Cell("e")]])
    document = make_document(3, PARTS[0], 5)
    document.blocks = [*document.blocks[:1], table_block(table)]
    grid = Word(io.BytesIO(docx.write(document, PARTS[0])[0])).tables[0]
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [
        ["tall", "a", "b"],
        ["tall", "wide", "wide"],
        ["tall", "wide", "wide"],
        ["c", "d", "e"],
    ]


def test_facts_conflicts_and_near_duplicates(corpus: Path) -> None:
    facts = {(row["model"], row["parameter"]): row for row in read_truth(corpus, "facts")}
    mentions = list(read_truth(corpus, "mentions"))
    disagreeing = {(row["model"], row["parameter"]) for row in mentions if not row["agrees"]}
    for row in mentions:
        fact = facts[row["model"], row["parameter"]]
        assert row["agrees"] == (row["value"] == fact["value"]) and row["unit"] == fact["unit"]
    values: dict[tuple[str, str], set[str]] = {}
    for row in mentions:
        values.setdefault((row["model"], row["parameter"]), set()).add(row["value"])
    several = {key: held for key, held in values.items() if len(held) > 1}
    said = {row["id"]: row["value"] for row in mentions}
    conflicts = list(read_truth(corpus, "conflicts"))
    assert {(row["model"], row["parameter"]): {held["value"] for held in row["values"]} for row in conflicts} == several
    assert all(said[id] == held["value"] for row in conflicts for held in row["values"] for id in held["mentions"])
    assert several and several.keys() <= disagreeing
    numbers = {row["document"]: row["number"] for row in read_truth(corpus, "documents")}
    for row in read_truth(corpus, "documents"):
        source = row["near_duplicate_of"]
        assert (numbers[source] if source else None) == duplicated(3, row["part"], row["number"])


def test_kinds_and_places_are_all_there(corpus: Path) -> None:
    kinds = Counter(row["kind"] for row in read_truth(corpus, "documents"))
    assert set(kinds) == {"pdf", "docx", "html", "markdown", "card", "arxiv"}
    mentions = list(read_truth(corpus, "mentions"))
    assert {row["place"] for row in mentions} == {"prose", "table", "card", "list", "code"}
    assert {row["how"] for row in read_truth(corpus, "names")} == {"official", "spelling", "former"}
    assert len({row["parameter"] for row in mentions}) > 0.9 * len(PARAMETERS)


def test_parameters_are_those_of_the_knowledge() -> None:
    known = {}
    for path in sorted(Path("conf/knowledge/parameters").glob("*.yaml")):
        known |= yaml.safe_load(path.read_text())
    for parameter in PARAMETERS.values():
        assert known[parameter.name]["unit"] == parameter.unit
