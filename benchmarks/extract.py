"""How well and how fast `extract` reads: against gold tables, planted facts, and transformers' own configurations.

    python -m benchmarks.extract [--gold ../shared/corpus] [--misses FILE] [--documents 240] [--seed 1]
    python -m benchmarks.extract --develop      # the generator's part to develop on, in place of the one that scores

parameters, zoo: exact (model, parameter, value) of gold/parameters.csv and gold/model_zoo_tables.csv (rows whose label
is a canonical parameter), by `stages.score.gold`; facts are those of the documents that gold names.
generated: micro-F1 on documents of `benchmarks.truth`, by form. traps: sentences that only seem to state a fact, taken
for one. conflicts: planted facts with several values, found by organize's merging of them.
configurations: share of the defaults of 20 families that are recovered from transformers' source, under their names.
elements_per_second: of one core, by processor time, over the documents of gold and of the generator.
Every miss and every false value is listed in FILE. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.configurations import recovered
from benchmarks.elements import parsed
from benchmarks.truth.corpus import read_truth, write_corpus
from benchmarks.truth.score import parameters as planted
from stages.core.knowledge import Knowledge
from stages.extract import Extractor
from stages.extract.document import SCHEMA, facts_of
from stages.extract.lexicon import Lexicon, build_lexicon
from stages.score.gold import Claim, Result, canonical_names, claims_of, read_gold, score_parameters, word_of
from tests.knowledge import shipped

PLACES = {"Table": "table", "FrontMatter": "card", "ListItem": "list", "CodeSnippet": "code"}
Rows = list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extract", description="How well facts are extracted.")
    parser.add_argument("--gold", type=Path, default=Path("../shared/corpus"), help="a corpus with gold/ in it")
    parser.add_argument("--misses", type=Path, default=Path(tempfile.gettempdir()) / "litmill-extract-misses.txt")
    parser.add_argument("--documents", type=int, default=240, help="generated documents; 0: none")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--develop", action="store_true", help="the generator's part to develop on")
    options = parser.parse_args()
    knowledge = shipped()
    reader = Reader(
        build_lexicon(
            knowledge, Extractor(method="rules", registry=True, sentence_characters=600, seconds=0, memory=0, llm=None)
        )
    )
    results: dict[str, Any] = {}
    lines: list[str] = []
    for part in (
        _gold(options.gold, reader, knowledge, lines) if options.gold.exists() else {},
        _generated(options, reader, knowledge, lines) if options.documents else {},
        recovered(reader.facts, lines),
    ):
        results |= part
    results["elements_per_second"] = round(reader.elements / reader.seconds)
    options.misses.write_text("\n".join([*lines, ""]), encoding="utf-8")
    for name, value in results.items():
        print(f"{name:<16} {json.dumps(value)}")
    print(f"misses in {options.misses}")
    print(json.dumps(results))


class Reader:
    """Extracts facts, and counts elements and processor time."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon, self.elements, self.seconds = lexicon, 0, 0.0

    def facts(self, row: dict[str, Any]) -> dict[str, Any]:
        started = time.process_time()
        found = facts_of(self.lexicon, row)["facts"]
        self.seconds += time.process_time() - started
        self.elements += len(row["elements"])
        assert found is not None
        return {"document": row["document"], **found}


def _gold(corpus: Path, reader: Reader, knowledge: Knowledge, lines: list[str]) -> dict[str, Any]:
    names = canonical_names(knowledge.parameters)
    tables = {"parameters": read_gold(corpus / "gold/parameters.csv")}
    zoo = read_gold(corpus / "gold/model_zoo_tables.csv")
    tables["zoo"] = [
        row for row in zoo if (name := names.get(row.parameter.lower())) and _readable(row, name, knowledge)
    ]
    documents = sorted({row.document for rows in (*tables.values(), zoo) for row in rows})
    facts = [reader.facts(row) for row in parsed(corpus, documents)]
    claims = [claim for row in facts for claim in claims_of(row)]
    results = {}
    for name, rows in tables.items():
        result = score_parameters(claims, rows, knowledge.parameters)
        results[name] = shown(result)
        lines += [f"{name} missed: {_line(row)}" for row in result.missed]
        lines += [f"{name} false: {_line(row)}" for row in result.false]
    return results


def _readable(row: Claim, name: str, knowledge: Knowledge) -> bool:
    """Whether the cell begins with a number, or holds a word, that may be a value of its label's parameter."""
    parameter = knowledge.parameters[name]
    return bool(word_of(row.value, parameter)) if parameter.words else row.value.lstrip("~")[:1].isdigit()


def shown(result: Result) -> dict[str, Any]:
    figures = {name: round(getattr(result, name), 3) for name in ("precision", "recall", "f1")}
    return {**figures, "rows": result.rows, "found": result.found}


