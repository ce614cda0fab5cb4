"""The identity of an element is its text and its place among headings, never its position or its file's name."""

from __future__ import annotations

from stages.parse.elements import Piece, to_elements


def ids(*pieces: Piece) -> list[str]:
    return [element["id"] for element in to_elements(pieces)]


TITLE, TEXT, OTHER = Piece("Title", "RoPE", depth=0), Piece("NarrativeText", "a"), Piece("NarrativeText", "b")


def test_what_stands_before_does_not_matter() -> None:
    assert ids(TITLE, TEXT)[1] == ids(TITLE, OTHER, TEXT)[2]


def test_equal_elements_differ_and_keep_their_order() -> None:
    first, second = ids(TITLE, TEXT, OTHER, TEXT)[1::2]
    assert first != second
    assert ids(TITLE, TEXT)[1] == first


def test_the_section_matters() -> None:
    assert ids(TITLE, TEXT)[1] != ids(TEXT)[0]


def test_a_heading_closes_those_of_its_level_and_below() -> None:
    heads = [Piece("Title", name, depth=depth) for name, depth in (("A", 0), ("B", 1), ("C", 3), ("D", 1), ("E", 0))]
    assert [element["section"] for element in to_elements([*heads, TEXT])] == [
        [],
        ["A"],
        ["A", "B"],
        ["A"],
        [],
        ["E"],
    ]


def test_what_arrow_cannot_hold_is_taken_out() -> None:
    (element,) = to_elements([Piece("NarrativeText", " a\0\ud800b "), Piece("Image", " \0 ")])
    assert element["text"] == "ab"
