"""Questions that ask for no parameter and no relation: answered from the passages that the search finds, each cited."""

from __future__ import annotations

import csv
import json
import re
import shutil
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

from litmill.ask.answer import USES
from litmill.ask.known import read_known
from litmill.ask.question import understand
from litmill.documents import BUILD
from stages.core.question import explains
from stages.core.run.errors import UserError

if TYPE_CHECKING:
    from serve import Answered

SENTENCE = re.compile(r"\A\s*(?:how|why|what|which|who|whom|whose|when|where|explain|describe|does|is|are|can)\b", re.I)
SOURCE = ("sentence", "document", "section", "page", "quote", "link")
PASSAGE = ("score", "document", "section", "page", "text", "link")


def asks_freely(text: str) -> bool:
    """Whether a question is one for the documents: in words of a sentence, and for no value that knowledge/ lists."""
    if not (BUILD / "search.json").exists() or not SENTENCE.match(text):
        return False
    if explains(text):
        return True
    try:
        question = understand(text, read_known())
    except UserError:
        return True
    models = bool(question.subjects)
    return not ((models and (question.parameters or question.others)) or (question.others and USES.search(text)))


def free(text: str, form: str, out: TextIO) -> int:
    """Answer from the documents. Exit code 1 where they do not say."""
    from serve import open_service

    with open_service(BUILD) as service:
        found = service.answer(text)
    if form == "json":
        print(json.dumps(asdict(found), indent=1, ensure_ascii=False), file=out)
    elif form == "csv":
        _table([asdict(one) for one in found.sources], SOURCE, out)
    else:
        _answer(found, out)
    return 0 if found.said else 1


def passages(text: str, form: str, out: TextIO) -> int:
    """Show what a search finds. Exit code 1 where it finds nothing."""
    from serve import open_service

    with open_service(BUILD) as service:
        found = service.search(text)
    if form == "json":
        print(json.dumps([asdict(one) for one in found], indent=1, ensure_ascii=False), file=out)
    elif form == "csv":
        _table([asdict(one) for one in found], PASSAGE, out)
    else:
        for one in found:
            print(f"{one.score:.2f}  {_place(one.document, one.section, one.page, one.link)}", file=out)
            print(textwrap.shorten(one.text, _width(), initial_indent="      ", placeholder=" …"), file=out)
    return 0 if found else 1


def _answer(found: Answered, out: TextIO) -> None:
    print(textwrap.fill(found.text, _width()), file=out)
    for number, one in enumerate(found.sources, 1):
        print(f"  [{number}] {_place(one.document, one.section, one.page, one.link)}", file=out)
        if " ".join(one.quote.split()) != one.sentence:
            print(f"      “{textwrap.shorten(one.quote, _width() - 8, placeholder='…')}”", file=out)


def _place(document: str, section: list[str], page: int | None, link: str | None) -> str:
    return ", ".join(filter(None, [document, " > ".join(section), f"page {page}" if page else "", link]))


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...], out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([" > ".join(row[name]) if isinstance(row[name], list) else row[name] for name in columns])


def _width() -> int:
    return max(60, shutil.get_terminal_size((120, 24)).columns)
