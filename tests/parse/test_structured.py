"""Strategy `structured`: headings, order and tables of generated PDFs as their maker knows them; nothing is lost."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.truth.corpus import write_corpus
from benchmarks.truth.score import headings, order, tables
from stages.parse import library
from stages.parse.elements import Piece
from stages.parse.structured.ink import Rule, Word, style
from stages.parse.structured.rows import rows
from stages.parse.structured.tables import Table, find
from tests.parse import builders
from tests.parse.builders import show
from tests.parse.conftest import PARSER

CORPUS = Path(__file__).parents[2] / "corpus"
SENTENCE = "The attention layer rotates each query and key by an angle that grows with the position."
STRUCTURED = replace(PARSER, strategy="structured")


@pytest.fixture(scope="module")
def truth(tmp_path_factory) -> dict[str, tuple[list[Piece], list[dict], list[dict]]]:
    """For each generated PDF the pieces found, the blocks and the tables that are in it."""
    root = tmp_path_factory.mktemp("truth")
    write_corpus(root, documents=40, seed=11, part="develop")
    blocks, planted = (read(root / "truth" / f"{name}.jsonl") for name in ("elements", "tables"))
    found = {}
    for path in sorted((root / "documents" / "pdf").rglob("*.pdf")):
        name = str(path.relative_to(root / "documents"))
        mine, drawn = ([row for row in table if row["document"] == name] for table in (blocks, planted))
        found[name] = (library.structured(path.read_bytes()), mine, drawn)
    assert len(found) >= 8
    return found


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_headings_of_generated_documents(truth) -> None:
    scores = [
        headings.score(
            [(piece.depth, piece.text) for piece in found if piece.type == "Title"],
            [(block["level"], block["text"]) for block in blocks if block["type"] in ("title", "heading")],
        )
        for found, blocks, _ in truth.values()
    ]
    assert sum(scores[1:], scores[0]).f1 >= 0.9


def test_reading_order_of_generated_documents(truth) -> None:
    scores = []
    for found, blocks, _ in truth.values():
        text = "\n".join(piece.text.replace(" | ", " ") for piece in found)
        scores.append(order.edit_similarity(text, [block["text"] for block in blocks]))
    assert sum(scores) / len(scores) >= 0.95


def test_tables_of_generated_documents(truth) -> None:
    scores = []
    for found, _, planted in truth.values():
        made = [piece.html for piece in found if piece.type == "Table"]
        scores += [max((tables.teds(html, table["html"]) for html in made), default=0.0) for table in planted]
    assert len(scores) > 8
    assert sum(scores) / len(scores) >= 0.8


def letters(texts: list[str]) -> Counter[str]:
    """Of a document, without what comes and goes at line ends and between cells."""
    return Counter(re.sub(r"\(cid:\d+\)|[\s\-–—|•\u00ad]", "", "".join(texts)))


@pytest.mark.parametrize("path", sorted(CORPUS.glob("pdf/*.pdf")), ids=lambda path: path.name)
def test_no_letter_is_lost_but_page_numbers(path: Path) -> None:
    raw = path.read_bytes()
    fast = [element.text for element in library.pdf(raw)]
    found = letters([piece.text for piece in library.structured(raw)])
    lost, added = letters(fast) - found, found - letters(fast)
    assert not added
    assert set(lost) <= set("0123456789") or not lost, lost


def paper(pages: int) -> bytes:
    """Two columns below a title, a running head, a page number, a word parted at a line's end."""
    page = [show(9, 72, 805, "A. Author et al."), show(9, 295, 30, "{number}"), show(20, 150, 760, "On Angles of Keys")]
    for column, x in enumerate((72, 310)):
        page.append(show(12, x, 730, f"{column + 1} Part{column}", bold=True))
        lines = [f"column {column} has a line that is long {at}" for at in range(14)]
        lines[3:5] = [f"column {column} ends its line with repre-", "sentations, and goes on below it"]
        lines[6:8] = [f"column {column} also ends its line with Kestrel-", "7B, and goes on below it"]
        page += [show(10, x, 714 - 12 * at, line) for at, line in enumerate(lines)]
    return builders.pages(["".join(page).replace("{number}", str(number + 1)).encode() for number in range(pages)])


