"""`litmill summary`: where the results of the last build lie, in numbers, and what to try next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BUILD = Path("build")


def main(arguments: list[str] | None = None) -> int:
    """Print the summary of build/."""
    counts = {path.stem: json.loads(path.read_text()) for path in sorted((BUILD / "metrics").glob("*.json"))}
    if "assemble" not in counts:
        print("Nothing is built yet: run `make run` (or `dvc repro`).")
        return 2
    for line in lines(counts):
        print(line)
    return 0


def lines(counts: dict[str, dict[str, Any]]) -> list[str]:
    """The summary, a line each, from the stages' metrics."""
    parse, pages = counts["parse"], counts["synthesize"]
    return [
        "",
        f"  site       {BUILD}/site/index.html    {pages['pages']} pages, {pages['citations']} citations "
        f"from {parse['parsed']} documents ({parse['quarantined']} quarantined)",
        f"  blueprint  {BUILD}/spec/spec.md, and a project that trains in {BUILD}/scaffold/",
        f"  adapter    {BUILD}/adapter/           held-out loss {counts['evaluate']['heldout_loss_base']:.3f} "
        f"before, {counts['evaluate']['heldout_loss']:.3f} after",
        f"  fragments  {BUILD}/fragments/         {counts['export']['pieces']} pieces; "
        f"assembled again, bit for bit, in {BUILD}/model/",
        "",
        "  Try next: open the site; `source .venv/bin/activate`; put documents of your own into corpus/ or set",
        "  `documents:` in params.yaml, then `dvc repro`; `litmill ask Qwen3 0.6B`; `dvc metrics show`;",
        "  `dvc plots show`; `litmill sweep --multirun train.rank=4,8`.",
    ]
