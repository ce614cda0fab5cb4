"""Build the site: pages as Markdown into a scratch folder, MkDocs over them, then away with what no page asks for."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stages.core.figures import figure_file
from stages.core.run.progress import track
from stages.core.table import read
from stages.core.words import Words
from stages.site import Site
from stages.site.book import write_books
from stages.site.diagrams import Diagrams
from stages.site.finding import SEARCH
from stages.site.html import Body, group_file, group_markdown
from stages.site.machines import linked_data, write_for_machines
from stages.site.scheme import PARTIALS, palette
from stages.site.script import SCRIPT
from stages.site.theme import STYLE, TEMPLATE

FIRST = (
    "index",
    "comparison",
    "compatibility",
    "lineage",
    "tree",
    "paths",
)  # of the navigation; then the groups, in this order; then LAST
ORDER = (
    "families",
    "models",
    "parameters",
    "components",
    "approaches",
    "datasets",
    "metrics",
    "libraries",
    "hardware",
    "tasks",
    "documents",
)
LAST = ("coverage", "changes")
Images = dict[str, list[dict[str, str]]]  # by document: the file and caption of each figure
UNUSED = ("*.map", "lunr", "sitemap.xml", "sitemap.xml.gz", "404.html")
FEATURES = ["content.tooltips", "navigation.top", "search.highlight", "search.suggest", "toc.follow"]


def build_site(config: Site, words: Words, docs: Path, figures: Path, site: Path) -> dict[str, Any]:
    """Build the folder `site` from the tables `docs` and `figures`. Returns the metrics."""
    pages = sorted(read(docs), key=lambda page: page["document"])
    with tempfile.TemporaryDirectory() as scratch:
        source, theme = Path(scratch, "docs"), Path(scratch, "theme")
        images = write_sources(pages, words, figures, source)
        for name, text in {"main.html": TEMPLATE, **PARTIALS}.items():
            _write(theme / name, text)
        _mkdocs(settings(config, words, pages, source, theme, site))
    trim(site)
    write_for_machines(config.name, pages, _groups(pages), site)
    write_books(config, pages, images, words, site)
    files = [path for path in site.rglob("*") if path.is_file()]
    html = sum(path.suffix == ".html" for path in files)
    assert html == len(pages) + len(_groups(pages)), "MkDocs wrote another number of pages"
    return {
        "pages": html,
        "files": len(files),
        "figures": sum(map(len, images.values())),
        "bytes": sum(path.stat().st_size for path in files),
    }


def write_sources(pages: list[dict[str, Any]], words: Words, figures: Path, source: Path) -> Images:
    """Write what MkDocs reads: a file a page, an index a group, style, images. Returns the figures by document."""
    by_document = {page["about"]: page["document"] for page in pages if page["group"] == "documents"}
    images = _images(figures, by_document, source)
    diagrams = Diagrams(source, words)
    groups = _groups(pages)
    ids = {page["document"] for page in pages}
    for page in track(pages, total=len(pages), what="site", unit="pages"):
        body = Body(page, ids, set(groups), diagrams.draw, words)
        _write(source / f"{page['document']}.md", body.markdown(images.get(page["about"], []), linked_data(page)))
    for group, held in groups.items():
        _write(source / f"{group_file(group)}.md", group_markdown(group, held, words))
    diagrams.write()
    _write(source / "assets/litmill.css", STYLE)
    _write(source / "assets/search.js", SEARCH)
    _write(source / "assets/litmill.js", SCRIPT)
    return images


def _groups(pages: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """The groups that have an index: page id to title, by group, in the order of the navigation."""
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for page in pages:
        if "/" in page["document"]:
            groups[page["group"]][page["document"]] = page["title"]
    return {group: groups[group] for group in (*ORDER, *sorted(groups.keys() - set(ORDER))) if group in groups}


def _images(figures: Path, by_document: Mapping[str, str], source: Path) -> Images:
    """Write the figures of the documents that have a page; by document, their files and captions."""
    found: Images = defaultdict(list)
    for row in read(figures):
        for figure in row["figures"] if row["document"] in by_document else ():
            if file := figure_file(figure["id"], figure["media_type"]):
                (source / file).parent.mkdir(parents=True, exist_ok=True)
                (source / file).write_bytes(figure["data"])
                found[row["document"]].append({"file": file, "caption": figure["caption"] or ""})
    return found


def settings(
    config: Site, words: Words, pages: list[dict[str, Any]], source: Path, theme: Path, site: Path
) -> dict[str, Any]:
    """The settings of MkDocs."""
    ids = {page["document"] for page in pages}
    groups = [{words(group.capitalize()): f"{group_file(group)}.md"} for group in _groups(pages)]
    first, last = ([f"{page}.md" for page in names if page in ids] for names in (FIRST, LAST))
    return {
        "site_name": config.name,
        "docs_dir": str(source.resolve()),
        "site_dir": str(site.resolve()),
        "use_directory_urls": False,
        "theme": {
            "name": "material",
            "language": words.language,
            "custom_dir": str(theme.resolve()),
            "font": False,
            "palette": palette(config.colour, words),
            "features": FEATURES,
        },
        "plugins": [{"material/search": {"lang": "en"}}, "material/offline"],
        "markdown_extensions": [{"toc": {"toc_depth": "2-2"}}],
        "extra": {"generator": False, "polyfills": ["assets/search.js?iframe-worker"]},
        "extra_css": ["assets/litmill.css"],
        "extra_javascript": ["assets/litmill.js"],
        "nav": [*first, *groups, *last],
        "not_in_nav": "*",
        "validation": {"links": {"absolute_links": "ignore", "not_found": "ignore", "unrecognized_links": "ignore"}},
    }


def _mkdocs(held: dict[str, Any]) -> None:
    from mkdocs.commands.build import build
    from mkdocs.config.defaults import MkDocsConfig

    os.environ["SOURCE_DATE_EPOCH"] = "0"
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    config = MkDocsConfig(config_file_path=f"{held['docs_dir']}/../mkdocs.yml")
    config.load_dict(held)
    errors, warnings = config.validate()
    assert not errors and not warnings, (errors, warnings)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    config.plugins.on_shutdown()


def trim(site: Path) -> None:
    """Remove what a page never asks for: source maps, languages of the search, the site map."""
    for pattern in UNUSED:
        for path in sorted(site.rglob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