def test_columns_heads_and_hyphens() -> None:
    found = library.structured(paper(3))
    first = [piece for piece in found if piece.page == 1]
    assert [(piece.type, piece.depth) for piece in first[:3]] == [("Title", 0), ("Title", 1), ("NarrativeText", None)]
    assert first[1].text == "1 Part0" and first[3].text == "2 Part1"
    assert "with representations, and goes on" in first[2].text and "column 1" not in first[2].text
    assert "with Kestrel-7B, and goes on" in first[2].text
    assert [piece.text for piece in found if piece.type == "Header"] == ["A. Author et al."]
    assert not any(piece.text in ("1", "2", "3") for piece in found)
    left, top, right, bottom = first[0].box
    assert 140 < left < 155 and 60 < top < 90 and right < 400 and bottom < 95


def test_a_grid_is_a_table_with_its_cells() -> None:
    cells = [["Model", "Size", "Note"], ["A", "7B", "kept"], ["B", "13B", "two words"]]
    ink = "".join(
        f"{72 + 90 * x} {686 - 18 * y} 90 18 re S\n" + show(9, 76 + 90 * x, 691 - 18 * y, text)
        for y, row in enumerate(cells)
        for x, text in enumerate(row)
    )
    raw = builders.pages([(show(10, 72, 740, SENTENCE) + ink + show(10, 72, 600, SENTENCE)).encode()])
    (table,) = [piece for piece in library.structured(raw) if piece.type == "Table"]
    assert table.text == "\n".join(" | ".join(row) for row in cells)
    assert table.html.count("<tr>") == 3 and "<td>two words</td>" in table.html and "<th>Size</th>" in table.html


def test_markup_in_a_cell_is_text() -> None:
    ink = "".join(show(9, 72 + 120 * x, 700 - 16 * y, f"<b>{x}{y}") for x in range(3) for y in range(4))
    (table,) = [piece for piece in library.structured(builders.pages([ink.encode()])) if piece.type == "Table"]
    assert "&lt;b&gt;00" in table.html and "<b>" not in table.html


def test_the_stage_takes_it_with_page_section_and_place(parse) -> None:
    result = parse("a.pdf", paper(2), STRUCTURED)["elements"]
    assert result["title"] == "On Angles of Keys"
    element = result["elements"][2]
    assert (element["section"], element["page"]) == (["On Angles of Keys", "1 Part0"], 1)
    assert len(element["box"]) == 4


def test_an_outline_tells_the_levels(parse) -> None:
    raw = builders.with_outline(paper(1), [("1 Part0", 0, None), ("2 Part1", 0, 0)])
    elements = parse("a.pdf", raw, STRUCTURED)["elements"]["elements"]
    titles = [(len(element["section"]), element["text"]) for element in elements if element["type"] == "Title"]
    assert titles == [(0, "On Angles of Keys"), (1, "1 Part0"), (2, "2 Part1")]


def test_raised_letters_stand_in_their_row() -> None:
    words = [Word(0, 10, 20, 20, "Ann", 10, "F"), Word(21, 8, 25, 14, "1", 6, "F"), Word(0, 24, 20, 34, "Bob", 10, "F")]
    assert [row.text for row in rows(words)] == ["Ann 1", "Bob"]


def test_style_is_read_from_the_font_name() -> None:
    assert style("ABCDEF+NimbusRomNo9L-Medi")[0] and style("CMTI10")[1] and style("Courier-Bold") == (True, False, True)
    assert style("Times-Roman") == (False, False, False)


Line = tuple[float, list[tuple[float, str]]]  # a height, and pieces with their places


