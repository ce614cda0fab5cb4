"""A chosen part of the pages as a PDF and as an EPUB."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from posixpath import dirname, normpath
from typing import Any
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest
from pypdf import PdfReader

from stages.core.run.errors import UserError
from stages.core.words import Words
from stages.site import Site
from stages.site.book import chosen, write_books
from stages.site.chapter import Chapter
from stages.site.diagrams import Diagrams
from tests.site import pages as hostile
from tests.synthesize import test_synthesize
from tests.synthesize.test_language import pages

OPF = "{http://www.idpf.org/2007/opf}"
TYPE = "{http://www.idpf.org/2007/ops}type"
FIGURE = {"file": "assets/figures/f.png", "caption": hostile.EVIL}


@pytest.fixture(scope="module")
def russian(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return list(pages(tmp_path_factory.mktemp("book"), "ru", test_synthesize).values())


def site_of(book: list[str], *formats: Any) -> Site:
    return Site(name="Litmill & more", colour="indigo", book=book, formats=list(formats))


def written(folder: Path, *formats: str) -> Path:
    """The books of the pages that hold markup where text is meant to be, beside the pictures that they show."""
    held = [{"document": key, **page} for key, page in hostile.PAGES.items()]
    diagrams = Diagrams(folder, Words("en"))
    for page in held:
        for block in page["blocks"]:
            if block["kind"] == "diagram":
                diagrams.draw(page["document"], block["text"])
    diagrams.write()
    (folder / "assets/figures").mkdir()
    (folder / FIGURE["file"]).write_bytes(hostile.PIXEL)
    write_books(site_of(["*"], *formats), held, {"evil.md": [FIGURE]}, Words("en"), folder)
    return folder


@pytest.fixture(scope="module")
def epub(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of an EPUB, in their order."""
    with ZipFile(written(tmp_path_factory.mktemp("epub"), "epub") / "book.epub") as book:
        return {name: book.read(name) for name in book.namelist()}


def test_the_book_has_the_chosen_pages_with_their_sources(russian: list[dict[str, Any]], tmp_path: Path) -> None:
    patterns = ["models/*", "components/rmsnorm", "models/llama-2-7b"]
    assert [page["document"] for page in chosen(russian, patterns)] == ["models/llama-2-7b", "components/rmsnorm"]
    write_books(site_of(patterns, "pdf"), russian, {}, Words("ru"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["book.pdf"]
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(tmp_path / "book.pdf").pages).split())
    assert "Llama 2 7B is a decoder with 32 layers." in text and "RMSNorm" in text
    assert "Источники" in text and "Где источники расходятся" in text and "one.md" in text


def test_a_pdf_shows_diagrams_and_plots(tmp_path: Path) -> None:
    reader = PdfReader(written(tmp_path, "pdf") / "book.pdf")
    drawn = next(text for page in reader.pages if "requires" in (text := page.extract_text()))
    assert "A <b>" in drawn and "\n3\n" in drawn
    assert "8 layers." in " ".join(text for page in reader.pages for text in page.extract_text().split("\n"))


