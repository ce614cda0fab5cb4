"""HTML, Markdown, model cards and arXiv records: text formats."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator

from benchmarks.truth.article import Document
from benchmarks.truth.blocks import Block, Name, Table
from benchmarks.truth.dice import SCORE, of_part

MENUS = (
    ("Home", "Models", "Blog", "About"),
    ("Start", "Documentation", "Downloads", "Contact"),
    ("Overview", "Guides", "Reference", "Community"),
    ("Research", "Publications", "People", "Jobs"),
)
FOOTERS = (
    "All rights remain with the authors.",
    "Page built by a script.",
    "Follow us for updates.",
    "Terms and privacy.",
)
STYLE = "body{font-family:serif;max-width:60em;margin:auto}table{border-collapse:collapse}td,th{padding:2px 8px}"


def inline(block: Block, escape: Callable[[str], str], around: tuple[str, str]) -> str:
    """The block's text with its names between two marks."""
    out, at = [], 0
    for name in sorted((mark for mark in block.marks if isinstance(mark, Name)), key=lambda mark: mark.start):
        out += [escape(block.text[at : name.start]), around[0], escape(name.surface), around[1]]
        at = name.end
    return "".join([*out, escape(block.text[at:])])


# HTML


def write_html(document: Document, part: str) -> tuple[bytes, list[str]]:
    """A page with a menu, a footer, and at times boxes within boxes; also its texts that belong to no block."""
    look = document.look
    menu, footer = look.pick(of_part(MENUS, part)), look.pick(of_part(FOOTERS, part))
    around = look.pick((("", ""), ("<b>", "</b>"), ("<code>", "</code>"), ("<em>", "</em>"), ("", "")))
    boxed, headed, ruled = look.chance(0.5), look.chance(0.6), look.chance(0.5)
    box = ("div", "section")[part == SCORE]
    lines = ["<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">']
    lines += [f"<title>{_text(document.title)}</title>", f"<style>{STYLE}</style>", "</head>", "<body>"]
    lines += ["<nav><ul>", *(f'<li><a href="#{item.lower()}">{item}</a></li>' for item in menu), "</ul></nav>"]
    lines += [f'<{box} class="content">'] if boxed else []
    for kind, blocks in _runs(document.blocks):
        if kind == "item":
            lines += ["<ul>", *(f"<li>{inline(block, _text, around)}</li>" for block in blocks), "</ul>"]
        else:
            lines += [_html(block, around, headed, ruled) for block in blocks]
    lines += [f"</{box}>"] if boxed else []
    lines += [f"<footer><p>{footer}</p></footer>", "</body>", "</html>", ""]
    return "\n".join(lines).encode(), [*menu, footer]


def _text(text: str) -> str:
    return html.escape(text, quote=False)


def _html(block: Block, around: tuple[str, str], headed: bool, ruled: bool) -> str:
    if block.table:
        return html_table(block.table, headed=headed, border=ruled)
    if block.type == "code":
        return f'<pre><code class="language-{block.language}">{_text(block.text)}</code></pre>'
    if block.type in ("title", "heading"):
        level = 1 + block.level
        return f"<h{level}>{inline(block, _text, around)}</h{level}>"
    if block.type == "caption":
        return f'<p class="caption">{inline(block, _text, around)}</p>'
    return f"<p>{inline(block, _text, around)}</p>"


def html_table(table: Table, *, headed: bool = True, border: bool = False) -> str:
    """The table in HTML; not `headed`: every cell is a td, as on many pages."""
    lines = ['<table border="1">' if border else "<table>"]
    for row in table.rows:
        lines.append("<tr>")
        for cell in row:
            tag = "th" if cell.header and headed else "td"
            spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
            spans += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
            lines.append(f"<{tag}{spans}>{_text(cell.text)}</{tag}>")
        lines.append("</tr>")
    return "\n".join([*lines, "</table>"])


def _runs(blocks: list[Block]) -> Iterator[tuple[str, list[Block]]]:
    """Items that follow each other together, all others alone."""
    run: list[Block] = []
    for block in blocks:
        if run and not (block.type == run[-1].type == "item"):
            yield run[-1].type, run
            run = []
        run.append(block)
    if run:
        yield run[-1].type, run


# Markdown and model cards


def write_markdown(document: Document, part: str) -> tuple[bytes, list[str]]:
    """Markdown; a block of metadata becomes the front matter of a model card. Some tables lack their outer pipes."""
    look = document.look
    around = look.pick((("", ""), ("**", "**"), ("`", "`"), ("", ""), ("*", "*")))
    bullet, broken, ragged = look.pick(("-", "*", "-")), look.chance(0.25), look.chance(0.3)
    pieces = []
    for kind, blocks in _runs(document.blocks):
        if kind == "item":
            pieces.append("\n".join(f"{bullet} {inline(block, _plain, around)}" for block in blocks))
        else:
            pieces += [_markdown(block, around, broken, ragged) for block in blocks]
    return ("\n\n".join(pieces) + "\n").encode(), []


def _plain(text: str) -> str:
    return text.replace("#", "\\#")


def _markdown(block: Block, around: tuple[str, str], broken: bool, ragged: bool) -> str:
    if block.table:
        return _pipes(block.table, broken=broken, ragged=ragged)
    if block.type == "metadata":
        return f"---\n{block.text}\n---"
    if block.type == "code":
        return f"```{block.language}\n{block.text}\n```"
    if block.type in ("title", "heading"):
        return "#" * (1 + block.level) + " " + inline(block, _plain, ("", ""))
    return inline(block, _plain, around)


def _pipes(table: Table, *, broken: bool, ragged: bool) -> str:
    """Pipes; `broken` leaves the outer ones out, `ragged` does not pad."""
    cells = [[cell.text for cell in row] for row in table.rows]
    widths = [1 if ragged else max(3, *(len(row[at]) for row in cells)) for at in range(len(cells[0]))]
    rows = [[text.ljust(width) for text, width in zip(row, widths, strict=True)] for row in cells]
    rows.insert(1, ["-" * max(3, width) for width in widths])
    first_empty = any(not row[0].strip() for row in rows)
    if broken and not first_empty:
        return "\n".join(" | ".join(row) for row in rows)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


# arXiv


def write_arxiv(document: Document, part: str) -> tuple[bytes, list[str]]:
    """An Atom feed of one record. No number of a month's records reaches 90000, so none of these exists."""
    look = document.look
    month, day = look.between(1, 12), look.between(1, 28)
    name = f"{document.year % 100:02d}{month:02d}.9{document.number % 10000:04d}"
    date = f"{document.year}-{month:02d}-{day:02d}T00:00:00Z"
    title, *rest = document.blocks
    summary = "\n\n".join(_folded(_text(block.text), look.pick((72, 80, 96))) for block in rest)
    pages = f"{look.between(6, 40)} pages, {look.between(2, 12)} figures"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f'  <title type="html">ArXiv Query: id_list={name}</title>',
        f"  <id>http://arxiv.org/api/truth-{name}</id>",
        f"  <updated>{date}</updated>",
        "  <entry>",
        f"    <id>http://arxiv.org/abs/{name}v1</id>",
        f"    <updated>{date}</updated>",
        f"    <published>{date}</published>",
        f"    <title>{_folded(_text(title.text), 60)}</title>",
        f"    <summary>{summary}\n    </summary>",
        *(f"    <author>\n      <name>{_text(person)}</name>\n    </author>" for person in document.authors),
        f'    <arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">{pages}</arxiv:comment>',
        f'    <link href="http://arxiv.org/abs/{name}v1" rel="alternate" type="text/html"/>',
        '    <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>',
        "  </entry>",
        "</feed>",
        "",
    ]
    return "\n".join(lines).encode(), [pages]


def _folded(text: str, width: int) -> str:
    """Lines of at most `width` where words allow, as the archive folds titles and abstracts."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n  ".join([*lines, line])
