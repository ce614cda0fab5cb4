"""One function a kind of document: raw bytes in, pieces out, with the title and licence that the document states."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING

from stages.parse import Parser, library
from stages.parse.elements import Piece
from stages.parse.outline import outline, with_outline
from stages.parse.pieces import by_layout, by_markup, prose
from stages.parse.refused import Refused
from stages.parse.titles import html_title, pdf_title

if TYPE_CHECKING:
    from pypdf import PdfReader

ANCHOR = re.compile(r"^(#{1,6}[ \t][^\n]*?)[ \t]*(?:\[\[[\w.:-]+\]\]|\{#[\w.:-]+\})[ \t]*$", re.MULTILINE)
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]+)", re.IGNORECASE)
DEEPEST = 100  # levels of front matter
READS_PICTURES = "`parser: ocr`"
OUTLINED = 0.7  # of an outline's entries are found in the text: it is its own
XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


@dataclass(frozen=True)
class Parsed:
    """What a document holds. Without a title of its own, its first heading is taken."""

    pieces: list[Piece]
    title: str | None = None
    licence: str | None = None
    scanned: frozenset[int] = frozenset()
    """Pages that were read by OCR: their pictures are the pages themselves."""


def parse_pdf(raw: bytes, parser: Parser) -> Parsed:
    """By the parser's strategy; if a page wants OCR, by the rules of `structured`."""
    reader = _opened(raw)
    if parser.strategy == "hi_res":
        pieces = library.hi_res(raw, parser)
        return Parsed(pieces, pdf_title(reader, pieces))
    if parser.ocr != "never":
        pieces, scanned = library.scan(raw, parser)
        if scanned or parser.strategy == "structured":
            return replace(_levelled(reader, pieces), scanned=scanned)
    return _structured(raw, reader) if parser.strategy == "structured" else _fast(raw, reader)


def _fast(raw: bytes, reader: PdfReader) -> Parsed:
    """Headings are told from what stands around them, or from the PDF's outline."""
    pieces = by_layout(library.pdf(raw))
    title = pdf_title(reader, pieces)
    headings = outline(reader)
    return Parsed(list(with_outline(pieces, headings)) if headings else pieces, title)


def _structured(raw: bytes, reader: PdfReader) -> Parsed:
    return _levelled(reader, library.structured(raw))


def _levelled(reader: PdfReader, pieces: list[Piece]) -> Parsed:
    """An outline that is found in the text tells the levels of headings better than type."""
    headings = outline(reader)
    outlined = list(with_outline(pieces, headings)) if headings else []
    titles = [piece for piece in outlined if piece.type == "Title"]
    if len(titles) >= OUTLINED * max(1, len(headings)):
        first = next((piece for piece in pieces if piece.depth == 0 and piece.page == 1), None)
        pieces = [_below(piece, first) for piece in outlined]
    return Parsed(pieces, pdf_title(reader, pieces))


def _below(piece: Piece, title: Piece | None) -> Piece:
    """The document's title stands above what its outline names."""
    if title and piece.page == 1 and piece.text == title.text:
        return title
    return piece if piece.depth is None else replace(piece, depth=piece.depth + 1)


def _opened(raw: bytes) -> PdfReader:
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(BytesIO(raw))
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise Refused("encrypted PDF", "it opens with a password only")
    return reader


def parse_picture(raw: bytes, parser: Parser) -> Parsed:
    """A picture by OCR; by `hi_res` if that is the strategy."""
    if parser.strategy == "hi_res":
        return Parsed(library.hi_res_picture(raw, parser))
    if parser.ocr == "never":
        raise Refused("picture", f"a picture is no text; {READS_PICTURES} reads what is written in it")
    return Parsed(library.picture(raw, parser))


def parse_docx(raw: bytes, media_type: str) -> Parsed:
    return Parsed(by_markup(library.docx(raw)))


def parse_html(raw: bytes, media_type: str) -> Parsed:
    text = XML_DECLARATION.sub("", decode(raw))
    pieces = by_markup(library.html(text))
    return Parsed(pieces, html_title(text, pieces))


