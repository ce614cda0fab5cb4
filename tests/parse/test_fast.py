"""What was made faster gives what plain unstructured gives, on every document of corpus/ and on what is hard.

The peer runs in this process with its own functions put back in their places.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from stages.parse import library, prose
from tests.parse import builders

CORPUS = Path(__file__).parents[2] / "corpus"
FILES = sorted(path for path in CORPUS.rglob("*") if path.suffix in (".pdf", ".docx", ".html", ".md"))
Elements = list[tuple[str, str, Any]]


@pytest.fixture
def peer(monkeypatch) -> Callable[[Path | bytes], Elements]:
    """Elements of a file or a PDF by unstructured as it is."""
    library.load_pdf()
    from unstructured.partition import docx, text, text_type
    from unstructured.partition.auto import partition
    from unstructured.partition.html import parser

    def run(document: Path | bytes) -> Elements:
        with monkeypatch.context() as undone:
            for module in (docx, text, parser):
                undone.setattr(module, "is_possible_narrative_text", text_type.is_possible_narrative_text)
            undone.setattr(text, "is_possible_title", text_type.is_possible_title)
            raw = document if isinstance(document, bytes) else document.read_bytes()
            kind = {".md": "text/markdown", ".html": "text/html"}.get(getattr(document, "suffix", ""))
            return stated(partition(file=BytesIO(raw), strategy="fast", content_type=kind, languages=["eng"]))

    return run


def stated(elements: list[Any]) -> Elements:
    return [(element.category, element.text, element.metadata.page_number) for element in elements]


def ours(path: Path) -> Elements:
    raw = path.read_bytes()
    if path.suffix in (".pdf", ".docx"):
        return stated({".pdf": library.pdf, ".docx": library.docx}[path.suffix](raw))
    return stated({".md": library.markdown, ".html": library.html}[path.suffix](raw.decode()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_document_of_the_corpus_is_cut_alike(path: Path, peer) -> None:
    assert ours(path) == peer(path)


def test_prose_and_titles_are_told_alike() -> None:
    library.load()
    from unstructured.partition import text_type

    texts = {
        "",
        "2024",
        "NOTE THIS.",
        "A B",
        "He ran. She hid. They won it all.",
        "∑∑ ∑ a",
        "Wait,",
        "one two three four.",
    }
    for path in FILES:
        if path.suffix == ".md":
            lines = [line.strip() for line in path.read_text().splitlines() if line.strip()][:8]
            words = " ".join(lines).split()
            texts |= {*lines, *(line.upper() for line in lines[:2]), *(line.title() for line in lines[:2])}
            texts |= {" ".join(words[at : at + size]) for at, size in ((0, 5), (3, 9), (7, 12), (11, 40), (20, 120))}
    assert len(texts) > 150
    for text in texts:
        assert prose.is_prose(text) == text_type.is_possible_narrative_text(text), text
        assert prose.is_title(text) == text_type.is_possible_title(text), text


def test_a_word_is_tagged_within_four_words_as_within_the_whole_text() -> None:
    library.load()
    from unstructured.nlp import tokenize
    from unstructured.partition.text_type import POS_VERB_TAGS, contains_verb

    text = (
        "They record the record, plan a light plan and light the lamp, but the cut that they cut will show the show. "
        * 2
    )
    verbs = [tag in POS_VERB_TAGS for _, tag in tokenize.pos_tag(text)]
    doc = prose._tokens(text)
    assert [prose._verb_in(doc, at, at + 1) for at in range(len(doc))] == verbs
    nouns = "layer weight bias head norm loss batch token " * 12
    for text in (nouns, nouns + "rotates the query", f"{nouns[:200]} was split {nouns}", nouns[:113] + "is"):
        assert prose._has_verb(text) == contains_verb(text), text


STREAMS = [
    rb"BT /F1 12 Tf 1 0 0 -1 .5 -.25 Tm [(a\(b\)) -120 (c) 3.] TJ ET",
    rb"q 1 0 0 1 0 0 cm (two (nested) \101\53\
        lines \q) ' Q % a comment (with a bracket",
    b"<48 656C6C6F> Tj <4> Tj /A#20B#c3#a9 Do /Span << /MCID 3 /T (x) >> BDC EMC 0.5-3 +5 -- . 1.2.3 Td T* \x00 ET",
    b'true false null f* b* " 1 [ [ (a) ] /N ] TJ',
]


@pytest.mark.parametrize("stream", STREAMS)
def test_a_stream_is_cut_as_pdfminer_cuts_it(stream: bytes) -> None:
    library.load_pdf()
    assert pairs(cut(stream)) == pairs(pdfminer_tokens(stream))


def test_a_picture_within_a_stream_is_stepped_over() -> None:
    library.load_pdf()
    stream = b"1 w BI /W 1 /H 1 /BPC 1 ID \x00EI(\xff EI Q (after) Tj"
    assert pairs(cut(stream)) == ["1", "/b'w'", "/b'EI'", "/b'Q'", "b'after'", "/b'Tj'"]


def test_the_pages_of_the_corpus_are_cut_as_pdfminer_cuts_them() -> None:
    library.load_pdf()
    from pypdf import PdfReader

    for path in CORPUS.glob("pdf/*.pdf"):
        stream = PdfReader(path).pages[0].get_contents().get_data()
        assert pairs(cut(stream)) == pairs(pdfminer_tokens(stream))


def cut(stream: bytes) -> list[Any]:
    from stages.parse.content import tokens

    return list(tokens(stream))


def pdfminer_tokens(stream: bytes) -> list[Any]:
    from pdfminer.pdfinterp import PDFContentParser
    from pdfminer.pdftypes import PDFStream
    from pdfminer.psexceptions import PSEOF

    parser, found = PDFContentParser([PDFStream({}, stream)]), []
    while True:
        try:
            found.append(parser.nextobject()[1])
        except PSEOF:
            return found


def pairs(tokens: list[Any]) -> list[str]:
    """Comparable: an operator with a stroke before it; a dictionary, which no text operator takes, as nothing."""
    from pdfminer.psparser import PSKeyword

    held = [token for token in tokens if not isinstance(token, dict) and "MCID" not in str(token)]
    return [f"/{token.name}" if isinstance(token, PSKeyword) else str(token) for token in held]


def test_boxes_beside_a_list_item_keep_their_order(peer) -> None:
    """unstructured takes what stands in the room of a list item into it, in the order of pdfminer's tree."""
    pages = [[(10, "first line"), (10, "1) an item whose second half stands alone"), (10, "and a line below it")]]
    stream = (
        b"BT /F1 10 Tf 72 700 Td (1\\) a point that runs on) Tj ET BT /F1 5 Tf 90 693 Td (within it, but apart) Tj ET "
        b"BT /F1 10 Tf 300 700 Td (far away) Tj ET"
    )
    inner, item = stream.split(b" ET ")[1::-1]
    drawn_late = b" ET ".join([inner, item, b"BT /F1 10 Tf 300 700 Td (far away) Tj ET"])
    for raw in (builders.pdf(pages), builders.page(stream), builders.page(drawn_late)):
        assert stated(library.pdf(raw)) == peer(raw)
    assert "apart" in stated(library.pdf(builders.page(drawn_late)))[0][1]


def test_words_of_a_figure_are_parted_by_its_lines(peer) -> None:
    form = b"BT /F1 10 Tf 72 700 Td (left) Tj ET 0 0 m 10 10 l S BT /F1 10 Tf 110 700 Td (right) Tj ET"
    found = stated(library.pdf(builders.page(b"/X1 Do", form)))
    assert found == peer(builders.page(b"/X1 Do", form))
    assert [text for _, text, _ in found] == ["left", "right"]


def test_a_form_that_names_itself_ends() -> None:
    assert "loop" in str(stated(library.pdf(builders.page(b"/X1 Do", b"BT /F1 9 Tf 72 700 Td (loop) Tj ET /X1 Do"))))
