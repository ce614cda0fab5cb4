"""The site in a real Chromium, opened from the disk: what its script does, what it asks for, and what never runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.site.chromium import Tab, chromium, installed
from tests.site.pages import COMPARED, EVIL, MANY

pytestmark = [
    pytest.mark.xdist_group("site"),
    pytest.mark.skipif(installed() is None, reason="no Chromium is installed"),
]
COLUMN = (
    "[...document.querySelectorAll('tbody td:nth-child({})')]"
    ".map((cell) => (cell.firstChild?.textContent ?? '').trim())"
)
PRESS = "document.querySelectorAll('th button')[{}].click()"
SEARCH = """(() => {{
  const box = document.querySelector("[data-md-component=search-query]");
  box.focus();
  box.value = "{}";
  box.dispatchEvent(new Event("keyup", {{ bubbles: true }}));
}})()"""
FOUND = "document.querySelector('.md-search-result__item')"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    program = installed()
    assert program
    with chromium(program, tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.fixture
def served(site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *parts: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def show(tab: Tab, site: Path, page: str) -> None:
    tab.open((site / f"{page}.html").as_uri())


def test_a_column_sorts_by_value_up_and_down_and_leaves_empty_cells_last(tab, site):
    show(tab, site, "comparison")
    *falling, words, nothing = [count for _, count, _ in COMPARED]
    tab.run(PRESS.format(1))
    assert tab.run(COLUMN.format(2)) == [*reversed(falling), words, nothing]
    assert tab.run("document.querySelectorAll('th')[1].ariaSort") == "ascending"
    tab.run(PRESS.format(1))
    assert tab.run(COLUMN.format(2)) == [words, *falling, nothing]
    assert tab.run("document.querySelectorAll('th')[1].ariaSort") == "descending"


def test_the_scheme_is_the_system_s_also_on_a_later_visit(tab, site):
    for scheme, name in (("light", "default"), ("dark", "slate"), ("light", "default")):
        tab.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        show(tab, site, "models/evil")
        assert tab.run("document.body.dataset.mdColorScheme") == name
        shown = "[...document.querySelectorAll('.diagram img')].filter((one) => one.offsetParent).map((one) => one.src)"
        assert [source.partition("#")[2] for source in tab.run(shown)] == [f"only-{scheme}"]


def test_the_button_in_the_header_leads_from_scheme_to_scheme_and_is_remembered(tab, site):
    scheme = "document.body.dataset.mdColorScheme"
    shown = "document.querySelectorAll('button.scheme:not([hidden])')"
    tab.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    show(tab, site, "index")
    seen = []
    for _ in range(3):
        seen.append((tab.run(scheme), tab.run(f"{shown}.length"), tab.run(f"{shown}[0].title")))
        tab.run(f"{shown}[0].click()")
        show(tab, site, "models/evil")
        show(tab, site, "index")
    assert seen == [
        ("slate", 1, "Switch to the light scheme"),  # the system's
        ("default", 1, "Switch to the dark scheme"),
        ("slate", 1, "Switch to the scheme of the system"),
    ]
    tab.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
    tab.wait(f"{scheme} === 'default'")  # the choice is the system's again, and follows it


def test_no_script_changes_the_root_of_a_page_that_is_drawn(tab, site):
    """Each such change has every element of the page styled anew, which a phone is slow at."""
    told = """window.roots = new Set(); new MutationObserver(() => {
      const tag = (one) => one.cloneNode(false).outerHTML;
      if (document.querySelector("article")) window.roots.add(tag(document.documentElement) + tag(document.body));
    }).observe(document, { attributes: true, childList: true, subtree: true })"""
    added = tab.send("Page.addScriptToEvaluateOnNewDocument", source=told)["identifier"]
    show(tab, site, "comparison")
    tab.wait("window.component$")  # the theme's script is done
    tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert len(tab.run("[...window.roots]")) == 1
    tab.send("Page.removeScriptToEvaluateOnNewDocument", identifier=added)


def test_a_column_of_names_sorts_as_a_reader_would(tab, site):
    show(tab, site, "comparison")
    tab.run(PRESS.format(0))
    assert tab.run(COLUMN.format(1)) == ["alpha 9", "alpha 10", "Beta", "Delta", "Gamma", "Kappa"]
    tab.run(PRESS.format(2))
    assert tab.run(COLUMN.format(3)) == ["Apache-2.0", "Apache-2.0", "llama2", "MIT", "MIT", "MIT"]
    assert tab.run("[...document.querySelectorAll('th')].map((head) => head.ariaSort)") == [
        None, None, "ascending", None,
    ]  # fmt: skip


def test_a_citation_shows_its_quote_and_the_way_to_its_document(tab, site):
    show(tab, site, "models/evil")
    tab.run("scrollTo(0, 0)")
    assert tab.run("document.querySelector('.card').hidden")
    tab.point("a.mark")
    tab.wait("!document.querySelector('.card').hidden")
    assert tab.run("document.querySelector('.card q').textContent") == " ".join(EVIL.split())
    assert tab.run("document.querySelector('.card a').getAttribute('href')") == "../documents/evil-md.html"
    tab.press("Escape")
    assert tab.run("document.querySelector('.card').hidden")


def test_the_card_opens_by_keyboard_and_stays_on_the_screen(tab, site):
    size = {"width": 320, "height": 480, "deviceScaleFactor": 1, "mobile": True}
    tab.send("Emulation.setDeviceMetricsOverride", **size)
    try:
        show(tab, site, "models/evil")
        for mark in range(tab.run("document.querySelectorAll('a.mark').length")):
            tab.run(f"document.querySelectorAll('a.mark')[{mark}].focus()")
            tab.wait("!document.querySelector('.card').hidden")
            left, right = tab.run(
                "(() => { const at = document.querySelector('.card').getBoundingClientRect(); "
                "return [at.left, at.right]; })()"
            )
            assert 0 <= left < right <= size["width"]
    finally:
        tab.send("Emulation.clearDeviceMetricsOverride")


def test_a_number_leads_to_its_source_in_a_list_that_was_not_drawn_yet(tab, site):
    show(tab, site, "comparison")
    tab.run(f"location.hash = '#source-{MANY}'")
    tab.wait(
        "(() => { const at = document.querySelector(':target').getBoundingClientRect(); "
        "return at.top >= 0 && at.bottom <= innerHeight; })()"
    )


def test_search_from_the_disk_finds_a_page(tab, site):
    show(tab, site, "index")
    tab.run(SEARCH.format("compared"))
    tab.wait(FOUND)
    assert "Models compared" in tab.run(f"{FOUND}.textContent")


def test_the_index_of_the_search_is_asked_for_when_somebody_searches(tab, served):
    tab.asked.clear()
    tab.open(f"{served}/index.html")
    tab.wait("window.component$")
    assert tab.asked and not [url for url in tab.asked if "search_index" in url]
    tab.run(SEARCH.format("compared"))
    tab.wait(FOUND)
    assert "Models compared" in tab.run(f"{FOUND}.textContent")
    tab.asked.clear()
    tab.open(f"{served}/comparison.html?h=delta")  # as a result of the search leads to a page
    tab.wait("document.querySelector('article mark')")
    assert [url for url in tab.asked if "search_index" in url]


def test_nothing_in_a_document_runs_and_no_request_leaves_the_folder(tab, site):
    tab.asked.clear()
    for page in ("index", "comparison", "models/index", "models/evil", "documents/evil-md"):
        show(tab, site, page)
        for event in ("mouseover", "mouseenter"):
            tab.run(f"document.querySelectorAll('*').forEach((one) => one.dispatchEvent(new Event('{event}')))")
        tab.run("document.querySelectorAll('a[href^=javascript]').forEach((one) => one.click())")
        tab.run(SEARCH.format("payload"))
        tab.wait(FOUND)
        tab.run("new Promise((done) => setTimeout(done, 50))")  # what fails to load would say so now
        assert tab.run("document.querySelectorAll('img[onerror], [onmouseover]').length") == 0
    assert tab.dialogs == []
    outside = [url for url in tab.asked if not url.startswith((site.as_uri(), "data:", "blob:", "about:"))]
    assert tab.asked and outside == []
