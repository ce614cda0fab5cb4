"""`python -m stages.specify`: from a request and knowledge/ to spec/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stages.core.run import reads, run, writes
from stages.specify import Config


def stage(config: Config, *, knowledge: Path = reads("knowledge"), spec: Path = writes("spec")) -> dict[str, Any]:
    """Solve the request and write its specification. Returns what was asked, what was found and what it takes."""
    from stages.specify.documents import write
    from stages.specify.family import resolve_family
    from stages.specify.rules import load_rules
    from stages.specify.solve import solve
    from stages.specify.specification import specification

    family = resolve_family(config.request, knowledge)
    rules = load_rules(knowledge)
    solution = solve(config.request, family, rules)
    specified = specification(config.request, family, solution)
    write(specified, [rule for rule in rules if rule["parts"][0] in solution.parts], spec)
    return _metrics(specified, solution.rules, spec)


def _metrics(specified: dict[str, Any], rules: int, spec: Path) -> dict[str, Any]:
    found = specified["parameters"]
    memory = next(
        line["value"] for line in specified["quantities"] if line["name"] == "training memory of an accelerator"
    )
    assert abs(found["relative_error"]) <= found["tolerance"], "the size is as near as was promised"
    return {
        "parameters_requested": found["requested"],
        "parameters_found": found["found"],
        "relative_error": found["relative_error"],
        "training_memory_bytes": memory,
        "rules_checked": rules,
        "cited_choices": sum(bool(choice["quotes"]) for choice in specified["choices"]),
        "files": len(list(spec.iterdir())),
    }


if __name__ == "__main__":
    run(__spec__, stage)
