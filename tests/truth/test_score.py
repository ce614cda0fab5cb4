"""The measures against values computed by hand."""

from __future__ import annotations

import pytest

from benchmarks.truth.score import Score, duplicates, headings, order, parameters, tables
from benchmarks.truth.score.parameters import Claim


def test_parameters_exact_after_normalising() -> None:
    true = [
        Claim("a", "Kestrel-2 7B", "layers", "32", "prose"),
        Claim("a", "Kestrel-2 7B", "layers", "32", "table"),  # said twice, counts once
        Claim("a", "Kestrel-2 7B", "normalisation", "RMSNorm", "table"),
        Claim("a", "Kestrel-2 7B", "LoRA targets", "q_proj, v_proj", "code"),
        Claim("b", "Kestrel-2 7B", "layers", "36", "prose"),
    ]
    found = [
        Claim("a", "kestrel-7b-v2", "layers", parameters.value_of("32", 32.0), "prose"),
        Claim("a", "Kestrel 2 7B", "normalisation", "rmsnorm", "table"),
        Claim("a", "Kestrel-2 7B", "LoRA targets", "v_proj, q_proj", "code"),
        Claim("b", "Kestrel-27B", "layers", "36", "prose"),  # another model
        Claim("b", "Kestrel-2 7B", "layers", "32", "prose"),  # the value of another document
        Claim("b", "Kestrel-2 7B", "seed", "7", "code"),  # never planted: not judged
    ]
    scored = parameters.score(found, true)
    assert scored == Score(3, 5, 4)
    assert scored.f1 == pytest.approx(2 * 0.6 * 0.75 / 1.35)
    places = parameters.by_place(found, true)
    assert (places["prose"].precision, places["prose"].recall) == (1 / 3, 0.5)
    assert (places["table"].precision, places["table"].recall) == (1.0, 1.0)  # layers was found, if elsewhere
    assert places["code"].f1 == 1.0


def test_aliases_stand_for_one_model_only() -> None:
    names = [
        {"surface": "Merlin-2 7B", "model": "Kestrel-2 7B"},
        {"surface": "the 7B", "model": "Kestrel-2 7B"},
        {"surface": "the 7B", "model": "Plover 7B"},
    ]
    known = parameters.aliases(names)
    assert known == {"2 7b merlin": "2 7b kestrel"}
    true = [Claim("a", "Kestrel-2 7B", "layers", "32")]
    assert parameters.score([Claim("a", "Merlin 2 7B", "layers", "32")], true, known).f1 == 1.0
    assert parameters.score([Claim("a", "Merlin 2 7B", "layers", "32")], true).f1 == 0.0


def test_traps() -> None:
    traps = [
        {"document": "a", "model": "K 7B", "parameter": "layers", "value": "64"},
        {"document": "a", "model": "K 7B", "parameter": "layers", "value": "48"},
        {"document": "a", "model": "K 7B", "parameter": "layers", "value": "32"},  # stated as well: no trap
    ]
    true = [Claim("a", "K 7B", "layers", "32")]
    found = [Claim("a", "K 7B", "layers", "32"), Claim("a", "K 7B", "layers", "64")]
    assert parameters.trapped(found, traps, true) == (1, 2)


def test_headings() -> None:
    true = [(1, "1 Introduction"), (1, "2 Model"), (2, "2.1 Attention"), (1, "3 Results")]
    found = [(2, "introduction"), (2, "Model"), (2, "Attention"), (4, "Table 1"), (2, "Results")]
    scored = headings.score(found, true)
    assert scored == Score(4, 5, 4)
    assert scored.f1 == pytest.approx(8 / 9)
    assert headings.levels(found, true).precision == pytest.approx(1 / 3)  # Attention is no deeper: two wrong steps
    assert headings.score([], true).f1 == 0.0
    assert headings.score([(1, "Introductions")], true).right == 1  # a letter more: 24 of 25 alike
    assert headings.score([(1, "Inception"), (1, "Mode of use")], true).right == 0
    assert headings.score([(1, "Model"), (1, "Model")], [(1, "Model")]) == Score(1, 2, 1)


