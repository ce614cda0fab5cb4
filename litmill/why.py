"""`litmill why <stage, document or sentence>`: what changed since the last build, or what it stands on. Nothing is run.

litmill why train                        which keys, files or inputs differ from its last run
litmill why markdown/lora.md             where it comes from, what was made of it, what would be made anew
litmill why "rank of 8"                  the sentences of the documentation that say so, with their sources
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from litmill.documents import find, keys, nearest, pages, row
from stages.core.run.errors import UserError

SENTENCES_SHOWN = 10


def main(arguments: list[str]) -> int:
    """Print the reasons. Exit code 2 where nothing of that name or wording exists."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if arguments else 2
    asked = " ".join(arguments)
    for line in answer(asked):
        print(line)
    return 0


def answer(asked: str) -> list[str]:
    """What is known of a stage, of a document or of a sentence, in this order."""
    from litmill.changes import look

    if "/" not in asked and " " not in asked:
        with look() as state:
            if asked in state.stages:
                return _stage(asked, state)
    if key := find(asked):
        return _document(key)
    if found := _sentences(asked):
        return found
    names = [*state.stages, *keys()] if "/" not in asked and " " not in asked else keys()
    raise UserError(f"no stage, document or sentence of the documentation is {asked!r}{nearest(asked, names)}")


def _stage(name: str, state: Any) -> list[str]:
    stage, before = state.stages[name], state.reached(name)
    if stage.reasons:
        return [f"{name} would run, because", *(f"  {reason}" for reason in stage.reasons)]
    if before:
        return [f"{name} would run only if the outputs change of: {', '.join(before)}"]
    return [f"{name} is up to date: {', '.join(stage.deps)} are as they were at its last run"]


def _document(key: str) -> list[str]:
    collected = row("corpus", key) or {}
    origin = {name: value for name, value in collected["origin"].items() if value}
    lines = [
        key,
        f"  collected from {', '.join(f'{name} {value}' for name, value in origin.items())}; "
        f"{collected['bytes']} bytes, {collected['media_type']}, licence {collected['licence'] or 'not stated'}",
    ]
    for table in ("elements", "quarantine", "facts", "chunks"):
        held = row(table, key)
        if held:
            made = f"quarantined: {held['reason']} ({held['detail']})" if table == "quarantine" else f"a row in {table}"
            lines.append(f"  {made}; made from fingerprint {held['fingerprint'][:12]}, content {held['digest'][:12]}")
    return lines


def _sentences(asked: str) -> list[str]:
    found = list(_blocks(asked))
    lines = [line for page, block in found[:SENTENCES_SHOWN] for line in _sources(page, block)]
    more = len(found) - SENTENCES_SHOWN
    return [*lines, f"and {more} more"] if more > 0 else lines


def _blocks(asked: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The blocks of pages that hold the words as they stand, whatever their white space and case."""
    wanted = " ".join(asked.split()).casefold()
    for page in pages(columns=["document", "title", "blocks", "citations"]):
        for block in page["blocks"]:
            text = " ".join([block["text"] or "", *(cell["text"] for cell in block["cells"])])
            if wanted in " ".join(text.split()).casefold():
                yield page, block


def _sources(page: dict[str, Any], block: dict[str, Any]) -> Iterator[str]:
    text = block["text"] or " | ".join(cell["text"] for cell in block["cells"])
    yield f"{text}"
    yield f"  on the page {page['title']} ({page['document']})"
    cited = {one["number"]: one for one in page["citations"]}
    for number in block["citations"]:
        one = cited[number]
        place = ", ".join(filter(None, [" > ".join(one["section"]), one["page"] and f"page {one['page']}"]))
        yield f"  from {one['document']}{f' ({place})' if place else ''}, characters {one['start']} to {one['end']}:"
        yield f"    {one['quote']!r}"
    for evidence in block["evidence"]:
        yield f"  counted from {evidence}"
