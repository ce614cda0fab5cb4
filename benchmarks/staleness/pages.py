"""What became of the pages between two builds: written anew or kept, and whether that is as it should be."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from litmill.verify.pages import verify
from stages.core.table import read

Page = Mapping[str, Any]
Place = tuple[str, int, int, str]


def problems(before: Path, after: Path, *, harmless: bool) -> tuple[list[str], int]:
    """What is not exact about the pages of `after`, and how many of them were written anew."""
    old, new = list(read(before / "docs")), list(read(after / "docs"))
    anew = _not_in(new, old, lambda page: str(page["basis"]))
    other = _not_in(new, old, _shown(before, after))
    found = [f"{name}: shows something else and is kept" for name in sorted(other - anew)]
    found += [f"{name}: written anew and shows the same" for name in sorted(anew - other)]
    lost, fresh = _elements(before) - _elements(after), _elements(after) - _elements(before)
    former = {page["document"]: page for page in old}
    for page in new:
        then = former.get(page["document"])
        stale = then is not None and any(one["element"] in lost for one in then["citations"])
        if stale and page["document"] not in anew:
            found.append(f"{page['document']}: cited what is gone and is kept")
        if page["document"] in anew and not _reason(page, then, lost, fresh):
            found.append(f"{page['document']}: written anew for no reason")
    if harmless and anew:
        found.append(f"{len(anew)} pages written anew by edits that change nothing")
    return found, len(anew)


def faults(build: Path) -> list[str]:
    """What `litmill verify` finds."""
    return [f"{fault.page}: {fault.reason}" for fault in verify(build).faults]


def _not_in(pages: Iterable[Page], others: Iterable[Page], key: Any) -> set[str]:
    """The pages whose key none of the others has."""
    have = Counter(key(page) for page in others)
    return {page["document"] for page in pages if not have[key(page)]}


def _shown(*builds: Path) -> Any:
    """What a page shows its reader, and in what surroundings its quotes stand, but for where documents lie."""
    places = {row["document"] for build in builds for name in ("elements", "quarantine") for row in read(build / name)}

    def shown(page: Page) -> str:
        names = ("number", "quote", "element", "title", "section", "page")  # an element's id is the hash of its text
        cited = [[one[name] for name in names] for one in page["citations"]]
        blocks = []
        for block in page["blocks"]:
            texts = [block["text"], *(cell["text"] for cell in block["cells"])]
            marks = [block["citations"], *(cell["citations"] for cell in block["cells"])]
            links = [link for part in (block, *block["cells"]) for link in part["links"]]
            leading = [(link["text"], re.sub(r"^documents/.*", "documents", link["page"])) for link in links]
            blocks.append((block["kind"], [text for text in texts if text not in places], marks, leading))
        files = [(file["path"], [(one["key"], one["value"]) for one in file["entries"]]) for file in page["files"]]
        return json.dumps([page["title"], page["group"], blocks, cited, files], ensure_ascii=False)

    return shown


def _elements(build: Path) -> set[str]:
    return {element["id"] for row in read(build / "elements") for element in row["elements"]}


def _reason(page: Page, then: Page | None, lost: set[str], fresh: set[str]) -> bool:
    """Whether a page is new, cites what changed, or cited what is gone, or tells of the build."""
    cited = {one["element"] for one in page["citations"]} | {one["element"] for one in (then or page)["citations"]}
    return then is None or bool(cited & (lost | fresh)) or any(block["evidence"] for block in page["blocks"])