def test_the_same_pages_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = (written(tmp_path / name, "pdf", "epub") for name in ("one", "two"))
    for name in ("book.pdf", "book.epub"):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_no_book_is_written_where_none_is_chosen(russian: list[dict[str, Any]], tmp_path: Path) -> None:
    write_books(site_of([], "pdf", "epub"), russian, {}, Words("en"), tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_epub_is_a_zip_that_says_first_what_it_is(tmp_path: Path) -> None:
    with ZipFile(written(tmp_path, "epub") / "book.epub") as book:
        first = book.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
        assert book.read(first) == b"application/epub+zip"
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_package_lists_every_file_once_and_reads_the_pages_in_order(epub: dict[str, bytes]) -> None:
    container = ElementTree.fromstring(epub["META-INF/container.xml"])
    root = container.find(".//{*}rootfile")
    assert root is not None and root.get("full-path") == "EPUB/package.opf"
    package = ElementTree.fromstring(epub["EPUB/package.opf"])
    items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
    files = [f"EPUB/{item.get('href')}" for item in items.values()]
    assert sorted([*files, "EPUB/package.opf", "META-INF/container.xml", "mimetype"]) == sorted(epub)
    order = [items[one.get("idref")].get("href") for one in package.iter(f"{OPF}itemref")]
    assert order == ["title.xhtml", *(f"{key}.xhtml" for key in hostile.PAGES)]
    properties = {item.get("href"): item.get("properties") for item in items.values() if item.get("properties")}
    assert properties == {"nav.xhtml": "nav", "models/evil.xhtml": "svg"}
    types = {PurePosixPath(item.get("href") or "").suffix: item.get("media-type") for item in items.values()}
    assert types[".svg"] == "image/svg+xml" and types[".png"] == "image/png"
    assert package.findtext(".//{*}title") == "Litmill & more"


def test_every_page_is_xml_and_every_link_of_it_leads_somewhere(epub: dict[str, bytes]) -> None:
    trees = {name: ElementTree.fromstring(data) for name, data in epub.items() if name.endswith((".xhtml", ".svg"))}
    ids = {name: [one.get("id") for one in tree.iter() if one.get("id")] for name, tree in trees.items()}
    links = 0
    for name, tree in trees.items():
        assert len(ids[name]) == len(set(ids[name])), name
        assert name.endswith(".svg") or not {"script"} & {one.tag.rpartition("}")[2] for one in tree.iter()}, name
        for one in tree.iter() if name.endswith(".xhtml") else ():
            address = one.get("href") or one.get("src")
            if address is not None:
                file, _, place = address.partition("#")
                target = normpath(f"{dirname(name)}/{file}") if file else name
                assert target in epub and (not place or place in ids[target]), (name, address)
                links += 1
    assert links > 20


def test_citations_are_notes_that_lead_back(epub: dict[str, bytes]) -> None:
    tree = ElementTree.fromstring(epub["EPUB/models/evil.xhtml"])
    marks = [one for one in tree.iter() if one.get(TYPE) == "noteref"]
    notes = next(one for one in tree.iter() if one.get(TYPE) == "endnotes")
    note = next(one for one in notes.iter() if one.get("id") == "source-1")
    assert {one.get("href") for one in marks} == {"#source-1"}
    assert "".join(note.itertext()).count(" ".join(hostile.EVIL.split())) >= 1
    back = next(one.get("href") for one in note.iter() if one.get("role") == "doc-backlink")
    assert back == f"#{marks[0].get('id')}"


def test_what_a_page_shows_is_in_the_epub(epub: dict[str, bytes]) -> None:
    page = epub["EPUB/models/evil.xhtml"].decode()
    assert re.search(r'<img src="\.\./assets/diagrams/\w+-light\.svg" alt="Diagram"/>', page)
    assert f'<a href="evil.xhtml">{hostile.EVIL[:8]}' in page and "<svg " in page
    assert " has " in page and " 8 layers.<a " in page
    assert '<img src="../assets/figures/f.png"' in epub["EPUB/documents/evil-md.xhtml"].decode()
    assert epub["EPUB/assets/figures/f.png"] == hostile.PIXEL
    contents = ElementTree.fromstring(epub["EPUB/nav.xhtml"])
    assert [one.get("href") for one in contents.findall(".//{*}a")] == [f"{key}.xhtml" for key in hostile.PAGES]


def test_words_of_a_note_lead_to_the_pages_that_are_in_the_book() -> None:
    links = [{"text": "that", "page": "models/b"}, {"text": "other", "page": "models/c"}]
    note = hostile.block("note", "See that & other pages.", links=links)
    page, other = ({"document": key, **hostile.page(key, "models", note)} for key in ("models/a", "models/b"))
    text = Chapter(page, [page, other], (), Words("en")).xhtml()
    assert 'See <a href="b.xhtml">that</a> &amp; other pages.' in text


def test_a_pattern_that_fits_no_page_gets_one_line(russian: list[dict[str, Any]]) -> None:
    with pytest.raises(UserError, match=r"^site\.book: no page is 'nowhere/\*'"):
        chosen(russian, ["nowhere/*"])
