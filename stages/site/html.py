"""The body of a page as HTML. All text is data, and goes through stages/site/text.py."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from posixpath import dirname, relpath
from typing import Any

from stages.core.summary import pieces
from stages.core.words import Words
from stages.site.cards import cards
from stages.site.machines import paths
from stages.site.plots import bars
from stages.site.text import line, plain, words

Links = list[dict[str, str]]
Draw = Callable[[str, str], str]
HOME = "index"  # the page whose tables are shown as cards
FEW = 40  # pages of a group from which on its index has letters
LINE = 36  # letters of a title that fit on a line of an index, on a phone and in a column
MANY_DOCUMENTS = 2  # a row of more sources than this shows their numbers alone
NARROW = "\u202f"  # a space at which no line breaks
SHORT = 16  # characters of a value that no line breaks
SORTS = 2  # characters that the arrow of a column that sorts takes
WIDE = 5  # columns from which on a table is as narrow as its words allow
SORTABLE = 3  # rows from which on a table sorts
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~^:])")


def url(page: str, source: str) -> str:
    """The address of the file `page` (or page id) as seen from page `source`."""
    target = page if re.search(r"\.\w+$", page) else f"{page}.html"
    return escape(relpath(target, dirname(source) or "."))


class Body:
    """Writes the body of one page of docs/ as Markdown that consists of headings and of finished HTML."""

    def __init__(self, page: dict[str, Any], pages: set[str], groups: set[str], draw: Draw, say: Words) -> None:
        self.page = page
        self.files = set(paths(page))
        self.id: str = page["document"]
        self.pages = pages
        self.groups = groups
        self.draw = draw
        self.say = say
        self.citations = {citation["number"]: citation for citation in page["citations"]}

    def markdown(self, figures: Sequence[dict[str, str]] = (), linked: str = "") -> str:
        """The page: trail, title, blocks, figures, sources; `linked` is the same as JSON-LD."""
        headed = any(block["kind"] == "heading" for block in self.page["blocks"])
        parts = [front_matter(self.page["title"], wide=not headed, linked=linked), *self._head()]
        for kind, blocks in groupby(self.page["blocks"], key=lambda block: together(block["kind"])):
            parts += self._blocks(kind, list(blocks))
        if figures:
            parts += [heading(self.say("Figures")), *(self._figure(figure) for figure in figures)]
        if self.citations:
            sources = "".join(self._source(citation) for citation in self.citations.values())
            count = f'style="--count: {len(self.citations)}"'  # how long the list is, before anybody scrolls to it
            parts += [heading(self.say("Sources")), f'<ol class="sources" {count} data-search-exclude>{sources}</ol>']
        return "\n\n".join(parts) + "\n"

    def _head(self) -> Iterator[str]:
        group = self.page["group"]
        if group in self.groups:
            yield f'<p class="trail" data-search-exclude>{self._link(group, self.say(group.capitalize()))}</p>'
        yield f"<h1>{words(self.page['title'])}</h1>"

    def _blocks(self, kind: str, blocks: list[dict[str, Any]]) -> Iterator[str]:
        if kind == "heading":  # one of a document stands below that of its section
            yield from (heading(block["text"], 3 if block["evidence"] else 2) for block in blocks)
        elif kind == "sentence":
            yield self._sentences(blocks)
        elif kind == "summary":
            yield from (f"<p>{summarised(block, self.say, self._marks)}</p>" for block in blocks)
        elif kind == "written":
            yield f"<p>{' '.join(words(block['text']) + self._marks(block['citations']) for block in blocks)}</p>"
        elif kind == "table" and any(block["kind"] == "row" for block in blocks):
            yield self._table(blocks)
        elif kind == "table":
            return  # a head without rows: a note says why
        elif kind == "diagram":
            yield from (self.draw(self.id, block["text"]) for block in blocks)
        elif kind == "plot":
            yield from (bars(block["text"]) for block in blocks)
        else:
            yield from (f"<p>{note}</p>" for note in self._notes(blocks))

    def _notes(self, blocks: Sequence[dict[str, Any]]) -> Iterator[str]:
        """What each says, and where it was counted: of notes from the same tables the last says so, and no list."""
        for block, after in zip(blocks, [*blocks[1:], None], strict=True):
            told = not block["links"] and not (after and after["evidence"] == block["evidence"])
            yield self._linked(block["text"], block["links"]) + (counted([block], self.say) if told else "")

    def _sentences(self, blocks: list[dict[str, Any]]) -> str:
        said = [words(block["text"]) + self._marks(block["citations"]) for block in blocks]
        if self.page["group"] == "documents":
            return f"<p>{' '.join(said)}</p>"
        return '<ul class="said">' + "".join(f"<li>{one}</li>" for one in said) + "</ul>"

    def _table(self, blocks: list[dict[str, Any]]) -> str:
        rows = [block for block in blocks if block["kind"] == "row"]
        heads = [words(cell["text"]) for block in blocks if block["kind"] == "header" for cell in block["cells"]]
        if self.id == HOME:
            shown = cards(rows, heads, lambda cell: self._linked(cell["text"], cell["links"]))
            return f"<div>{shown}{counted(rows, self.say)}</div>"
        cited = [[cell for cell in row["cells"] if cell["citations"]] for row in rows]
        own = {self.citations[n]["document"] for row in rows for n in row["citations"]} == {self.page["about"]}
        column = any(cited) and not own and all(len(cells) <= 1 or _same(cells) for cells in cited)
        sorts = len(rows) >= SORTABLE
        head = " ".join(_head(cell, sorts) for cell in [*heads, *([self.say("Source")] if column else [])])
        body = "".join(self._row(row, column) for row in rows)
        wide = "".join(self._columns(heads, rows)) if len(heads) >= WIDE else ""
        table = f'<table class="sheet">{wide}<thead><tr>{head}</tr></thead> <tbody>{body}</tbody></table>'
        told = counted(rows, self.say)
        return f'<div><div class="wide">{table}</div>{told}</div>'

    def _columns(self, heads: Sequence[str], rows: Sequence[dict[str, Any]]) -> Iterator[str]:
        """The width that each column has at least: where it came with the rows, a table would move while it loads."""
        for at, head in enumerate(heads):
            cells = [row["cells"][at] for row in rows]
            longest = max(map(len, head.split()), default=0) + SORTS
            for cell in cells:
                pieces = [cell["text"]] if self._is_short(cell) else cell["text"].replace("-", "- ").split()
                mark = 1 + len(str(cell["citations"][0])) if cell["citations"] else 0
                longest = max([longest, *map(len, pieces), len(pieces[-1]) + mark if pieces else 0])
            yield f'<col style="width: calc({longest}ch + 2em)">'

    def _row(self, row: dict[str, Any], column: bool) -> str:
        """A row; its sources are in a column of their own, or behind each cell. The search wants spaces between."""
        first = row["cells"][0]["text"]
        cells = [self._said(cell) + ("" if column else self._marks(cell["citations"])) for cell in row["cells"]]
        if column:
            cells.append(self._origins(row["citations"]))
        name = "" if first.isdigit() else ' class="name"'
        return f"<tr{self._anchor(row)}><td{name}>" + "</td> <td>".join(cells) + "</td></tr> "

    def _said(self, cell: dict[str, Any]) -> str:
        """The text of a cell; a short value stays on a line: 4,096 with its unit, 1e-4 with its exponent."""
        told = self._linked(cell["text"], cell["links"])
        return f'<span class="value">{told}</span>' if self._is_short(cell) else told

    def _is_short(self, cell: dict[str, Any]) -> bool:
        breaks = " " in cell["text"] or "-" in cell["text"]
        return bool(cell["parameter"] and breaks and len(cell["text"]) <= SHORT)

    def _anchor(self, row: dict[str, Any]) -> str:
        """On a document's page the row of a section is a place that cards lead to."""
        numbers = row["citations"] if self.page["group"] == "documents" else []
        return f' id="at-{escape(self.citations[numbers[0]]["element"])}"' if len(numbers) == 1 else ""

    def _origins(self, numbers: list[int]) -> str:
        """The documents that a row stands on, with the numbers of their quotes."""
        documents: dict[str, list[int]] = {}
        for number in numbers:
            documents.setdefault(self.citations[number]["document"], []).append(number)
        if len(documents) > MANY_DOCUMENTS:
            return self.say(f"{len(documents)} documents") + self._marks(numbers)
        titles = {key: words(self.citations[held[0]]["title"]) for key, held in documents.items()}
        return "<br>".join(titles[key] + self._marks(held) for key, held in documents.items())

    def _marks(self, numbers: list[int]) -> str:
        """The numbers of sources; the first stays on the line of what it follows."""
        marks = " ".join(self._mark(self.citations[number]) for number in numbers)
        return f"{NARROW}{marks}" if marks else ""

    def _mark(self, citation: dict[str, Any]) -> str:
        number = citation["number"]
        return f'<a class="mark" href="#source-{number}" data-search-exclude>{number}</a>'

    def _source(self, citation: dict[str, Any]) -> str:
        """An item of the list of sources: the quote, and where it stands."""
        title = words(citation["title"])
        if citation["digest"] in self.pages and citation["digest"] != self.id:
            title = self._link(citation["digest"], citation["title"], citation["place"] and f"#at-{citation['place']}")
        places = [f"<code>{words(citation['origin'])}</code>"]
        if citation["section"]:
            places.append(f"{self.say('section')} {words(' > '.join(citation['section']))}")
        if citation["page"] is not None:
            places.append(f"{self.say('page')} {citation['page']}")
        number = citation["number"]
        quote = f"<q>{words(citation['quote'])}</q>"
        return f'<li id="source-{number}" value="{number}">{quote}<br><cite>{title}</cite>, {", ".join(places)}</li>'

    def _figure(self, figure: dict[str, str]) -> str:
        caption = words(figure["caption"])
        image = f'<img src="{url(figure["file"], self.id)}" alt="{caption}" loading="lazy">'
        return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"

    def _linked(self, text: str, links: Links) -> str:
        """Escaped text in which the words of `links`, in their order, lead to their pages."""
        pieces, rest = [], line(text)
        for link in links:
            before, found, after = rest.partition(line(link["text"]))
            if found and (link["page"] in self.pages or link["page"] in self.groups or link["page"] in self.files):
                pieces += [escape(before), self._link(link["page"], found)]
                rest = after
        return "".join(pieces) + escape(rest)

    def _link(self, page: str, text: str, place: str | None = None) -> str:
        """A link to a page (or to a place in it), or to the index of a group."""
        address = url(group_file(page) if page in self.groups else page, self.id) + escape(place or "")
        return f'<a href="{address}">{words(text)}</a>'


