"""`litmill impact <document>`: what stands on a document, and so may change with it. Nothing is run.

litmill impact markdown/lora.md
"""

from __future__ import annotations

from litmill.documents import BUILD, citing, find, keys, nearest, row
from stages.core.run.errors import UserError
from stages.core.table import shard_files, shard_name

PAGES_SHOWN = 20


def main(arguments: list[str]) -> int:
    """Print what the document gave to each table, and the pages that cite it."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    key = find(arguments[0])
    if key is None:
        raise UserError(f"no document {arguments[0]!r} in build/corpus{nearest(arguments[0], keys())}")
    for line in lines(key):
        print(line)
    return 0


def lines(key: str) -> list[str]:
    """The answer, a line each."""
    shard = shard_name(key, len(shard_files(BUILD / "corpus")))
    pages = list(citing(key))
    shown = [f"    {one.citations:>4} x  {one.title}  ({one.page})" for one in pages[:PAGES_SHOWN]]
    more = [f"    and {len(pages) - PAGES_SHOWN} more"] if len(pages) > PAGES_SHOWN else []
    return [
        f"{key}",
        f"  one row, in shard {shard} of each table: {_given(key)}",
        f"  cited {sum(one.citations for one in pages)} times on {len(pages)} pages"
        + (", which are written anew where what they cite changes:" if pages else ""),
        *shown,
        *more,
        "  when its elements change: organize and what follows run; when they stay the same, nothing after parse does",
    ]


def _given(key: str) -> str:
    facts, elements, chunks = row("facts", key), row("elements", key, ["elements"]), row("chunks", key, ["chunks"])
    if quarantined := row("quarantine", key):
        return f"quarantined ({quarantined['reason']})"
    counts = {
        "elements": len(elements["elements"]) if elements else 0,
        "mentions": len(facts["mentions"]) if facts else 0,
        "parameters": len(facts["parameters"]) if facts else 0,
        "relations": len(facts["relations"]) if facts else 0,
        "chunks in the index": len(chunks["chunks"]) if chunks else 0,
    }
    return ", ".join(f"{number} {name}" for name, number in counts.items())