def parse_markdown(raw: bytes, media_type: str) -> Parsed:
    text = decode(raw)
    if media_type == "text/plain":
        return Parsed(prose(library.plain(text)))
    return Parsed(_markdown(text))


def _markdown(text: str) -> list[Piece]:
    """Pieces of Markdown without the addresses that some sites write behind headings: `Use[[use]]`, `{#use}`."""
    return by_markup(library.markdown(ANCHOR.sub(r"\1", text)))


def parse_card(raw: bytes, media_type: str) -> Parsed:
    """A model card: its YAML front matter as one element, the rest as Markdown."""
    text = decode(raw).replace("\r\n", "\n")
    front = FRONT_MATTER.match(text)
    if front is None:
        return parse_markdown(raw, media_type)
    pieces = [Piece("FrontMatter", front[1]), *_markdown(text[front.end() :])]
    return Parsed(pieces, licence=_licence(front[1]))


def parse_arxiv(raw: bytes, media_type: str) -> Parsed:
    from stages.parse.arxiv import records

    pieces, title = [], None
    for record in records(raw):
        title = title or record.title
        abstract = prose(library.plain(record.abstract))
        pieces += [Piece("Title", record.title, depth=0), Piece("FrontMatter", record.facts), *abstract]
    return Parsed(pieces, title)


def parse_config(raw: bytes, media_type: str) -> Parsed:
    from stages.parse.configuration import read_source

    source = read_source(decode(raw))
    if not source.classes:
        raise Refused("no configuration", "no class whose name ends in Config has a field with a default")
    pieces = [Piece("Title", source.heading, depth=0)] if source.heading else []
    for held in source.classes:
        pieces.append(Piece("Title", held.name, depth=1))
        pieces += prose(library.plain(held.prose))
        pieces.append(Piece("ConfigClass", held.fields))
    return Parsed(pieces, source.title)


def parse_json(raw: bytes, media_type: str) -> Parsed:
    """A model's config.json: its fields as one element, like the front matter of a card."""
    from stages.parse.configuration import read_json

    name, fields = read_json(decode(raw))
    titles = [Piece("Title", name, depth=0)] if name else []
    return Parsed([*titles, Piece("FrontMatter", fields)], name)


def parse_rst(raw: bytes, media_type: str) -> Parsed:
    from stages.parse.rst import pieces

    return Parsed(pieces(decode(raw)))


def parse_latex(raw: bytes, media_type: str) -> Parsed:
    from stages.parse.latex import pieces

    return Parsed(list(pieces(decode(raw))))


FORMATS: dict[str, Callable[[bytes, str], Parsed]] = {
    "docx": parse_docx,
    "html": parse_html,
    "markdown": parse_markdown,
    "card": parse_card,
    "arxiv": parse_arxiv,
    "config": parse_config,
    "json": parse_json,
    "latex": parse_latex,
    "rst": parse_rst,
}
PAGES: dict[str, Callable[[bytes, Parser], Parsed]] = {"pdf": parse_pdf, "picture": parse_picture}
"""Kinds that have pages, which the parser's options say how to read."""


def parse(kind: str, raw: bytes, media_type: str, parser: Parser) -> Parsed:
    """What a document of this kind holds."""
    return PAGES[kind](raw, parser) if kind in PAGES else FORMATS[kind](raw, media_type)


def decode(raw: bytes) -> str:
    """Text of a document: by its byte order mark, as UTF-8, by the charset it states, else as Windows-1252."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    stated = CHARSET.search(raw[:2048])
    for charset in ("utf-8-sig", stated[1].decode() if stated else "utf-8"):
        try:
            return raw.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("cp1252", "replace")


def _nests_too_deep(events: Iterable[object]) -> bool:
    """Whether a YAML text nests too deep for its C loader, which calls itself and would end the process."""
    from yaml import CollectionEndEvent, CollectionStartEvent

    depth = 0
    for event in events:
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            return True
    return False


def _licence(front_matter: str) -> str | None:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if _nests_too_deep(yaml.parse(front_matter, Loader=loader)):
            return None
        held = yaml.load(front_matter, Loader=loader)
    except (yaml.YAMLError, ValueError):
        return None
    stated = held.get("license") if isinstance(held, dict) else None
    return stated if isinstance(stated, str) else None