def drawn(*lines: Line, rules: tuple[float, ...] = (), upright: tuple[float, ...] = ()) -> str:
    """The text of the one table of a page, from its lines, the heights of its rules and the places of upright ones."""
    return table_of(*lines, rules=rules, upright=upright).text


def table_of(*lines: Line, rules: tuple[float, ...] = (), upright: tuple[float, ...] = ()) -> Table:
    (table,) = tables_of(*lines, rules=rules, upright=upright)
    return table


def tables_of(*lines: Line, rules: tuple[float, ...] = (), upright: tuple[float, ...] = ()) -> list[Table]:
    words = [
        Word(x, y, x + 5 * len(text), y + 8, text, 8.0, "Helvetica")
        for y, pieces in lines
        for start, piece in pieces
        for x, text in _placed(start, piece)
    ]
    bottom = max(y for y, _ in lines) + 8
    level = [Rule(-4, y, 200, y) for y in rules]
    return find(rows(words), [*level, *(Rule(x, 0, x, bottom) for x in upright)])


def _placed(x: float, text: str) -> list[tuple[float, str]]:
    found = []
    for word in text.split():
        found.append((x, word))
        x += 5 * len(word) + 2
    return found


def test_a_cell_that_does_not_fit_goes_on_below() -> None:
    table = drawn(
        (0, [(0, "Model"), (100, "MMLU"), (150, "GSM8K")]),
        (10, [(0, "Heron-2 32B"), (100, "61.0"), (150, "40.0")]),
        (20, [(0, "Heron-2 32B"), (100, "63.1"), (150, "44.2")]),
        (30, [(0, "Chat")]),
        (40, [(0, "Heron-2 8B"), (100, "51.3"), (150, "31.0")]),
    )
    assert table.split("\n")[2:] == ["Heron-2 32B Chat | 63.1 | 44.2", "Heron-2 8B | 51.3 | 31.0"]


def test_heads_wider_than_their_columns_stand_apart() -> None:
    table = drawn(
        (0, [(0, "Model"), (60, "Parameters (B)"), (146, "Layers in all"), (224, "Heads")]),
        *((10 * n, [(0, "Heron"), (90, "7.1"), (160, "32"), (230, "16")]) for n in range(1, 6)),
    )
    assert table.split("\n")[0] == "Model | Parameters (B) | Layers in all | Heads"


PROSE = [(0, "Each of them was read to the end and then")]


def test_a_head_above_the_lines_of_a_table_is_of_it() -> None:
    table = drawn(
        (0, PROSE),
        (20, [(0, "Table 1: Scores.")]),
        (34, [(0, "Model"), (100, "MMLU"), (150, "HellaSwag")]),
        (42, [(100, "(5-shot)")]),
        *((48 + 12 * n, [(0, f"Heron {n}B"), (104, "61.0"), (154, "40.0")]) for n in range(1, 4)),
        rules=(57, 70, 82, 94),
    )
    assert table.split("\n")[:2] == ["Model | MMLU (5-shot) | HellaSwag", "Heron 1B | 61.0 | 40.0"]


def test_prose_above_the_lines_of_a_table_is_not() -> None:
    table = drawn(
        (0, PROSE),
        (10, PROSE),
        *((24 + 12 * n, [(0, f"Heron {n}B"), (104, "61.0"), (154, "40.0")]) for n in range(3)),
        rules=(20, 32, 44, 56),
    )
    assert table.split("\n")[0] == "Heron 0B | 61.0 | 40.0"


def test_a_label_of_three_lines_stands_in_its_row() -> None:
    table = drawn(
        (0, [(100, "Heron 7B"), (150, "Heron 13B")]),
        (14, [(0, "Layers"), (104, "32"), (154, "40")]),
        (28, [(0, "Total"), (104, "7.1"), (154, "13.2")]),
        (36, [(0, "parameters")]),
        (44, [(0, "(B)")]),
        *((58 + 14 * n, [(0, label), (104, "32"), (154, "40")]) for n, label in enumerate(("Heads", "Shards"))),
        rules=(10, 24, 54, 68, 82),
    )
    assert "Total parameters (B) | 7.1 | 13.2" in table.split("\n")
    assert len(table.split("\n")) == 5


