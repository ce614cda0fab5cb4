"""Do citations say what pages say? Precision and recall as ALCE defines them, by a verifier that is not the writer's.

    python -m benchmarks.citation --build build [--statements 300] [--seed 1] [--failures FILE]

A statement is a cited sentence, cell of a table or entry of a file. Its citations are opened anew in the parsed
tables, and judged by rules of their own (benchmarks/citation/judge.py): a sentence is its quote; of a value, the
passage must name subject, parameter and value. A passage is the cited span, the heads of its row, columns, sections and
document, and up to 100 words of its section before it. After Gao et al. 2023, section 3: recall is the share of
statements that their citations together support (0.95 is wanted); precision the share of citations that support a
supported statement alone, or without which the others do not (0.98).

halves: the same shares over each half of the build, by a hash of the documents' keys. Failures of the half `read` are
for reading (--failures), those of `unread` only score, so that nobody writes rules for single rows of it.
numbers: statements of the whole build with a number that their passages lack (0 is wanted). all: both shares over every
statement of the build. chance: the share of the drawn statements that the citations of another one of their kind and
page seem to support, which bounds what the verifier lets pass. What pages tell of the build itself names its tables as
evidence; it is not of the literature and not counted here (`litmill verify` counts it anew). The last line is JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.citation.judge import Judge
from benchmarks.citation.numbers import Number, numbers, scaled
from benchmarks.citation.passages import Library, Passage
from benchmarks.citation.statements import Statement, statements
from stages.core.table import read

HALVES = ("read", "unread")


@dataclass(frozen=True)
class Verdict:
    """What became of a statement: whether its citations support it, and how many of them count."""

    statement: Statement
    supported: bool
    counting: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.citation", description="Citation precision and recall.")
    parser.add_argument("--build", type=Path, default=Path("build"), help="a build up to synthesize")
    parser.add_argument("--statements", type=int, default=300, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--failures", type=Path, help="a file for the statements and citations of the half `read` that fail"
    )
    options = parser.parse_args()
    held, judge, verdicts, differing = measure(options.build)
    draw = random.Random(options.seed)
    sample = draw.sample(verdicts, min(options.statements, len(verdicts)))
    failures = [one for one in verdicts if one.counting < len(one.statement.citations)]
    halves = {name: [one for one in verdicts if to_read(one.statement) is (name == "read")] for name in HALVES}
    if options.failures:
        told = [_told(one, held) for one in failures if to_read(one.statement)]
        told += [f"numbers differ: {one}" for one in differing if to_read(one)]
        options.failures.write_text("\n".join([*told, ""]), encoding="utf-8")
    by_kind: dict[str, list[Verdict]] = defaultdict(list)
    for one in sample:
        by_kind[one.statement.kind].append(one)
    shown = [one for one in sample if one.counting < len(one.statement.citations) and to_read(one.statement)]
    print("\n".join(_told(one, held) for one in shown))
    results = {
        **shares(sample),
        "kinds": {kind: shares(some) for kind, some in sorted(by_kind.items())},
        "numbers": len(differing),
        "all": shares(verdicts),
        "halves": {name: shares(some) for name, some in halves.items()},
        "chance": chance([one.statement for one in sample], [one.statement for one in verdicts], judge, held, draw),
    }
    print(json.dumps(results))


def measure(build: Path) -> tuple[Library, Judge, list[Verdict], list[Statement]]:
    """The verdict on each statement of a build, and those with numbers that their passages lack; and who judged."""
    entities = json.loads((build / "knowledge/entities.json").read_text(encoding="utf-8"))
    names = {one["id"]: one["name"] for one in entities}
    conf = yaml.safe_load((build / "conf/synthesize.yaml").read_text(encoding="utf-8"))
    parts = {name: token for token, name in conf["knowledge"]["parts"].items()}
    judge, library = Judge(entities, parts), Library(build)
    pages = sorted(read(build / "docs"), key=lambda page: page["document"])
    found = [one for page in pages for one in statements(page, names)]
    verdicts = [verdict(one, judge, library) for one in found]
    return library, judge, verdicts, [one for one in found if lacking(one, library)]


def to_read(statement: Statement) -> bool:
    """Whether all documents that a statement cites are of the half whose failures may be read."""
    return all(hashlib.sha256(one["document"].encode()).digest()[0] % 2 == 0 for one in statement.citations)


def verdict(statement: Statement, judge: Judge, library: Library) -> Verdict:
    """ALCE's two questions of one statement."""
    opened = [library.open(citation) for citation in statement.citations]
    passages = [passage for passage in opened if passage]
    if not passages or not judge.supports(statement, passages):
        return Verdict(statement, False, 0)
    bare = [passage.bare for passage in passages]
    narrow = bare if judge.supports(statement, bare) else passages
    counting = 0
    for at, passage in enumerate(passages):
        others = [*narrow[:at], *narrow[at + 1 :]]
        counting += judge.supports(statement, [passage]) or not others or not judge.supports(statement, others)
    return Verdict(statement, True, counting)


def lacking(statement: Statement, library: Library) -> list[Number]:
    """The numbers of a statement that no cited span or head of one has."""
    passages = [passage for citation in statement.citations if (passage := library.open(citation))]
    texts = [text for passage in passages for text in _texts(passage)]
    texts += [text.upper() for text in texts]  # sizes in names: llama-7b
    have = {value for text in texts for one in numbers(text) for value in one.values}
    heads = " ".join(text for passage in passages for column in passage.columns for text in column.above)
    have |= {value for text in texts for one in numbers(text) for value in scaled(one.values, heads)}
    return [one for one in numbers(statement.text) if not one.values & have]


def _texts(passage: Passage) -> Iterable[str]:
    return (passage.span, *(text for column in passage.columns for text in column.above), *passage.heads)


def chance(
    sample: Sequence[Statement], known: Sequence[Statement], judge: Judge, library: Library, draw: random.Random
) -> float:
    """The share of statements that the citations of another statement with other words seem to support."""
    beside: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for one in known:
        beside[one.page, one.kind].append(one)
    supported = tried = 0
    for one in sample:
        others = [other for other in beside[one.page, one.kind] if other.text != one.text]
        if others:
            passages = [library.open(citation) for citation in draw.choice(others).citations]
            supported += judge.supports(one, [passage for passage in passages if passage])
            tried += 1
    return round(supported / max(1, tried), 4)


def shares(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Precision over citations, recall over statements."""
    citations = Counter(total=sum(len(one.statement.citations) for one in verdicts))
    counting = sum(one.counting for one in verdicts)
    supported = sum(one.supported for one in verdicts)
    return {
        "statements": len(verdicts),
        "citations": citations["total"],
        "precision": round(counting / max(1, citations["total"]), 4),
        "recall": round(supported / max(1, len(verdicts)), 4),
    }


def _told(one: Verdict, library: Library) -> str:
    """A statement that fails, with what its citations lead to."""
    told = [f"{'superfluous' if one.supported else 'unsupported'}: {one.statement}"]
    for citation in one.statement.citations:
        passage = library.open(citation)
        shown = f"{passage.span!r} in {passage.heads}" if passage else "leads nowhere"
        told.append(f"    {citation['document']}: {shown}")
    return "\n".join(told)


if __name__ == "__main__":
    main()