def _line(claim: Claim) -> str:
    return f"{claim.model} | {claim.parameter} | {claim.value} | {claim.document} | {claim.quote[:200]!r}"


def _generated(options: argparse.Namespace, reader: Reader, knowledge: Knowledge, lines: list[str]) -> dict[str, Any]:
    part = "develop" if options.develop else "score"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        write_corpus(out, documents=options.documents, seed=options.seed, part=part)
        documents = [row["document"] for row in read_truth(out, "documents")]
        rows = list(parsed(out / "documents", documents))
        truth = {name: list(read_truth(out, name)) for name in ("mentions", "names", "traps", "conflicts")}
    facts = [reader.facts(row) for row in rows]
    found = [claim for row, held in zip(rows, facts, strict=True) for claim in _claims(row, held)]
    true = [_placed(claim) for claim in planted.gold(truth["mentions"])]
    known = planted.aliases(truth["names"])
    lines += list(_differences(found, true, known, truth["mentions"]))
    taken, set_up = planted.trapped(found, truth["traps"], true, known)
    places = planted.by_place(found, true, known)
    return {
        f"generated ({part})": {
            "all": _score(planted.score(found, true, known)),
            **{place: _score(score) for place, score in places.items()},
        },
        "traps": {"taken": taken, "of": set_up},
        "conflicts": _conflicts(facts, truth, known, knowledge, lines),
    }


def _claims(row: dict[str, Any], facts: dict[str, Any]) -> Iterator[planted.Claim]:
    types = {element["id"]: element["type"] for element in row["elements"]}
    for held in facts["parameters"]:
        value = planted.value_of(held["value"], held["number"])
        place = PLACES.get(types[held["element"]], "prose")
        yield _placed(planted.Claim(row["document"], held["subject"], held["name"], value, place))


def _placed(claim: planted.Claim) -> planted.Claim:
    """Tables in PDFs are a form of their own."""
    pdf = claim.document.endswith(".pdf") and claim.place == "table"
    return planted.Claim(claim.document, claim.model, claim.parameter, claim.value, "pdf table") if pdf else claim


def _score(score: planted.Score) -> dict[str, float]:
    return {"precision": round(score.precision, 3), "recall": round(score.recall, 3), "f1": round(score.f1, 3)}


def _differences(
    found: list[planted.Claim], true: list[planted.Claim], known: dict[str, str], mentions: Rows
) -> Iterator[str]:
    quotes = {tuple(row[key] for key in ("document", "model", "parameter", "value")): row for row in mentions}
    names = {claim.parameter for claim in true}
    held = {planted._key(claim, known) for claim in found}
    stated = {planted._key(claim, known) for claim in true}
    for claim in sorted(set(true), key=lambda claim: (claim.place, claim.parameter, claim.document)):
        if planted._key(claim, known) not in held:
            row = quotes[claim.document, claim.model, claim.parameter, claim.value]
            what = f"{claim.model} ({row['surface']}) | {claim.parameter} | {claim.value}"
            yield f"generated missed: {claim.place} | {what} | {claim.document} | {row['quote']!r}"
    for claim in sorted(set(found), key=lambda claim: (claim.place, claim.parameter, claim.document)):
        if claim.parameter in names and planted._key(claim, known) not in stated:
            what = f"{claim.model} | {claim.parameter} | {claim.value}"
            yield f"generated false: {claim.place} | {what} | {claim.document}"


def _conflicts(
    facts: Rows, truth: dict[str, Rows], known: dict[str, str], knowledge: Knowledge, lines: list[str]
) -> dict[str, Any]:
    """Planted conflicts among those that organize finds: (model, parameter) pairs with several values."""
    from stages.organize.entities import find_entities
    from stages.organize.facts import gathered
    from stages.organize.parameters import merge_parameters

    schema = pa.schema([pa.field("document", pa.string()), *SCHEMA])
    read = gathered(pa.Table.from_pylist(sorted(facts, key=lambda row: row["document"]), schema=schema))
    entities = find_entities(read, knowledge)
    names = {entity["id"]: planted.model_key(entity["name"]) for entity in entities.listed}
    disputed = {(held["entity"], held["name"]) for held in merge_parameters(read, entities) if held["disputed"]}
    planted_names = {row["parameter"] for row in truth["mentions"]}
    found = {(known.get(names[entity], names[entity]), name) for entity, name in disputed if name in planted_names}
    true = {(planted.model_key(row["model"]), row["parameter"]) for row in truth["conflicts"]}
    lines += [f"conflict missed: {pair}" for pair in sorted(true - found)]
    lines += [f"conflict false: {pair}" for pair in sorted(found - true)]
    return {**_score(planted.Score(len(found & true), len(found), len(true))), "planted": len(true)}


if __name__ == "__main__":
    main()