def table(*rows: str) -> str:
    return (
        "<table>"
        + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row.split("|")) + "</tr>" for row in rows)
        + "</table>"
    )


def test_teds() -> None:
    true = table("a|b", "1|2")  # 1 table, 2 rows, 4 cells: 7 nodes
    assert tables.teds(true, true) == 1.0
    assert tables.teds(true.replace("td", "th"), true) == 1.0
    assert tables.teds(table("a|b", "1|x"), true) == pytest.approx(1 - 1 / 7)  # one cell renamed
    assert tables.teds(table("a|b", "1|2x"), true) == pytest.approx(1 - 0.5 / 7)  # half of its text
    assert tables.teds(table("a|b", "1|x"), true, structure_only=True) == 1.0
    assert tables.teds(table("a|b"), true) == pytest.approx(1 - 3 / 7)  # a row and its two cells are missing
    spanned = true.replace("<td>a</td>", '<td colspan="2">a</td>', 1)
    assert tables.teds(spanned, true) == pytest.approx(1 - 1 / 7)
    assert tables.teds("", true) == tables.teds("<p>a b</p>", true) == 0.0


def test_tables_of_a_document_are_matched_by_text() -> None:
    one, two = table("a|b", "1|2"), table("model|layers", "Kestrel|32")
    assert tables.scores([two, one], [one, two]) == [1.0, 1.0]
    assert tables.scores([two], [one, two]) == [0.0, 1.0]
    assert tables.scores([], [one]) == [0.0]


def test_reading_order() -> None:
    true = ["Training", *(f"{name} stands at its place here." for name in ("Alpha", "Beta", "Gamma", "Delta"))]
    alpha, beta, gamma, delta = true[1:]
    straight = f"{alpha} Beta stands at\nits pla-\nce here. Page 3 {gamma} {delta}"
    assert order.sequence(straight, true) == [0, 1, 2, 3]
    assert order.edit_similarity(straight, true) == order.kendall(straight, true) == 1.0
    swapped = f"{alpha} {gamma} {beta} {delta}"
    assert order.edit_similarity(swapped, true) == pytest.approx(0.5)  # two of four replaced
    assert order.kendall(swapped, true) == pytest.approx((5 - 1) / 6)
    again = "One begins. It is well known that a sentence may recur in another paragraph."
    whole = "It is well known that a sentence may recur in another place, or two."
    assert order.sequence(f"{alpha} {again} {beta} {whole}", [alpha, again, beta, whole]) == [0, 1, 2, 3]
    lost = f"{alpha} {delta}"
    assert order.edit_similarity(lost, true) == pytest.approx(0.5)
    assert order.kendall(lost, true) == 1.0
    assert order.text_similarity("ab cd", ["ab", "cd"]) == 1.0
    assert order.text_similarity("ab", ["ab", "cd"]) == pytest.approx(1 - 2 / 6)


def test_duplicates() -> None:
    true = {"b": "a", "c": "a", "y": "x"}  # ab, ac, bc, xy
    assert duplicates.score({"c": "b", "b": "a", "z": "x"}, true) == Score(3, 4, 4)  # ab, ac, bc right; xz wrong
    assert duplicates.score({}, true) == Score(0, 0, 4)


def test_scores_add_up() -> None:
    assert Score(1, 2, 4) + Score(2, 2, 2) == Score(3, 4, 6)
    assert (Score(1, 2, 4, 3) + Score(2, 2, 2)).recall == pytest.approx(5 / 6)
    row = {"document": "a", "model": "K 7B", "parameter": "layers", "value": "32", "place": "prose", "raw": "32"}
    assert parameters.gold([row]) == [Claim("a", "K 7B", "layers", "32", "prose")]
