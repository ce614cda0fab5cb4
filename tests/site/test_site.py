"""The site of a few pages that hold markup and script where text is meant to be."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from stages.core.words import Words
from stages.site.html import LINE, Body, group_markdown, url
from stages.site.text import plain
from tests.site.pages import EVIL, PAGES, PIXEL, build

pytestmark = pytest.mark.xdist_group("site")


class Tags(HTMLParser):
    """Collects elements with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.said = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.said += data


def files(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def test_nothing_from_a_document_is_markup(site):
    for name in ("index.html", "models/evil.html", "documents/evil-md.html", "models/index.html"):
        html = (site / name).read_text()
        tags = Tags(html)
        assert not re.search(r"<script[^>]*>\s*alert", html), name
        for tag, attributes in tags.found:
            assert not any(attribute.startswith("on") for attribute in attributes), (name, tag, attributes)
            assert not attributes.get("href", "").startswith("javascript:"), (name, tag)
    assert Tags((site / "models/evil.html").read_text()).said.count(" ".join(EVIL.split())) >= 7


def test_a_title_that_the_theme_unescapes_has_no_markup_left():
    assert not set('<>"') & set(plain(EVIL)) and "&amp;amp;" in plain(EVIL)


def test_a_citation_leads_to_its_source_and_the_digest_of_its_document(site):
    tags = Tags((site / "models/evil.html").read_text())
    links = [attributes for tag, attributes in tags.found if tag == "a"]
    assert any(attributes.get("href") == "#source-1" for attributes in links)
    assert ("li", {"id": "source-1", "value": "1"}) in tags.found
    assert any(attributes.get("href") == "../documents/evil-md.html" for attributes in links)
    assert "page 3" in tags.said


def test_all_links_and_files_are_there(site):
    for path in site.rglob("*.html"):
        for tag, attributes in Tags(path.read_text()).found:
            for name in ("href", "src"):
                target = attributes.get(name, "").partition("#")[0].partition("?")[0]
                if target and not target.startswith(("data:", "mailto:")):
                    assert (path.parent / target).exists(), (path.name, tag, target)


def test_a_page_asks_for_nothing_from_outside(site):
    for path in site.rglob("*.html"):
        html = path.read_text()
        assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", html), path
        assert "Content-Security-Policy" in html and "mermaid" not in html
    styles = b"".join(path.read_bytes() for path in site.rglob("*.css"))
    assert not re.search(rb"url\([\"']?(?:https?:)?//|@import", styles)


def test_the_search_works_from_the_disk(site):
    index = (site / "search/search_index.js").read_text()
    assert index.startswith("var __index = ") and "Delta 1.0 trillion MIT" in index  # no number of a citation between
    assert 'src="../assets/search.js?iframe-worker"' in (site / "models/evil.html").read_text()


def test_figures_stand_on_the_page_of_their_document(site):
    images = [path for path in site.rglob("assets/figures/*")]
    assert [path.suffix for path in images] == [".png"] and images[0].read_bytes() == PIXEL
    assert f"../assets/figures/{images[0].name}" in (site / "documents/evil-md.html").read_text()


def test_diagrams_are_pictures_for_both_schemes(site):
    drawn = sorted(path.name for path in (site / "assets/diagrams").iterdir())
    assert [name.partition("-")[2] for name in drawn] == ["dark.svg", "light.svg"]
    assert "&lt;b&gt;" in (site / "assets/diagrams" / drawn[0]).read_text()


def test_a_diagram_says_its_size_and_stays_readable_where_there_is_little_room(site):
    images = [held for tag, held in Tags((site / "models/evil.html").read_text()).found if held.get("alt") == "Diagram"]
    drawn = (site / "models" / images[0]["src"].partition("#")[0]).read_text()
    width, height = (float(found) for found in re.findall(r'(?:width|height)="([0-9.]+)"', drawn)[:2])
    assert [(int(held["width"]), int(held["height"])) for held in images] == [(round(width), round(height))] * 2
    assert {held["style"] for held in images} == {f"min-width: {round(round(width) * 0.65)}px"}


def test_a_short_value_stays_on_a_line(site):
    html = (site / "comparison.html").read_text()
    kept = re.findall(r'<span class="value">(.*?)</span>', html)
    assert kept == ["1.0 trillion", "Apache-2.0", "not said", "Apache-2.0"]  # the others have nothing to break at


def body(*blocks: dict[str, Any]) -> str:
    empty = {"text": "", "cells": [], "citations": [], "evidence": [], "links": []}
    page = {"document": "models/m", "title": "M", "group": "models", "about": "m", "citations": [], "files": []}
    page["blocks"] = [empty | block for block in blocks]
    return Body(page, {"models/m"}, set(), lambda _, text: text, Words("en")).markdown()


def test_a_wide_table_says_its_widths_before_its_rows_come():
    names = ["Model", "layers", "heads", "context length", "tied"]
    cell = {"citations": [], "links": [], "entity": "m", "parameter": ""}
    head = {"kind": "header", "cells": [cell | {"text": name} for name in names]}
    values = ["A model", "32", "8", "131,072 tokens", "yes"]
    row = {"kind": "row", "cells": [cell | {"text": text, "parameter": text} for text in values]}
    wide = [int(found) for found in re.findall(r'<col style="width: calc\((\d+)ch', body(head, row))]
    assert wide == [7, 8, 7, 14, 6], "the longest word, with the sign of a column that sorts; a short value whole"
    assert "<col" not in body(*({**one, "cells": one["cells"][:4]} for one in (head, row)))


def test_headings_of_documents_stand_below_those_of_pages():
    text = body({"kind": "heading", "text": "Ours"}, {"kind": "heading", "text": "Theirs", "evidence": ["elements/"]})
    assert "\n## Ours" in text and "\n### Theirs" in text


def test_where_notes_were_counted_is_said_once_and_not_beside_a_link():
    notes = [{"kind": "note", "text": text, "evidence": ["elements/"]} for text in ("one", "two")]
    assert body(*notes).count("<code>elements/</code>") == 1
    assert "<code>" not in body(notes[0] | {"links": [{"text": "one", "page": "models/m"}]})


def test_an_index_says_how_many_lines_it_will_take():
    held = {"models/a": "A", "models/b": "a" * (LINE + 1)}
    assert 'style="--lines: 3"' in group_markdown("models", held, Words("en"))


def test_only_what_a_page_asks_for_is_kept(site):
    names = set(files(site))
    assert not [name for name in names if name.endswith((".map", ".gz", "sitemap.xml")) or "lunr" in name]
    assert len([name for name in names if not name.endswith(".html")]) <= 16


def test_two_builds_give_the_same_bytes(site, tmp_path):
    assert files(build(tmp_path, dict(reversed(PAGES.items())))) == files(site)


def test_addresses_are_relative():
    assert url("models/x", "documents/y") == "../models/x.html"
    assert url("index", "models/x") == "../index.html"
    assert url("assets/a.png", "index") == "assets/a.png"


def test_linked_data_is_json_and_closes_no_element(site):
    html = (site / "models/evil.html").read_text()
    held = html.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    data = json.loads(held)
    assert data["headline"] == EVIL and data["citation"][0]["identifier"] == "evil.md"
    stated = data["about"]["additionalProperty"]
    assert {"@type": "PropertyValue", "name": EVIL, "value": "7"} in stated and len(stated) == 2


def test_values_are_there_as_csv_and_parquet(site):
    import csv

    import pyarrow.parquet as pq

    with (site / "data/values.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == pq.read_table(site / "data/values.parquet").to_pylist()
    assert [(row["parameter"], row["value"], row["quote"]) for row in rows] == [(EVIL, "7", EVIL)]


def test_llms_txt_lists_every_page(site):
    listed = re.findall(r"^- \[.*\]\((\S+)\)", (site / "llms.txt").read_text(), re.MULTILINE)
    assert {f"{page}.html" for page in PAGES} <= set(listed)
    assert all((site / target).exists() for target in listed)


def test_a_head_without_rows_is_no_table(site):
    html = (site / "index.html").read_text()
    assert "<table" not in html and "All documents could be read." in html
    assert (site / "comparison.html").read_text().count("<table") == 1


def test_tables_of_home_are_cards_and_tiles(site):
    html = (site / "index.html").read_text()
    card, tiles = (html.partition(f'<ul class="{name}">')[2].partition("</ul>")[0] for name in ("cards", "tiles"))
    shown = " ".join(EVIL.split())
    assert Tags(card).said == f"{shown} Models: 1,234{shown}" and card.count("<a ") == 1
    assert tiles == '<li><b>1</b> <a href="models/index.html">Models</a></li>'


def test_a_plot_says_its_numbers_aloud(site):
    found = Tags((site / "models/evil.html").read_text()).found
    plots = [attributes for tag, attributes in found if tag == "svg" and attributes.get("class") == "bars"]
    assert [" ".join(plot["aria-label"].split()) for plot in plots] == [" ".join(f"{EVIL}: 3 models".split())]
