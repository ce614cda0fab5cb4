"""Bars as SVG in the page: they take the colours of its scheme, need no script, and read aloud as a table does."""

from __future__ import annotations

import json
from html import escape

ROW, LABEL, WIDTH, NUMBER = 20, 150, 640, 60  # in pixels: height of a bar's row; widths
LONGEST = 22  # characters of a label


def bars(text: str) -> str:
    """The SVG of a block `plot`: {"unit": what is counted, "bars": [{"label": ..., "count": ...}]}."""
    held = json.loads(text)
    most = max((bar["count"] for bar in held["bars"]), default=1)
    lines = []
    for number, bar in enumerate(held["bars"]):
        top = number * ROW
        width = max(1, round(bar["count"] / most * (WIDTH - LABEL - NUMBER)))
        label = bar["label"] if len(bar["label"]) <= LONGEST else bar["label"][: LONGEST - 1] + "…"
        lines += [
            f'<text x="{LABEL - 8}" y="{top + 14}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{LABEL}" y="{top + 3}" width="{width}" height="{ROW - 6}" rx="2"/>',
            f'<text x="{LABEL + width + 6}" y="{top + 14}">{bar["count"]}</text>',
        ]
    told = "; ".join(f"{bar['label']}: {bar['count']} {held['unit']}" for bar in held["bars"])
    box = f"0 0 {WIDTH} {len(held['bars']) * ROW}"
    named = f'class="bars" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(told)}"'
    drawn = f'<svg {named} viewBox="{box}">{"".join(lines)}</svg>'
    return f"<div>{drawn}</div>"  # a block to Markdown, which leaves what is in it alone
