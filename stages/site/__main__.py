"""`python -m stages.site`: write site/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stages.core.run import reads, run, writes
from stages.site import Config


def stage(
    config: Config,
    *,
    docs: Path = reads("docs"),
    figures: Path = reads("figures"),
    site: Path = writes("site"),
) -> dict[str, Any]:
    """Build the site; returns its pages, files, figures and bytes."""
    from stages.core.words import Words
    from stages.site.build import build_site

    return build_site(config.site, Words(config.language), docs, figures, site)


if __name__ == "__main__":
    run(__spec__, stage)
