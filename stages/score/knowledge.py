"""Scores of what was read: values of parameters, names resolved to entities, clusters against topics."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stages.core.knowledge import Parameter
from stages.core.spelling import model_key
from stages.score.gold import (
    Claim,
    b_cubed,
    canonical_names,
    claims_of,
    read_gold,
    readings,
    score_parameters,
    spaced,
)
from stages.score.misses import Miss, Scores, astray
from stages.score.rows import read_rows
from stages.score.topics import agreement

Rows = list[dict[str, Any]]
Parameters = Mapping[str, Parameter]
DIGITS = 4


def score_values(path: Path, name: str, rows: Rows, parameters: Parameters) -> Scores:
    """Precision and recall of exact (model, parameter, value), over the gold rows whose document was read.

    Rows whose label is no parameter of conf/knowledge do not count.
    """
    gold, absent = _present(path, rows, parameters)
    documents = {row.document for row in gold}
    claims = [claim for row in rows if row["document"] in documents for claim in claims_of(row)]
    result = score_parameters(claims, gold, parameters)
    figures = {key: round(getattr(result, key), DIGITS) for key in ("precision", "recall", "f1")}
    misses = [_miss(name, kind, one) for kind in ("missed", "false") for one in getattr(result, kind)]
    return Scores({**figures, "rows": result.rows, "absent": absent}, misses)


def score_names(path: Path, name: str, rows: Rows, known: Rows, parameters: Parameters) -> Scores:
    """B-cubed over gold's names: the entity whose value stands in the gold row's document against the true model."""
    names = canonical_names(parameters)
    by_place: dict[tuple[str, str], list[tuple[str, frozenset[str], str]]] = {}
    for value in known:
        means = readings(Claim("", value["name"], value["value"], value["number"]), parameters.get(value["name"]))
        for source in value["sources"]:
            held = by_place.setdefault((source["document"], value["name"]), [])
            held.append((value["entity"], means, " ".join(source["quote"].split())))
    kept, found = [], []
    for row in _present(path, rows, parameters)[0]:
        label = names[spaced(row.parameter)]
        wanted, evidence = readings(row, parameters[label]), " ".join(row.quote.split())
        held = [one for one in by_place.get((row.document, label), []) if one[1] & wanted]
        near = [one for one in held if _shares(one[2], evidence)] or held
        own = [one for one in near if model_key(one[0].replace("-", " ")) == model_key(row.model)]
        if near:
            kept.append(row)
            found.append((own or near)[0][0])
    true = [model_key(row.model) for row in kept]
    misses = [
        Miss(name, kind, row.model, row.parameter, entity, row.document, row.quote)
        for row, entity, kind in zip(kept, found, astray(found, true), strict=True)
        if kind
    ]
    return Scores(b_cubed(zip(found, true, strict=True)), misses)


def score_topics(path: Path, name: str, rows: Rows, clusters: Rows) -> Scores:
    """Mutual information of clusters with gold's tags; a document with several tags counts once a tag."""
    gold = [(row["key"], row["title"], row["tags"].split("|")) for row in read_rows(path, "key", "title", "tags")]
    cluster = {document: held["id"] for held in clusters for document in held["documents"]}
    titles = {row["document"]: row["title"] or "" for row in rows}
    keys = {_folded(title): document for document, title in titles.items() if title} | {key: key for key in titles}
    documents, found, true = [], [], []
    for key, title, tags in gold:
        document = str(keys.get(key) or keys.get(_folded(title)))
        for tag in tags if document in cluster else ():
            documents.append(document)
            found.append(cluster[document])
            true.append(tag)
    score = agreement(found, true)
    figures = {"nmi": round(score.nmi, DIGITS), "purity": round(score.purity, DIGITS)}
    misses = [
        Miss(name, kind, titles[document], tag, one, document, "")
        for document, tag, one, kind in zip(documents, true, found, astray(found, true), strict=True)
        if kind
    ]
    return Scores({**figures, "items": score.items, "clusters": score.clusters, "topics": score.topics}, misses)


def _present(path: Path, rows: Rows, parameters: Parameters) -> tuple[list[Claim], int]:
    """The gold rows of known parameters whose document was read; how many others there are."""
    documents, names = {row["document"] for row in rows}, canonical_names(parameters)
    gold = read_gold(path)
    held = [row for row in gold if row.document in documents and spaced(row.parameter) in names]
    return held, len(gold) - len(held)


def _shares(quote: str, evidence: str) -> bool:
    return quote in evidence or evidence in quote


def _miss(score: str, kind: str, claim: Claim) -> Miss:
    return Miss(score, kind, claim.model, claim.parameter, claim.value, claim.document, claim.quote)


def _folded(title: str) -> str:
    return "".join(letter for letter in title.casefold() if letter.isalnum())
