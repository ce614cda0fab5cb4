"""`python -m stages.extract`: bring facts/ up to date with elements/."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from stages.core.run import reads, run, writes
from stages.extract import Config


def stage(
    config: Config, *, elements: Path = reads("elements"), facts: Path = writes("facts", persist=True)
) -> dict[str, Any]:
    """Extract the facts of each document. Returns how many documents, mentions, parameters and relations there are."""
    from stages.core import table
    from stages.core.run.code import stage_digest
    from stages.extract.document import SCHEMA, facts_of, given_up
    from stages.extract.lexicon import build_lexicon

    compute = partial(facts_of, build_lexicon(config.knowledge, config.extractor))
    kinds = ("mentions", "parameters", "relations")
    limit = table.Limit(config.extractor.seconds, config.extractor.memory, failed=given_up)
    outputs = {"facts": table.Output(facts, SCHEMA, tally=(*kinds, "given_up"))}
    digest = stage_digest("extract")
    done = table.update(elements, outputs, compute, stage_digest=digest, what="extract", limit=limit)
    counts = table.tally(facts)
    documents = table.count(facts)
    assert documents == done.inputs == table.count(elements), "each document has one row of facts"
    found = {kind: counts[kind].total() for kind in kinds}
    return {"documents": documents, **found, "given_up": counts["given_up"].total()}


if __name__ == "__main__":
    run(__spec__, stage)
