"""A page as a chapter of an EPUB: XHTML in which all text is data, its citations as endnotes that lead back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from posixpath import dirname, relpath
from typing import Any

from stages.core.words import Words
from stages.site.diagrams import file_name
from stages.site.html import counted, summarised, together
from stages.site.plots import bars
from stages.site.text import line, words

Page = Mapping[str, Any]
Links = Sequence[Mapping[str, str]]


def file_of(page: str) -> str:
    """The file of a page in the book."""
    return f"{page}.xhtml"


def document(title: str, body: str, file: str, say: Words) -> str:
    """A whole XHTML file."""
    style = relpath("style.css", dirname(file) or ".")
    return f"""\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{say.language}" \
xml:lang="{say.language}">
<head><title>{words(title)}</title><link rel="stylesheet" type="text/css" href="{style}"/></head>
<body>
{body}
</body>
</html>
"""


class Chapter:
    """Writes one page. `pictures` and `draws` say, once it is written, which files it shows and whether it has SVG."""

    def __init__(self, page: Page, pages: Sequence[Page], figures: Sequence[Mapping[str, str]], say: Words) -> None:
        self.page, self._figures, self._say = page, figures, say
        self.pictures: list[str] = []
        self.draws = any(block["kind"] == "plot" for block in page["blocks"])
        self._file = file_of(page["document"])
        self._held = {other["document"] for other in pages}
        self._cited: set[int] = set()  # numbers that have a place to lead back to

    def xhtml(self) -> str:
        """The file's text."""
        parts = [f"<h1>{words(self.page['title'])}</h1>"]
        for kind, blocks in groupby(self.page["blocks"], key=lambda block: together(block["kind"])):
            parts += self._blocks(kind, list(blocks))
        parts += [self._picture(one["file"], one["caption"]) for one in self._figures]
        if self.page["citations"]:
            notes = "\n".join(self._note(one) for one in self.page["citations"])
            head = f"<h2>{words(self._say('Sources'))}</h2>"
            parts.append(f'<section epub:type="endnotes" class="notes">{head}<ol>\n{notes}\n</ol></section>')
        body = "\n".join(['<section epub:type="chapter" role="doc-chapter">', *parts, "</section>"])
        return document(self.page["title"], body, self._file, self._say)

    def _blocks(self, kind: str, blocks: Sequence[Page]) -> Iterator[str]:
        if kind == "heading":
            yield from (f"<h2>{words(block['text'])}</h2>" for block in blocks)
        elif kind == "table":
            yield self._table(blocks)
        elif kind == "diagram":
            yield from (self._picture(file_name(block["text"], "light"), "") for block in blocks)
        elif kind == "plot":
            yield from (bars(block["text"]) for block in blocks)
        elif kind == "summary":
            yield from (f"<p>{summarised(block, self._say, self._marks)}</p>" for block in blocks)
        else:
            for block in blocks:
                told = self._linked(block["text"], block["links"]) + self._marks(block["citations"])
                yield f"<p>{told}{counted([block], self._say)}</p>"

    def _table(self, blocks: Sequence[Page]) -> str:
        rows = [block for block in blocks if block["kind"] == "row"]
        if not rows:
            return ""
        heads = [words(cell["text"]) for block in blocks if block["kind"] == "header" for cell in block["cells"]]
        head = f"<thead><tr>{''.join(f'<th>{one}</th>' for one in heads)}</tr></thead>" if heads else ""
        body = "\n".join(f"<tr>{''.join(self._cell(cell) for cell in row['cells'])}</tr>" for row in rows)
        return f"<table>{head}<tbody>\n{body}\n</tbody></table>{counted(rows, self._say)}"

    def _cell(self, cell: Page) -> str:
        return f"<td>{self._linked(cell['text'], cell['links'])}{self._marks(cell['citations'])}</td>"

    def _picture(self, file: str, caption: str) -> str:
        self.pictures.append(file)
        told = f"<figcaption>{words(caption)}</figcaption>" if caption else ""
        return f'<figure><img src="{self._to(file)}" alt="{words(caption or self._say("Diagram"))}"/>{told}</figure>'

    def _marks(self, numbers: Sequence[int]) -> str:
        return "".join(self._mark(number) for number in numbers)

    def _mark(self, number: int) -> str:
        """The number of a source, which leads to its note; the note leads back to the first."""
        place = "" if number in self._cited else f' id="cited-{number}"'
        self._cited.add(number)
        note = f'href="#source-{number}" epub:type="noteref" role="doc-noteref"'
        return f'<a class="mark" {note}{place}>{number}</a>'

    def _note(self, one: Page) -> str:
        places = [words(one["title"]), f"<code>{words(one['origin'])}</code>"]
        if one["section"]:
            places.append(f"{words(self._say('section'))} {words(' > '.join(one['section']))}")
        if one["page"] is not None:
            places.append(f"{words(self._say('page'))} {one['page']}")
        back = f'<a href="#cited-{one["number"]}" role="doc-backlink">↩</a>' if one["number"] in self._cited else ""
        quote = f"“{words(one['quote'])}”"
        return f'<li id="source-{one["number"]}" value="{one["number"]}">{quote} {", ".join(places)} {back}</li>'

    def _linked(self, text: str, links: Links) -> str:
        """Escaped text, in which the words of `links` lead to those pages that are in the book."""
        pieces, rest = [], line(text)
        for link in links:
            before, found, after = rest.partition(line(link["text"]))
            if found and link["page"] in self._held:
                pieces += [escape(before), f'<a href="{self._to(file_of(link["page"]))}">{escape(found)}</a>']
                rest = after
        return "".join(pieces) + escape(rest)

    def _to(self, file: str) -> str:
        return words(relpath(file, dirname(self._file) or "."))
