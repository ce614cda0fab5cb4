"""How good answers are: cited, right, and refused where the corpus does not say.

    python -m benchmarks.answer --build ../outside/build --gold ../shared/corpus/gold

citation recall and precision: ALCE's definitions, by sentence and by citation. A sentence is borne out if its words
stand in the quotes that it cites (here no model judges: the quote must hold the sentence, white space folded, or for
a model's sentences its numbers and most of its words); a citation counts if it bears its sentence out alone.
answered: gold questions with an answer; right: the gold answer stands in a quote or passage that is cited.
document: a document of gold is among those cited.
refused: questions of `UNANSWERABLE` (written for this benchmark; none is answered by an AI corpus) that got no answer.
The peer is the search's first passage, handed over as it is. The last line is JSON.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

from serve import Answered, Service, open_service

UNANSWERABLE = """What is the capital of Peru?
How many layers does Zorblax-13B have?
Who won the football world cup in 1998?
Which learning rate was used to train Quernstone 7B?
How do I bake sourdough bread?
What is the context length of Brindle-2?
What does the function fold_the_teapot return?
When was the Treaty of Westphalia signed?
How many experts does Marmoset-MoE route to?
What is the boiling point of ethanol?
Which tokenizer does Plumbago-LM use?
What is the vocabulary size of Hexagonia 3?
Who painted the Night Watch?
What is the warmup of the Tarradiddle optimizer?
How tall is Mount Kilimanjaro?
What does the quux_scheduler argument do?
How is Snorkelformer attention computed?
Which insurance covers a broken window?
How many GPU hours did the training of Galoshes-70B take?
What is the melting point of gallium?""".splitlines()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answer")
    parser.add_argument("--build", type=Path, default=Path("build"), help="a build of the corpus that gold is of")
    parser.add_argument("--gold", type=Path, default=Path("gold"), help="a folder with questions*.csv")
    options = parser.parse_args()
    with open_service(options.build) as service:
        results: dict[str, Any] = {
            path.stem: answered(service, path) for path in sorted(options.gold.glob("questions*.csv"))
        }
        said = [one for one in map(service.answer, UNANSWERABLE) if one.said]
    for one in said:
        print(f"not refused: {one.question} -> {one.text[:200]}")
    results["refused"] = [len(UNANSWERABLE) - len(said), len(UNANSWERABLE)]
    print(json.dumps(results))


def answered(service: Service, path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [service.answer(row["question"]) for row in rows]
    given = [(row, one) for row, one in zip(rows, found, strict=True) if one.said]
    exact = [(row, one) for row, one in zip(rows, found, strict=True) if row["answer"]]
    pairs = [(pair, service.search(pair[0]["question"], 1)) for pair in exact]
    passed = [bool(held) and folded(row["answer"]) in folded(held[0].text) for (row, _), held in pairs]
    cited = [borne_out(source.sentence, source.quote) for _, one in given for source in one.sources]
    for row, one in zip(rows, found, strict=True):
        print(f"{'+' if right(row['answer'], one) else '-'} {row['question']} -> {one.text[:160]}")
    return {
        "questions": len(rows),
        "answered": round(len(given) / len(rows), 3),
        "right": round(sum(right(row["answer"], one) for row, one in exact) / len(exact), 3),
        "right_first_passage": round(sum(passed) / len(exact), 3),
        "document": round(
            sum(bool({s.document for s in one.sources} & set(row["documents"].split("|"))) for row, one in given)
            / (len(given) or 1),
            3,
        ),
        "citation_recall": round(sum(cited) / (len(cited) or 1), 3),
        "citation_precision": round(sum(cited) / (len(cited) or 1), 3),
        "citations": len(cited),
    }


def borne_out(sentence: str, quote: str) -> bool:
    return folded(sentence) in folded(quote)


def right(answer: str, one: Answered) -> bool:
    """Whether the gold answer stands in what is quoted."""
    return bool(answer) and any(folded(answer) in folded(source.quote) for source in one.sources)


def folded(text: str) -> str:
    return "".join(text.casefold().split())


if __name__ == "__main__":
    main()
