"""All pages against the build: their citations, their claims, and what they count of the build itself."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litmill import documents
from litmill.verify import claims
from litmill.verify.evidence import Evidence, gather
from litmill.verify.files import faults_of_files

CLAIMS = ("sentence", "written", "summary", "row")
TEXT = 120  # characters of a claim that a fault shows


@dataclass(frozen=True)
class Fault:
    """What does not stand, where, and why."""

    page: str
    block: int
    reason: str
    text: str


@dataclass(frozen=True)
class Report:
    """All faults, with how much was looked at."""

    faults: list[Fault]
    counts: dict[str, int]
    pages: set[str]
    known: list[str]


def verify(build: Path, only: Collection[str] = ()) -> Report:
    """Verify the pages named in `only`, or all."""
    known = list(documents.pages(build))
    pages = [page for page in known if not only or page["document"] in only]
    evidence = gather(build, pages)
    faults = [fault for page in pages for fault in faults_of(page, evidence)]
    faults += _miscounted(build, known, pages)
    blocks = [block for page in pages for block in page["blocks"] if block["kind"] in CLAIMS]
    counts = {
        "pages": len(pages),
        "citations": sum(len(page["citations"]) for page in pages),
        "claims": sum(max(1, len(block["cells"])) for block in blocks)
        + sum(len(file["entries"]) for page in pages for file in page["files"]),
    }
    return Report(faults, counts, {page["document"] for page in pages}, [page["document"] for page in known])


def faults_of(page: Mapping[str, Any], evidence: Evidence) -> Iterator[Fault]:
    """The faults of one page: citations that do not hold, and what is said without one or against one."""
    bad = {}
    for citation in page["citations"]:
        if reason := _citation(citation, evidence):
            bad[citation["number"]] = reason
    for number, block in enumerate(page["blocks"]):
        text = (block["text"] or " | ".join(cell["text"] for cell in block["cells"]))[:TEXT]
        lost = sorted({bad[one] for one in block["citations"] if one in bad})
        for reason in lost or _block(page, block, evidence):
            yield Fault(page["document"], number, reason, text)
    for where, reason in faults_of_files(page, bad, evidence):
        yield Fault(page["document"], len(page["blocks"]), reason, where)


def _citation(held: Mapping[str, Any], evidence: Evidence) -> str:
    """Document, element, span and hash. The id of an element is the hash of its text and of the headings above it."""
    if held["document"] not in evidence.documents:
        return "document is gone"
    text = evidence.texts.get((held["document"], held["element"]))
    if text is None:
        return "element is gone"
    if not held["quote"] or text[held["start"] : held["end"]] != held["quote"]:
        return "quote is not at its place"
    if hashlib.sha256(held["quote"].encode()).hexdigest() != held["sha256"]:
        return "hash is of another quote"
    return ""


def _block(page: Mapping[str, Any], block: Mapping[str, Any], evidence: Evidence) -> Sequence[str]:
    if block["kind"] not in CLAIMS or (block["evidence"] and not block["citations"]):
        return []
    cited = [one for one in page["citations"] if one["number"] in block["citations"]]
    if not cited or len(cited) != len(block["citations"]):
        return ["no source"]
    if block["kind"] == "sentence":
        return list(filter(None, [claims.sentence(block, cited)]))
    if block["kind"] == "written":
        return list(filter(None, [claims.written(page, block, cited, evidence)]))
    return sorted(set(filter(None, claims.row(page, block, evidence))))


def _miscounted(build: Path, known: Sequence[Mapping[str, Any]], pages: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    """Blocks on the build itself that a new count of its tables does not give."""
    from stages.core.run.config import load
    from stages.core.words import Words
    from stages.synthesize import Config
    from stages.synthesize.changes import ID as CHANGES
    from stages.synthesize.changes import changes_row
    from stages.synthesize.load import load as load_sources
    from stages.synthesize.write import rows_of

    config, _ = load(Config, build / "conf" / "synthesize.yaml")
    names = ("knowledge", "facts", "elements", "quarantine", "duplicates.parquet", "chunks", "index.json")
    sources = load_sources(*(build / name for name in names))
    fresh, _ = rows_of(sources, config.writer, config.knowledge, Words(config.language))
    if config.earlier.path:
        written = {page["document"]: page for page in known}
        fresh[CHANGES] = changes_row(config.earlier, sources, written, Words(config.language), config.writer.rows)
    for page in pages:
        counted = [block for block in fresh.get(page["document"], {"blocks": []})["blocks"] if block["evidence"]]
        for number, block in enumerate(page["blocks"]):
            if block["evidence"] and block not in counted:
                text = block["text"] or " | ".join(cell["text"] for cell in block["cells"])
                yield Fault(page["document"], number, "counted otherwise now", text[:TEXT])
