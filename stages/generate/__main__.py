"""`python -m stages.generate`: from spec/ to scaffold/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stages.core.run import reads, run, writes
from stages.generate import Config


def stage(config: Config, *, spec: Path = reads("spec"), scaffold: Path = writes("scaffold")) -> dict[str, Any]:
    """Write the scaffold. Returns its number of files and lines, and the parameters that its test will count."""
    from stages.generate.render import render

    specified = json.loads((spec / "spec.json").read_text(encoding="utf-8"))
    texts = render(specified)
    for name, text in texts.items():
        if name.endswith(".py"):
            compile(text, name, "exec")
        path = scaffold / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {
        "files": len(texts),
        "lines": sum(text.count("\n") for text in texts.values()),
        "parameters": specified["parameters"]["found"],
    }


if __name__ == "__main__":
    run(__spec__, stage)
