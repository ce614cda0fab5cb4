"""`python -m stages.extract`: bring facts/ up to date with elements/."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from stages.core.run import reads, run, writes
from stages.core.run.errors import UserError
from stages.extract import Config

MODEL = "model: "  # how the reason begins where a document was given up since a model did not answer


def stage(
    config: Config, *, elements: Path = reads("elements"), facts: Path = writes("facts", persist=True)
) -> dict[str, Any]:
    """Extract the facts of each document. Returns how many documents, mentions, parameters and relations there are."""
    from stages.core import table
    from stages.core.run.code import stage_digest
    from stages.extract.document import SCHEMA, given_up

    compute = facts_by(config)
    kinds = ("mentions", "parameters", "relations")
    limit = table.Limit(config.extractor.seconds, config.extractor.memory, failed=given_up)
    outputs = {"facts": table.Output(facts, SCHEMA, tally=(*kinds, "given_up", "checks", "agreement"))}
    digest = stage_digest("extract")
    key = (config.extractor.llm.key,) if config.extractor.llm and config.extractor.llm.key else ()
    done = table.update(elements, outputs, compute, stage_digest=digest, what="extract", limit=limit, environment=key)
    counts = table.tally(facts)
    _check_answers(config, counts)
    documents = table.count(facts)
    assert documents == done.inputs == table.count(elements), "each document has one row of facts"
    found = {kind: counts[kind].total() for kind in kinds}
    return {"documents": documents, **found, "given_up": counts["given_up"].total(), **_of_model(config, counts)}


def facts_by(config: Config) -> Any:
    """The function from a row of elements/ to its facts that the config names."""
    from stages.extract.document import facts_of
    from stages.extract.lexicon import build_lexicon

    lexicon = build_lexicon(config.knowledge, config.extractor)
    if config.extractor.method == "rules":
        return partial(facts_of, lexicon)
    if not config.extractor.llm:
        raise UserError("extractor.llm: is empty, but extractor.method wants a model; choose `extractor: llm`")
    from stages.core.llm import answering
    from stages.extract.llm.document import ByModel

    answering(config.extractor.llm)  # a key that is missing is said before any document is read
    return ByModel(lexicon, config.extractor.llm, both=config.extractor.method == "both")


def _check_answers(config: Config, counts: dict[str, Counter[str]]) -> None:
    """Refuse a table for which a model made no claim at all, and was silent. The next run asks it again."""
    silent = Counter({reason: count for reason, count in counts["given_up"].items() if reason.startswith(MODEL)})
    if config.extractor.llm and silent and not counts["checks"]:
        from stages.extract.llm.document import unusable

        raise unusable(config.extractor.llm, silent.most_common(1)[0][0].removeprefix(MODEL))


def _of_model(config: Config, counts: dict[str, Counter[str]]) -> dict[str, Any]:
    """What became of the model's claims; with both extractors, the share of parameters on which they agree."""
    if config.extractor.method == "rules":
        return {}
    metrics: dict[str, Any] = {"claims": dict(sorted(counts["checks"].items()))}
    if config.extractor.method == "both":
        found = counts["agreement"]
        metrics["agreement"] = {**dict(sorted(found.items())), "share": round(found["both"] / max(1, found.total()), 4)}
    return metrics


if __name__ == "__main__":
    run(__spec__, stage)
