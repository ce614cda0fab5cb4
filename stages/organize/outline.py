"""What grouping needs of a document, computed once a document: where it speaks of which task, its terms, its vector."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from stages.core.knowledge import Known
from stages.core.letters import lowered

TEXT, COUNT = pa.string(), pa.int32()
SPOKEN = pa.struct([("title", COUNT), ("headings", COUNT), ("text", COUNT)])
SCHEMA = pa.schema(
    [
        ("title", TEXT),
        ("kind", TEXT),
        ("words", COUNT),
        ("tasks", pa.list_(pa.struct([("task", TEXT), *SPOKEN]))),
        ("names", pa.list_(pa.struct([("name", TEXT), *SPOKEN]))),
        ("terms", pa.list_(TEXT)),
        ("vector", pa.list_(pa.float32())),
    ]
)
CODE = "config"  # documents of code, whose words are those of a programming language
TEXTS = 2  # the place of SPOKEN where every mention counts
TERMS = 100  # terms that stand for a document
DIGITS = 6  # of a vector: sums of floats differ beyond
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")  # Chinese, Japanese, Korean: no word boundaries
WORD = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
Spoken = dict[str, list[int]]


@dataclass(frozen=True)
class Lexicon:
    """The keywords of tasks and the names of entities, as two regular expressions, and what each match stands for."""

    keywords: re.Pattern[str]
    tasks: dict[str, str]
    names: re.Pattern[str]
    entities: dict[str, str]


def lexicon(knowledge: Known) -> Lexicon:
    """Keywords are found in any case; names as they are written, with a version or a size behind them or without."""
    tasks = {word.lower(): task for task, about in knowledge.tasks.items() for word in about.keywords}
    joined = {word: task for word, task in tasks.items() if UNSPACED.match(word)}
    spaced = {word: task for word, task in tasks.items() if word not in joined}
    entities = {held: name for name, entity in knowledge.entities.items() for held in [*entity.aliases, name]}
    return Lexicon(
        re.compile(rf"(?<!\w)(?:{_any(spaced)})(?!\w)|{_any(joined)}", re.IGNORECASE),
        tasks,
        re.compile(rf"(?<!\w)({_any(entities)})(?![a-z])"),
        entities,
    )


def _any(words: dict[str, str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) or "(?!)"


def outline(lexicon: Lexicon, row: dict[str, Any]) -> dict[str, dict[str, Any] | None]:
    """The payload of outlines/ for a row of chunks/; its vector is the direction of the mean, or zeros."""
    title = " ".join((row["title"] or "").split())
    headings = list(dict.fromkeys(held for chunk in row["chunks"] for held in chunk["section"] or [] if held != title))
    texts = [chunk["text"] for chunk in row["chunks"]]
    tasks: Spoken = {}
    names: Spoken = {}
    for place, lines in enumerate(([title], headings, texts)):
        for line in lines:
            _note(tasks, place, [lowered(found) for found in lexicon.keywords.findall(line)], lexicon.tasks)
            _note(names, place, lexicon.names.findall(line), lexicon.entities)
    return {
        "outlines": {
            "title": title,
            "kind": row["kind"],
            "words": sum(len(text.split()) for text in texts),
            "tasks": _listed("task", tasks),
            "names": _listed("name", names),
            "terms": _terms(title, headings, [] if row["kind"] == CODE else texts),
            "vector": _direction([chunk["vector"] for chunk in row["chunks"]]),
        }
    }


def _note(spoken: Spoken, place: int, words: list[str], meaning: dict[str, str]) -> None:
    """Count what the words of a line stand for: each word once in a title or heading, each time in the text."""
    for word in words if place == TEXTS else set(words):
        spoken.setdefault(meaning[word], [0] * len(SPOKEN))[place] += 1


def _listed(key: str, spoken: Spoken) -> list[dict[str, Any]]:
    places = [field.name for field in SPOKEN]
    return [{key: name, **dict(zip(places, counts, strict=True))} for name, counts in sorted(spoken.items())]


def _terms(title: str, headings: list[str], texts: list[str]) -> list[str]:
    """The words and pairs of words that the document has most, first; those of title and headings count three times."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    counts: Counter[str] = Counter()
    for weight, lines in ((3, [title, *headings]), (1, texts)):
        for line in lines:
            words = [
                word if word not in ENGLISH_STOP_WORDS and len(word) > 2 else "" for word in WORD.findall(line.lower())
            ]
            for first, second in pairwise([*words, ""]):
                for term in filter(None, (first, f"{first} {second}" if first and second else "")):
                    counts[term] += weight
    return sorted(counts, key=lambda term: (-counts[term], term))[:TERMS]


def _direction(vectors: list[list[float]]) -> list[float]:
    if not vectors:
        return []
    mean = np.asarray(vectors, dtype=np.float64).mean(axis=0)
    return np.round(mean / (np.linalg.norm(mean) or 1.0), DIGITS).tolist()
