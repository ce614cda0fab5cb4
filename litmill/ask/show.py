"""Answers as text for people, as JSON and CSV for programs."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import asdict
from itertools import groupby
from typing import Any, TextIO

from litmill.ask.answer import Answer, Said, Source
from litmill.ask.known import place

SOURCES_SHOWN = 3
COLUMNS = ("subject", "name", "value", "unit", "detail", "disputed", "rank", "document", "section", "page", "quote")


def show(found: Answer, form: str, out: TextIO) -> None:
    """Write an answer in `form`: text, json or csv."""
    if form == "json":
        records = [{**asdict(said), "sources": list(map(_record, said.sources))} for said in found.said]
        print(json.dumps({**asdict(found), "said": records}, indent=1, ensure_ascii=False), file=out)
    elif form == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for said in found.said:
            for source in said.sources:
                where = place(source.document, source.element)
                own = [source.document, " > ".join(where.section), where.page, source.quote]
                value = [said.value, said.unit, said.detail, said.disputed, said.rank]
                writer.writerow([said.subject, said.name, *value, *own])
    else:
        _text(found, out)


def _text(found: Answer, out: TextIO) -> None:
    width = max(60, shutil.get_terminal_size((120, 24)).columns)
    for (subject, name), group in groupby(found.said, key=lambda said: (said.subject, said.name)):
        values = list(group)
        disputed = sum(said.disputed for said in values)
        note = f"   ({disputed} values disagree)" if disputed else ""
        print(f"{subject} · {name}{note}", file=out)
        for said in values:
            _value(said, width, out)
    for text in found.unsaid:
        print(f"The corpus does not say {text}.", file=out)
    if found.see:
        print(f"It has: {', '.join(dict.fromkeys(found.see))}.", file=out)


def _value(said: Said, width: int, out: TextIO) -> None:
    print("  " + f"{said.value} {said.unit}".rstrip() + (f" ({said.detail})" if said.detail else ""), file=out)
    for source in said.sources[:SOURCES_SHOWN]:
        print(f"    {_place(source)}", file=out)
        quote = " ".join(source.quote.split())
        print(f"      “{quote if len(quote) <= width - 8 else quote[: width - 9] + '…'}”", file=out)
    if len(said.sources) > SOURCES_SHOWN:
        print(f"    and {len(said.sources) - SOURCES_SHOWN} more", file=out)


def _place(source: Source) -> str:
    where = place(source.document, source.element)
    return ", ".join(
        filter(None, [source.document, " > ".join(where.section), f"page {where.page}" if where.page else ""])
    )


def _record(source: Source) -> dict[str, Any]:
    return {**asdict(source), **place(source.document, source.element)._asdict()}
