"""How good answers are: cited, right, and refused where the corpus does not say.

    python -m benchmarks.answer --build ../outside/build --gold ../shared/corpus/gold [--limit 20]

Citation recall and precision by ALCE's definitions (Gao et al. 2023): recall is the share of sentences that all that
they cite bears out together; a citation is precise where its sentence is borne out and it bears it out alone or is
missed when it is taken away. What bears out is judged by benchmarks/entailed.py, which shares no code with the product
and reads the elements itself: the quote must stand at its place, and the sentence follow from its words. How well it
judges is measured, too: `mutants` are sentences of the same answers with a number, a name or a word changed, a negation
put in, or another's quote, of which it must refuse each.

answered: gold questions with an answer; right: the gold answer stands in a quote; document: one of gold is cited;
refused: questions that no AI corpus answers (benchmarks/unanswerable.txt) and that got no answer, of foreign things and
of the field's own. The peer is the search's first passage, handed over as it is. The last line is JSON.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from pathlib import Path
from typing import Any

from benchmarks.entailed import Elements, follows, mutants
from serve import Answered, Service, Source, open_service

UNANSWERABLE = Path(__file__).with_name("unanswerable.txt")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answer")
    parser.add_argument("--build", type=Path, default=Path("build"), help="a build of the corpus that gold is of")
    parser.add_argument("--gold", type=Path, default=Path("gold"), help="a folder with questions*.csv")
    parser.add_argument("--limit", type=int, default=1000, help="questions of each table, at most")
    options = parser.parse_args()
    elements = Elements(options.build / "elements")
    with open_service(options.build) as service:
        results: dict[str, Any] = {
            path.stem: answered(service, path, elements, options.limit)
            for path in sorted(options.gold.glob("questions*.csv"))
        }
        results["refused"] = {kind: refused(service, asked[: options.limit]) for kind, asked in unanswerable().items()}
    print(json.dumps(results))


def unanswerable() -> dict[str, list[str]]:
    """The questions by kind; a line that ends with a colon names the kind of those after it."""
    found: dict[str, list[str]] = {}
    for line in UNANSWERABLE.read_text(encoding="utf-8").splitlines():
        if line.endswith(":"):
            found[line[:-1]] = []
        elif line:
            found[list(found)[-1]].append(line)
    return found


def refused(service: Service, questions: list[str]) -> list[int]:
    said = [one for one in map(service.answer, questions) if one.said]
    for one in said:
        print(f"not refused: {one.question} -> {one.text[:200]}", flush=True)
    return [len(questions) - len(said), len(questions)]


def answered(service: Service, path: Path, elements: Elements, limit: int) -> dict[str, Any]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:limit]
    started = time.perf_counter()
    found = list[Answered]()
    for row in rows:
        one = service.answer(row["question"])
        found.append(one)
        print(f"{'+' if right(row['answer'], one) else '-'} {row['question']} -> {one.text[:160]}", flush=True)
    seconds = (time.perf_counter() - started) / len(rows)
    given = [(row, one) for row, one in zip(rows, found, strict=True) if one.said]
    exact = [(row, one) for row, one in zip(rows, found, strict=True) if row["answer"]]
    first = [(row, service.search(row["question"], 1)) for row, _ in exact]
    return {
        "questions": len(rows),
        "answered": share([one.said for one in found]),
        "right": share([right(row["answer"], one) for row, one in exact]),
        "right_first_passage": share(
            [bool(held) and folded(row["answer"]) in folded(held[0].text) for row, held in first]
        ),
        "document": share(
            [bool({s.document for s in one.sources} & set(row["documents"].split("|"))) for row, one in given]
        ),
        "dropped": sum(one.dropped for one in found),
        "seconds": round(seconds, 2),
        **alce([one for _, one in given], elements),
    }


def alce(given: list[Answered], elements: Elements) -> dict[str, Any]:
    """Citation recall and precision over all sentences, and how many changed ones are refused."""
    cited = [held for one in given for held in sentences(one)]
    recalled = [borne_out(sentence, sources, elements) for sentence, sources in cited]
    precise = [
        whole
        and (
            borne_out(sentence, [one], elements) or not borne_out(sentence, [s for s in sources if s != one], elements)
        )
        for whole, (sentence, sources) in zip(recalled, cited, strict=True)
        for one in sources
    ]
    pairs = [(sentence, sources[0].quote) for sentence, sources in cited]
    changed = [held for place in range(len(pairs)) for held in mutants(*pairs[place], *pairs[place - 1])]
    return {
        "citation_recall": share(recalled),
        "citation_precision": share(precise),
        "sentences": len(cited),
        "citations": len(precise),
        "mutants_refused": [sum(not follows(*one) for one in changed), len(changed)],
    }


def sentences(one: Answered) -> list[tuple[str, list[Source]]]:
    """The sentences of an answer, each with what it cites."""
    found: dict[str, list[Source]] = {}
    for source in one.sources:
        found.setdefault(source.sentence, []).append(source)
    return list(found.items())


def borne_out(sentence: str, sources: list[Source], elements: Elements) -> bool:
    """Whether all quotes stand at their places, and the sentence follows from them together."""
    stand = all(elements.text(s.document, s.element)[s.start : s.end] == s.quote for s in sources)
    return bool(sources) and stand and follows(sentence, "\n".join(source.quote for source in sources))


def right(answer: str, one: Answered) -> bool:
    """Whether the gold answer stands in what is quoted."""
    return bool(answer) and any(folded(answer) in folded(source.quote) for source in one.sources)


def share(held: list[bool]) -> float:
    return round(sum(held) / (len(held) or 1), 3)


def folded(text: str) -> str:
    return "".join(text.casefold().split())


if __name__ == "__main__":
    main()