def summarised(summary: Mapping[str, Any], say: Words, marks: Callable[[list[int]], str]) -> str:
    """The sentences of a summary, with the `marks` of the sources of each piece behind it."""
    said = pieces(summary["cells"], say)
    return "".join(words(text) + marks(numbers) + escape(after) for text, numbers, after in said)


def together(kind: str) -> str:
    """Blocks of one of these kinds that follow each other make one piece of the page."""
    return "table" if kind in ("header", "row") else kind


def _head(cell: str, sorts: bool) -> str:
    """The head of a column, as a button if the table sorts: the script then moves nothing on the page."""
    return f'<th><button class="sort" type="button">{cell}</button></th>' if sorts else f"<th>{cell}</th>"


def _same(cells: Sequence[dict[str, Any]]) -> bool:
    """Whether the cells stand on the same places, but for more that bear out a name."""
    fewest = min((set(cell["citations"]) for cell in cells), key=len)
    return all(fewest <= set(cell["citations"]) for cell in cells)


def heading(text: str, level: int = 2) -> str:
    """A heading in Markdown, which makes one of level 2 an entry of the table of contents."""
    return "#" * level + " " + MARKDOWN.sub(r"\\\1", words(text))


def counted(blocks: Sequence[Mapping[str, Any]], say: Words) -> str:
    """The names of the build's outputs that blocks were counted from."""
    tables = sorted({name for block in blocks for name in block["evidence"]})
    codes = ", ".join(f"<code>{words(name)}</code>" for name in tables)
    return f' <span class="counted">{say("from")} {codes}</span>' if tables else ""