def test_the_last_row_goes_on_where_its_name_does() -> None:
    rows = [(14 * n, [(0, f"Heron {n}B"), (104, "61.0"), (154, "40.0")]) for n in range(3)]
    table = drawn(*rows, (42, [(0, "Kingfisher Chat"), (104, "52.1"), (154, "47.9")]), (51, [(0, "70B")]), (90, PROSE))
    assert table.split("\n")[-1] == "Kingfisher Chat 70B | 52.1 | 47.9"
    assert "Each" not in table


def test_a_head_over_groups_of_columns_parts_none() -> None:
    table = table_of(
        (0, [(0, "Name"), (140, "Other")]),
        (12, [(60, "Layers"), (100, "Heads"), (131, "KV"), (153, "Max. context")]),
        *((12 + 12 * n, [(0, f"Heron {n}B"), (66, "32"), (106, "16"), (132, "8"), (193, "4K")]) for n in range(1, 4)),
    )
    assert "<td>Heron 1B</td><td>32</td><td>16</td><td>8</td><td>4K</td>" in table.html


SCORES = [(0, "HellaSwag"), (60, "0-shot"), (104, "61.0"), (134, "48.2"), (164, "40.0")]


def test_columns_between_upright_lines_part_where_the_white_is() -> None:
    table = drawn(
        (0, [(0, "Metric"), (60, "Shots"), (100, "Heron"), (130, "Egret"), (160, "Crane")]),
        *((12 * n, SCORES) for n in range(1, 5)),
        upright=(95,),
    )
    assert table.split("\n")[:2] == [
        "Metric | Shots | Heron | Egret | Crane",
        "HellaSwag | 0-shot | 61.0 | 48.2 | 40.0",
    ]


def test_lines_of_values_between_two_rules_are_rows() -> None:
    table = drawn(
        (0, [(0, "Metric"), (60, "Shots"), (100, "Heron"), (130, "Egret"), (160, "Crane")]),
        *((12 * n, SCORES) for n in range(1, 7)),
        rules=(-4, 10, 34, 58, 82),
    )
    assert table.split("\n")[1:] == ["HellaSwag | 0-shot | 61.0 | 48.2 | 40.0"] * 6


def test_text_between_two_tables_is_of_neither() -> None:
    row = [(0, "Heron"), (60, "7.1"), (120, "32")]
    first, second = tables_of(
        (0, row),
        (12, row),
        (36, [(-20, "What stands here is wider than both of the tables")]),
        (60, row),
        (72, row),
        rules=(-4, 10, 22, 56, 70, 82),
    )
    assert first.text == second.text == "Heron | 7.1 | 32\nHeron | 7.1 | 32"


def test_a_table_without_lines_goes_over_both_columns() -> None:
    heads = ((72, "Variant"), (150, "Size"), (190, "Layers"), (240, "Number of attention heads"), (400, "Context"))
    page = [show(10, x, 760, text) for x, text in heads]
    for at in range(3):
        cells = ((72, f"Heron {at}B"), (150, f"{at}.1B"), (196, "32"), (330, "16"), (406, "4K"))
        page += [show(10, x, 746 - 14 * at, text) for x, text in cells]
    for column, x in enumerate((72, 310)):
        page += [show(10, x, 690 - 12 * at, f"column {column} has a line that is long {at}") for at in range(14)]
    found = library.structured(builders.pages(["".join(page).encode()]))
    assert [piece.type for piece in found] == ["Table", "NarrativeText"]
    assert found[0].text.split("\n")[:2] == [
        "Variant | Size | Layers | Number of attention heads | Context",
        "Heron 0B | 0.1B | 32 | 16 | 4K",
    ]
