"""Faults planted in built pages: does `litmill verify` find them, and does it stay silent on pages as they are?

    python -m benchmarks.faults [faults: 1000] [seed: 1] [--documents 300 | --build build]

The pages are those of generated documents (benchmarks/truth, part `score`), built up to synthesize, or of a build that
is there. One fault at a time, of four kinds in turn, in a claim (a sentence or a row) drawn by chance: the span moved
to another place of its element, half of the times with quote and hash that fit it; one digit of a sentence or cell
changed, also in what the build counts of itself; a citation led to the source of another claim of the page that says
something else; a cited document taken out of the build. A fault is caught if the verifier has anything against its
page; alarms are faults found on all pages as they were. The last line is JSON.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.truth.corpus import DOCUMENTS, write_corpus
from litmill.verify.evidence import Evidence, gather
from litmill.verify.pages import faults_of, verify
from stages.core.table import read
from tests.pipeline.project import Project, copy_of_the_project

Page = dict[str, Any]
Planted = tuple[Page, Evidence] | None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description="Planted faults and the verifier.")
    parser.add_argument("faults", nargs="?", type=int, default=1000)
    parser.add_argument("seed", nargs="?", type=int, default=1)
    parser.add_argument("--documents", type=int, default=300, help="generated documents")
    parser.add_argument("--build", type=Path, help="a build that is there, in place of generated documents")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        build = options.build or built(Path(folder), options.documents, options.seed).path / "build"
        print(json.dumps(measure(build, options.faults, options.seed)))


def built(folder: Path, documents: int, seed: int) -> Project:
    """A project in `folder` whose generated documents are built up to synthesize."""
    write_corpus(folder / "generated", documents=documents, seed=seed, part="score")
    project = copy_of_the_project(folder / "project", LITMILL_CACHE=f"{folder}/cache")
    project.params(documents=str(folder / "generated" / DOCUMENTS), corpus="folder")
    project.repro("synthesize")
    return project


def measure(build: Path, faults: int, seed: int) -> dict[str, Any]:
    """Faults planted and caught by kind, and alarms on the pages as they are."""
    report = verify(build)
    pages = list(read(build / "docs"))
    evidence = gather(build, pages)
    draw = random.Random(seed)
    planted, caught, missed = Counter[str](), Counter[str](), []
    kinds = list(KINDS)
    while planted.total() < faults:
        kind = kinds[planted.total() % len(kinds)]
        page = copy.deepcopy(draw.choice(pages))
        fault = KINDS[kind](page, evidence, draw)
        if fault is None:
            continue
        planted[kind] += 1
        if any(faults_of(*fault)) or _counted(fault[0], pages):
            caught[kind] += 1
        else:
            missed.append(f"{kind} on {page['document']}: {_change(page, pages)}")
    print("\n".join(missed))
    clean = {**report.counts, "alarms": len(report.faults)}
    return {"planted": planted, "caught": caught, "share": round(caught.total() / planted.total(), 4), "clean": clean}


def _counted(page: Page, pages: list[Page]) -> bool:
    """Whether a block that counts the build differs: `verify` counts anew what `pages` were made from."""
    sound = next(one for one in pages if one["document"] == page["document"])
    return any(block["evidence"] and block not in sound["blocks"] for block in page["blocks"])


def _change(page: Page, pages: list[Page]) -> str:
    """The first block that a fault altered, with the quotes that it cites now."""
    sound = next(one for one in pages if one["document"] == page["document"])
    altered = next((b for a, b in zip(sound["blocks"], page["blocks"], strict=True) if a != b), page["blocks"][0])
    quotes = [one["quote"] for one in page["citations"] if one["number"] in altered["citations"]]
    return json.dumps([altered["text"], [cell["text"] for cell in altered["cells"]], quotes])


def wrong_span(page: Page, evidence: Evidence, draw: random.Random) -> Planted:
    """Another span of the same length in the same element, that shares no character with the right one."""
    cited = _one(page["citations"], draw)
    if not cited:
        return None
    text = evidence.texts[cited["document"], cited["element"]]
    length = cited["end"] - cited["start"]
    starts = [at for at in range(len(text) - length) if at + length <= cited["start"] or at >= cited["end"]]
    start = draw.choice(starts) if starts else None
    if start is None or text[start : start + length] == cited["quote"]:
        return None
    cited |= {"start": start, "end": start + length}
    if draw.random() < 0.5:
        quote = text[start : start + length]
        cited |= {"quote": quote, "sha256": hashlib.sha256(quote.encode()).hexdigest()}
    return page, evidence


def changed_digit(page: Page, evidence: Evidence, draw: random.Random) -> Planted:
    """One digit of a sentence, or of a cell, is another one."""
    blocks = [block for block in page["blocks"] if block["kind"] in ("sentence", "summary", "row")]
    held = [part for block in blocks for part in ([block] if block["kind"] == "sentence" else block["cells"])]
    part = _one([one for one in held if any(character.isdecimal() for character in one["text"])], draw)
    if not part:
        return None
    at = draw.choice([place for place, character in enumerate(part["text"]) if character.isdecimal()])
    other = draw.choice([digit for digit in "0123456789" if digit != part["text"][at]])
    part["text"] = part["text"][:at] + other + part["text"][at + 1 :]
    return page, evidence


def swapped_source(page: Page, evidence: Evidence, draw: random.Random) -> Planted:
    """A claim cites the source of another claim of the page, one with other words, in place of its own."""
    claims = [part for block in page["blocks"] for part in (block, *block["cells"]) if part["citations"]]
    parts = [part for part in claims if "kind" not in part or part["kind"] == "sentence"]
    part = _one(parts, draw)
    quotes = {one["number"]: one["quote"] for one in page["citations"]}
    own = {quotes[number] for number in part["citations"]} if part else set()
    others = [
        other["citations"]
        for other in parts
        if part and other["text"] != part["text"] and not own & {quotes[number] for number in other["citations"]}
    ]
    if not part or not others:
        return None
    before, after = part["citations"], draw.choice(others)
    part["citations"] = after
    for block in page["blocks"]:
        if any(cell is part for cell in block["cells"]):
            block["citations"] = sorted({number for cell in block["cells"] for number in cell["citations"]})
    return None if before == after else (page, evidence)


def deleted_document(page: Page, evidence: Evidence, draw: random.Random) -> Planted:
    """A document that the page cites is in no table any more."""
    cited = _one(page["citations"], draw)
    if not cited:
        return None
    gone = cited["document"]
    texts = {place: text for place, text in evidence.texts.items() if place[0] != gone}
    facts = {place: held for place, held in evidence.facts.items() if place[0] != gone}
    return page, replace(evidence, documents=evidence.documents - {gone}, texts=texts, facts=facts)


def _one(held: list[Any], draw: random.Random) -> Any:
    return draw.choice(held) if held else None


KINDS: dict[str, Callable[[Page, Evidence, random.Random], Planted]] = {
    "wrong span": wrong_span,
    "changed digit": changed_digit,
    "swapped source": swapped_source,
    "deleted document": deleted_document,
}

if __name__ == "__main__":
    main()