def group_file(group: str) -> str:
    """The page id of a group's index."""
    return f"{group}/index"


def front_matter(title: str, *, wide: bool = False, linked: str = "") -> str:
    """What MkDocs is to know of a page: its title (JSON is YAML), whether it has no table of contents, its JSON-LD."""
    held: dict[str, Any] = {"title": plain(title), **({"hide": ["toc"]} if wide else {})}
    held |= {"linked": linked} if linked else {}
    lines = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in held.items())
    return f"---\n{lines}---"


def group_markdown(group: str, pages: Mapping[str, str], say: Words) -> str:
    """The index of a group: its pages by title, from `pages` (page id to title)."""
    title, count = say(group.capitalize()), say(f"{len(pages)} pages.")
    parts = [front_matter(title), f"<h1>{words(title)}</h1>", f"<p>{count}</p>"]
    ordered = sorted(pages.items(), key=lambda item: (item[1].lower(), item[0]))
    for letter, found in groupby(ordered, key=lambda item: _letter(item[1]) if len(pages) > FEW else ""):
        held = list(found)
        lines = f'style="--lines: {sum(1 + len(title) // LINE for _, title in held)}"'  # before anybody scrolls to it
        items = [f'<li><a href="{url(id, group_file(group))}">{words(title)}</a></li>' for id, title in held]
        parts += [*([heading(letter)] if letter else []), f'<ul class="index" {lines}>{"".join(items)}</ul>']
    return "\n\n".join(parts) + "\n"


def _letter(title: str) -> str:
    first = line(title)[:1].upper()
    return first if first.isalpha() else "0 to 9"
